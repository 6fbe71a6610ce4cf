"""What was typed or chosen, read out of a form."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from flask import request

from inbox import clock, languages
from inbox.problems import Problem

Choice = TypeVar("Choice", bound=StrEnum)


def optional_number(name: str) -> int | None:
    """A whole number that is not negative; None where nothing was typed.

    Raises:
        Problem: `number_unreadable`.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("number_unreadable")
    return int(text)


def number(name: str) -> int:
    """A whole number that must be there.

    Raises:
        Problem: `number_unreadable`.
    """
    found = optional_number(name)
    if found is None:
        raise Problem("number_unreadable")
    return found


def page_before() -> int | None:
    """The number in the address below which a further page of a list begins.

    Raises:
        Problem: `filter_unknown`.
    """
    text = request.args.get("before", "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("filter_unknown")
    return int(text)


def one_of(name: str, choices: type[Choice]) -> Choice:
    """One of a closed list.

    Raises:
        Problem: `choice_unknown`.
    """
    try:
        return choices(request.form.get(name, ""))
    except ValueError:
        raise Problem("choice_unknown") from None


def moment(name: str) -> datetime:
    """A date and time as browsers send it, meant on the member's own clock.

    Raises:
        Problem: `moment_unreadable`.
    """
    try:
        typed = datetime.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Problem("moment_unreadable") from None
    if not clock.within_reach(typed):
        raise Problem("moment_unreadable")
    return typed.replace(tzinfo=languages.zone())


def day(text: str) -> date:
    """A day as browsers send it.

    Raises:
        Problem: `moment_unreadable`.
    """
    try:
        found = date.fromisoformat(text)
    except ValueError:
        raise Problem("moment_unreadable") from None
    if not clock.within_reach(found):
        raise Problem("moment_unreadable")
    return found


def period(start: str, end: str) -> tuple[datetime | None, datetime | None]:
    """Two dates out of the address, both days included, as moments on the member's own clock; None where empty.

    Raises:
        Problem: `moment_unreadable`.
    """
    first, last = (day(text) if text else None for text in (start, end))
    zone = languages.zone()
    return (
        datetime.combine(first, time(), zone) if first else None,
        datetime.combine(last + timedelta(days=1), time(), zone) if last else None,
    )
