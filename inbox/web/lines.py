"""A row of the queue, put into the reader's words before the template runs: it is the busiest piece of any page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from inbox import clock, languages
from inbox.answering.queue import QueueRow
from inbox.collecting.triage import Urgency
from inbox.measuring.targets import DUE_SOON
from inbox.models import ConversationState
from inbox.web import addresses, names
from inbox.web.outside_text import plain


class Due(StrEnum):
    """How pressing a wait is. Each has a shape, a colour and words of its own."""

    CALM = "calm"
    SOON = "soon"
    PAST = "past"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long somebody has waited, in words.

    Attributes:
        length: `41 min`, the largest thing in a row.
        due: how pressing it is.
        target: what that means: `due in 12 min`, `5 min past due`.
    """

    length: str
    due: Due
    target: str


@dataclass(frozen=True, slots=True)
class Line:
    """One row. All of it is text without markup."""

    author_id: int
    conversation_id: int
    comment_count: int
    lang: str
    address: str
    wait: Wait
    name: str
    identifier: str
    letter: str
    network: str
    account: str
    excerpt: str | None
    flag: str | None
    flag_words: str
    kind: str
    kind_words: str
    facts: tuple[str, ...]
    assignee: str | None
    team: str | None


def wait_of(waiting_since: datetime, due_at: datetime) -> Wait:
    """An open wait, as it stands now."""
    now = clock.now()
    left = due_at - now
    length = languages.length((now - waiting_since).total_seconds())
    if left <= timedelta(0):
        if left > timedelta(minutes=-1):
            return Wait(length, Due.PAST, languages.gettext("just past due"))
        late = languages.length(-left.total_seconds())
        return Wait(length, Due.PAST, languages.gettext("%(length)s past due") % {"length": late})
    target = languages.gettext("due in %(length)s") % {"length": languages.length(left.total_seconds())}
    return Wait(length, Due.SOON if left <= DUE_SOON else Due.CALM, target)


def wait_of_row(row: QueueRow) -> Wait:
    """How long whoever a row stands for has waited, or how long ago they last wrote where nobody waits."""
    if row.state in {ConversationState.WAITING, ConversationState.SNOOZED}:
        return wait_of(row.waiting_since, row.due_at)
    return Wait(languages.ago(row.last_comment_at), Due.NONE, "")


def line(row: QueueRow, wait: Wait) -> Line:
    """A row of the queue in the reader's language."""
    flag = Urgency(row.urgency).name.lower() if row.urgency < Urgency.NORMAL else None
    return Line(
        author_id=row.author_id,
        conversation_id=row.conversation_id,
        comment_count=row.comment_count,
        address=addresses.address("conversation.index", conversation_id=row.conversation_id),
        wait=wait,
        name=names.person(row.author_name, row.author_identifier),
        identifier=plain(row.author_identifier),
        letter=row.letter or "·",
        network=row.network_title or languages.said("network.import"),
        account=plain(row.account_name),
        excerpt=None if row.excerpt is None else plain(row.excerpt),
        flag=flag,
        flag_words=languages.said(f"urgency.{flag}") if flag else "",
        kind=row.kind,
        kind_words=languages.said(f"kind.{row.kind}"),
        facts=_facts(row),
        assignee=plain(row.assignee_name) or None,
        team=plain(row.team_name) or None,
        lang=names.other_language(row.language),
    )


_WORTH_SAYING = frozenset(
    {"happening_now", "mentions_danger", "sounds_dangerous", "press", "followers", "writes_again"}
)


def _facts(row: QueueRow) -> tuple[str, ...]:
    """What else is worth a word: an audience, a history, several threads. What the flag says is not said twice."""
    said = [names.reason(reason) for reason in row.reasons if reason["code"] in _WORTH_SAYING]
    if other := names.other_language(row.language):
        said.append(names.language(other))
    if row.conversation_count > 1:
        said.append(
            languages.ngettext("%(count)s thread", "%(count)s threads", row.conversation_count)
            % {"count": row.conversation_count}
        )
    return tuple(said)
