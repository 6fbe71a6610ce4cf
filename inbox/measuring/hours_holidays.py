"""Public holidays: which countries and regions are known, and what their days are when hours are set.

They come from the `holidays` library and are stored with the hours, so that a later release of it moves no figure. It
is loaded when somebody asks: most programs never do.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import cache
from typing import Any

from inbox.problems import Problem

YEARS_AHEAD = 15
"""For how many years holidays are written down; whoever sets hours anew later writes the next ones down."""


@cache
def countries() -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes of the countries whose holidays are known."""
    import holidays

    return tuple(sorted(holidays.list_supported_countries(include_aliases=False)))


@cache
def subdivisions(country: str) -> dict[str, str]:
    """Regions of a country that may have days of their own, by code, with the name people there use.

    Raises:
        Problem: `holidays_country_unknown`.
    """
    import holidays

    if country not in countries():
        raise Problem("holidays_country_unknown", country=country[:20])
    found = holidays.country_holidays(country).get_subdivision_aliases()
    # Codes without a name stand for other things: the zones of French school holidays, for example.
    named = {code: max(aliases, key=len) for code, aliases in found.items() if aliases}
    if not named:
        named = {code: code for code in found}
    return dict(sorted(named.items(), key=lambda pair: pair[1].casefold()))


def closed_days(country: str, subdivision: str, begins: date) -> list[dict[str, Any]]:
    """The public holidays from `begins` on, for `YEARS_AHEAD` years.

    Returns:
        `{"date": "2026-05-01", "name": {"en": …, "fr": …}}`, by date; a name stands in English and French where the
        library has it, and always in the country's own language.

    Raises:
        Problem: `holidays_country_unknown`, `holidays_subdivision_unknown`.
    """
    import holidays

    if subdivision and subdivision not in subdivisions(country):
        raise Problem("holidays_subdivision_unknown", subdivision=subdivision[:20])
    if country not in countries():
        raise Problem("holidays_country_unknown", country=country[:20])
    plain = holidays.country_holidays(country)
    own = plain.default_language or "en"
    spoken = {_short(language): language for language in sorted(plain.supported_languages)}
    names: dict[date, dict[str, str]] = {}
    for short, language in {
        _short(own): own,
        **{code: spoken[code] for code in ("en", "fr") if code in spoken},
    }.items():
        with _quiet():
            days = holidays.country_holidays(
                country,
                subdiv=subdivision or None,
                years=range(begins.year, begins.year + YEARS_AHEAD),
                language=language if spoken else None,
            )
        for day, name in days.items():
            names.setdefault(day, {})[short] = str(name)
    return [{"date": day.isoformat(), "name": found} for day, found in sorted(names.items()) if day >= begins]


def _short(language: str) -> str:
    return language.partition("_")[0].lower()


@contextmanager
def _quiet() -> Iterator[None]:
    """The library warns where a calendar is an estimate (days that follow the moon): it is the best there is."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
