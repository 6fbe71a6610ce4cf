"""Filters as an address has them, read: what a link, a saved view and the forms of the queue and the search share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from inbox.answering.queue_filters import DueList, QueueFilters
from inbox.models import ConversationState
from inbox.problems import Problem

NAMES = ("state", "due", "assignee", "team", "account", "network", "post", "kind", "language", "tag")
"""The filters of the queue, by the names they have in an address."""

ALIKE = "alike"
"""Narrows the queue to those who write nearly what one comment says."""

PERIOD = ("from", "to")
"""Days, which narrow a search alone."""

WORDS = "q"
"""What a search looks for."""

LONGEST_CODE = 40


def read(given: Mapping[str, str]) -> QueueFilters:
    """The filters of an address.

    Raises:
        Problem: `filter_unknown`.
    """
    state = given.get("state") or "waiting"
    return QueueFilters(
        account_id=number(given, "account"),
        network=_code(given, "network"),
        post_id=number(given, "post"),
        kind=_code(given, "kind"),
        language=_code(given, "language"),
        assignee_id=_assignee(given),
        team_id=number(given, "team"),
        state=_state(state),
        due=_due(given),
        tag_id=number(given, "tag"),
    )


def on(given: Mapping[str, str], names: tuple[str, ...] = NAMES) -> dict[str, str]:
    """Those of an address that narrow something, by name."""
    return {name: given[name] for name in names if given.get(name)}


def _state(text: str) -> ConversationState:
    try:
        return ConversationState(text)
    except ValueError:
        raise Problem("filter_unknown") from None


def _due(given: Mapping[str, str]) -> DueList | None:
    try:
        return DueList(given["due"]) if given.get("due") else None
    except ValueError:
        raise Problem("filter_unknown") from None


def _code(given: Mapping[str, str], name: str) -> str | None:
    text = given.get(name, "")
    if len(text) > LONGEST_CODE:
        raise Problem("filter_unknown")
    return text or None


def number(given: Mapping[str, str], name: str) -> int | None:
    """A number in an address; None where there is none.

    Raises:
        Problem: `filter_unknown`.
    """
    text = given.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("filter_unknown")
    return int(text)


def _assignee(given: Mapping[str, str]) -> int | Literal["nobody", "me"] | None:
    text = given.get("assignee", "")
    if text == "me":
        return "me"
    if text == "nobody":
        return "nobody"
    return number(given, "assignee") if text else None
