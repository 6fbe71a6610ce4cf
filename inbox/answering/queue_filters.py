"""What the queue can be narrowed to, as conditions over its rows that are the same text whatever the values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from sqlalchemy import bindparam, literal, select

from inbox.models import Conversation, ConversationState, ConversationTag, QueueEntry
from inbox.models.base import Code
from inbox.models.bulk import among_given
from inbox.permissions import Actor
from inbox.sharing.teams import teams_of

_E = QueueEntry.__table__.c
_C = Conversation.__table__.c
_T = ConversationTag.__table__.c


class DueList(StrEnum):
    """Which part of those who wait: due soon, in the next `DUE_SOON` of `inbox.measuring.targets`, or past due."""

    SOON = "soon"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class QueueFilters:
    """What a page is narrowed to; None for everything. `post_id` keeps authors with a conversation under that post,
    `due` those who are past due or due soon; it goes with the states in which somebody waits, put off or not.
    `assignee_id` "me" also keeps what waits for a team of the reader as a whole; `team_id` what that team has, taken by
    one of it or not. `author_ids` keeps only these people, a group that `alike` found for example; `tag_id` those of
    whom a conversation has the tag."""

    account_id: int | None = None
    network: str | None = None
    post_id: int | None = None
    kind: str | None = None
    language: str | None = None
    assignee_id: int | Literal["nobody", "me"] | None = None
    team_id: int | None = None
    state: ConversationState = ConversationState.WAITING
    due: DueList | None = None
    author_ids: tuple[int, ...] | None = None
    tag_id: int | None = None


def narrowed(actor: Actor, filters: QueueFilters) -> tuple[frozenset[str], dict[str, Any]]:
    """Which filters are on, and the values they are bound to."""
    values: dict[str, Any] = {"state": filters.state}
    for name in ("account_id", "network", "post_id", "kind", "language", "team_id", "author_ids", "tag_id"):
        value = getattr(filters, name)
        if value is not None:
            values[name] = value
    names = set(values)
    assignee = actor.member_id if filters.assignee_id == "me" else filters.assignee_id
    if assignee == "nobody" or (filters.assignee_id == "me" and assignee is None):
        names.add("nobody")
    elif assignee is not None:
        values["assignee_id"] = assignee
        names.add("assignee_id")
        teams = teams_of(actor.member_id) if filters.assignee_id == "me" else []
        if teams:
            names.remove("assignee_id")
            names.add("mine")
            values["teams"] = teams
    return frozenset(names), values


def conditions_of(names: frozenset[str]) -> list[Any]:
    """The conditions over queue entries that `narrowed` named; values are bound when they are executed."""
    conditions: list[Any] = [_E.state == bindparam("state", type_=Code(ConversationState))]
    columns = ("account_id", "network", "kind", "language", "assignee_id", "team_id")
    conditions += [_E[name] == bindparam(name) for name in columns if name in names]
    if "nobody" in names:
        # What was given to a team waits for somebody of it, though nobody has taken it yet.
        conditions += [_E.assignee_id.is_(None), _E.team_id.is_(None)]
    if "mine" in names:
        of_teams = _E.assignee_id.is_(None) & among_given(_E.team_id, "teams")
        conditions.append((_E.assignee_id == bindparam("assignee_id")) | of_teams)
    if "author_ids" in names:
        conditions.append(among_given(_E.author_id, "author_ids"))
    if "tag_id" in names:
        # Read once and kept at hand, so that a rare tag does not look up every row of a long queue.
        tagged = (
            select(_C.author_id)
            .join(ConversationTag.__table__, _T.conversation_id == _C.id)
            .where(
                _T.tag_id == bindparam("tag_id"),
                _T.ended_at.is_(None),
                _C.state == bindparam("state", type_=Code(ConversationState)),
            )
        )
        conditions.append(_E.author_id.in_(tagged))
    if "post_id" in names:
        under_post = select(literal(1)).where(
            _C.author_id == _E.author_id,
            _C.state == _E.state,
            _C.post_id == bindparam("post_id"),
        )
        conditions.append(under_post.exists())
    return conditions
