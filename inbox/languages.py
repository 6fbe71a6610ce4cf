"""The reader's language: which one, and its words, numbers and times.

A page settles on it once per request, a command or a job inside `speaking`. Catalogues, patterns and numbers are
resolved once per locale, not once per call: on a page of 50 rows the difference is larger than the database query.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.dates import DateTimePattern, get_datetime_format, parse_pattern
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent
from babel.support import NullTranslations, Translations
from flask_babel import force_locale

from inbox import clock
from inbox.words import say

LANGUAGES = {"en": "English", "fr": "Français"}
"""The languages of the interface, each by its own name."""

TRANSLATIONS = Path(__file__).resolve().parent / "translations"

_LOCALES = {"en": Locale.parse("en_GB"), "fr": Locale.parse("fr")}
_UTC = ZoneInfo("UTC")


def compile_translations() -> list[Path]:
    """Make the `.mo` file of every catalogue that is newer than it.

    Returns:
        the files that were written. Each is put in place whole, so that a reader never meets half a file.
    """
    written = []
    for source in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalogue = read_po(text, locale=source.parts[-3])
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        with beside.open("wb") as made:
            write_mo(made, catalogue)
        beside.replace(target)
        written.append(target)
    return written


_chosen: ContextVar[str] = ContextVar("languages_chosen", default="en")
_chosen_zone: ContextVar[ZoneInfo] = ContextVar("languages_chosen_zone", default=_UTC)


def choose(code: str, time_zone: str = "") -> None:
    """Speak `code` from now on in this context, at the clock of `time_zone`; an unknown one means English, or UTC."""
    _chosen_zone.set(_zone(time_zone) if time_zone else _UTC)
    _chosen.set(code if code in LANGUAGES else "en")


@contextmanager
def speaking(code: str, time_zone: str = "") -> Iterator[None]:
    """Speak `code` inside the block, outside of any request: in a command or a job, inside an application context."""
    before = _chosen.set(code if code in LANGUAGES else "en")
    zone_before = _chosen_zone.set(_zone(time_zone) if time_zone else _UTC)
    try:
        with force_locale(locale_name()):
            yield
    finally:
        _chosen.reset(before)
        _chosen_zone.reset(zone_before)


def speak(code: str) -> None:
    """Have the rest of this request speak `code`, for what is handed on; an unknown one changes nothing."""
    if code in LANGUAGES:
        _chosen.set(code)


def language() -> str:
    """The reader's language."""
    return _chosen.get()


def locale_name() -> str:
    """The reader's language as a locale of Babel's, `en_GB` or `fr`."""
    return str(_LOCALES[language()])


def zone() -> ZoneInfo:
    """The reader's time zone; UTC where the stored name means nothing to this machine."""
    return _chosen_zone.get()


@cache
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC


@cache
def _catalogue(code: str) -> NullTranslations:
    return Translations.load(str(TRANSLATIONS), [code])


def gettext(message: str) -> str:
    """`message` in the reader's language, without filling its places."""
    return str(_catalogue(language()).gettext(message))


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form that fits `number` in the reader's language, without filling its places."""
    return str(_catalogue(language()).ngettext(singular, plural, number))


@lru_cache(maxsize=4096)
def _said(_language: str, code: str, params: tuple[tuple[str, object], ...]) -> str:
    return say(code, **dict(params))


def said(code: str, /, **params: object) -> str:
    """`inbox.words.say`, remembered per language: rows of a page say the same few sentences again and again.

    Values that cannot be compared by a memory (lists) are said afresh.
    """
    try:
        return _said(language(), code, tuple(sorted(params.items())))
    except TypeError:
        return say(code, **params)


def number(value: float) -> str:
    """A number with the separators of the reader's language."""
    return _number(language(), value)


@lru_cache(maxsize=4096)
def _number(code: str, value: float) -> str:
    return str(format_decimal(value, locale=_LOCALES[code]))


def percent(share: float | None) -> str:
    """A share between 0 and 1 as a percentage, a dash where there is nothing to share."""
    if share is None:
        return "–"
    locale = _LOCALES[language()]
    pattern = locale.percent_formats[None].pattern.replace("##0", "##0.#")
    return str(format_percent(share, pattern, locale=locale))


@cache
def _pattern(code: str, name: str) -> Callable[[datetime], str]:
    locale = _LOCALES[code]
    if name == "moment":
        joined = str(get_datetime_format("medium", locale=locale)).replace("'", "")
        shape = joined.format(locale.time_formats["short"].pattern, locale.date_formats["medium"].pattern)
    elif name == "day":
        shape = {"en": "EEEE d MMMM", "fr": "EEEE d MMMM"}[code]
    else:
        shape = locale.date_formats["medium"].pattern
    pattern: DateTimePattern = parse_pattern(shape)
    return lambda moment: str(pattern.apply(moment, locale))


def time_of_day(moment: datetime) -> str:
    """`14:02`, on the reader's clock."""
    return moment.astimezone(zone()).strftime("%H:%M")


def moment(at: datetime, on: ZoneInfo | None = None) -> str:
    """`3 Mar 2026, 14:02`, on the reader's clock, or on that of a zone."""
    return _moment(language(), at, on or zone())


@lru_cache(maxsize=8192)
def _moment(code: str, at: datetime, on: ZoneInfo) -> str:
    return _pattern(code, "moment")(at.astimezone(on))


def date(at: datetime) -> str:
    """`3 Mar 2026`, in the reader's time zone."""
    return _pattern(language(), "date")(at.astimezone(zone()))


def day(at: datetime) -> str:
    """`Today`, `Yesterday` or `Tuesday 3 March`, with the year where it is another one."""
    here, today = at.astimezone(zone()), clock.now().astimezone(zone())
    if here.date() == today.date():
        return gettext("Today")
    if here.date() == today.date() - timedelta(days=1):
        return gettext("Yesterday")
    name = _pattern(language(), "day")(here)
    return name if here.year == today.year else f"{name} {here.year}"


def length(seconds: float) -> str:
    """How long something lasts, in words short enough to be the largest thing in a row: `41 min`, `2 h 05`."""
    return _length(language(), max(0, int(seconds)) // 60)


@lru_cache(maxsize=8192)
def _length(_language: str, minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if minutes < 1:
        words = gettext("< 1 min")
    elif hours < 1:
        words = gettext("%(minutes)s min") % {"minutes": minutes}
    elif hours < 24 and not rest:
        words = gettext("%(hours)s h") % {"hours": hours}
    elif hours < 24:
        words = gettext("%(hours)s h %(minutes)s") % {"hours": hours, "minutes": f"{rest:02d}"}
    else:
        words = ngettext("%(days)s day", "%(days)s days", hours // 24) % {"days": hours // 24}
    # A length is one word: it is never broken over two lines.
    return words.replace(" ", "\N{NO-BREAK SPACE}")


def finely(seconds: float) -> str:
    """As `length`; from a day up to ten days with the hours too, where a figure is compared: `2 days 12 h`."""
    days, rest = divmod(max(0, int(seconds)), 86_400)
    hours = rest // 3600 * 3600
    if not hours or not 0 < days < 10:
        return length(seconds)
    return f"{length(days * 86_400)}\N{NO-BREAK SPACE}{length(hours)}"


def ago(at: datetime) -> str:
    """How long ago something was: `12 min ago`."""
    seconds = (clock.now() - at).total_seconds()
    if seconds < 60:
        return gettext("just now")
    return gettext("%(length)s ago") % {"length": length(seconds)}


FILTERS: dict[str, Callable[..., Any]] = {
    "ago": ago,
    "date": date,
    "day": day,
    "finely": finely,
    "lasting": length,
    "moment": moment,
    "number": number,
    "percent": percent,
    "time_of_day": time_of_day,
}
"""What templates may use of this file, by the name they use."""
