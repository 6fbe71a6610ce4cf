"""Reading out of a reply, in English and French, by when it says that we will write again.

Only a proposal to the member who writes: what they set is what counts. A sentence must both announce that we come back
and name a time; a time alone ("the shop opens at 9:00") promises nothing. An hour needs a mark: `18:00`, `18 h`,
`6pm`.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

END_OF_DAY = time(18)
"""What a day without an hour means: the end of a working day."""

READ = 4_000
"""Characters of a text that are read: more than any network lets an answer have that people would read."""

_ANNOUNCES = re.compile(
    r"""
    \b(?:we|i)(?:'ll|\ will|\ shall|\ are\ going\ to|'re\ going\ to|\ can|\ should)\b.{0,120}?
        \b(?:write|back|reply|answer|update|let\ you\ know|tell\ you|say|return|follow\ up|contact|keep\ you|know|post
            |message|publish|share|have\ (?:an?|the|more|some|news))\b
    | \bwill\s+(?:write|say|reply|answer|tell|update|be\s+back|get\s+back|come\s+back|let|know)\b
    | \b(?:you'll|you\ will)\s+(?:hear|have|get|receive|know)\b
    | \b(?:update|answer|reply|news|more|details)\b.{0,30}?\b(?:by|before|within|tomorrow|tonight|this|today)\b
    | \bback\s+(?:to|with|here)\b
    | \bnous\s+(?:\w+\s+){0,2}?(?:revien|reven|recontact|repond|ecriv|ecrir|inform|tiend|ten|dir|donn|redonn|fer|publi
        |communiqu|saur|aur|mettr|partag)\w*
    | \bnous\s+(?:allons|pourrons|pensons|esperons)\b.{0,120}?
        \b(?:revenir|repondre|recontacter|ecrire|informer|dire|donner)\b
    | \b(?:on|je)\s+(?:\w+\s+){0,2}?(?:revien|recontact|repond|ecri|redi|tien|dir|donn)\w*
    | \bvous\s+(?:aurez|recevrez|saurez)\b
    | \b(?:reponse|nouvelles?|retour|precisions?|point)\b.{0,20}?\b(?:avant|d'ici|sous|demain|ce|cet|dans)\b
    """,
    re.VERBOSE,
)
_CLOCK = re.compile(
    r"""
    (?<![\d:.,/])(?P<hour>[01]?\d|2[0-3])
    (?: \s?(?::|\.|h)\s?(?P<minute>[0-5]\d)(?!\d)(?:\s?(?P<half>[ap])m\b)?
      | \s?(?P<bare_half>[ap])m\b
      | \s?(?:h|heures?|o'clock)\b )
    """,
    re.VERBOSE,
)
_NOON, _MIDNIGHT = re.compile(r"\b(?:noon|midday|midi)\b"), re.compile(r"\b(?:midnight|minuit)\b")
_PARTS = (
    (re.compile(r"\b(?:morning|matin|matinee)\b"), time(12)),
    (re.compile(r"\b(?:afternoon|apres[- ]midi|end\s+of\s+(?:the\s+)?day|close\s+of\s+business|journee)\b"), time(18)),
    (re.compile(r"\b(?:tonight|evening|soir|soiree)\b"), time(20)),
)
"""A part of a day, and when it is over."""

_WITHIN = re.compile(
    r"""
    \b(?:within|in|sous|dans|d'ici)\s+(?:(?:the|les|about|environ)\s+)?(?:(?:next|coming|prochaines?)\s+)?
    (?P<count>\d{1,3}|half\s+an|an?|the|une?|une\s+demi|l'|une?|one|two|three|four|deux|trois|quatre)[\s-]*
    (?:(?:next|coming|prochaine?s?)\s+)?(?P<unit>minutes?|mins?|mn|hours?|hrs?|heures?|h|days?|jours?|j)\b
    """,
    re.VERBOSE,
)
_COUNTS = {
    **dict.fromkeys(("a", "an", "the", "un", "une", "l'", "one"), 1.0),
    **dict.fromkeys(("two", "deux"), 2.0),
    **dict.fromkeys(("three", "trois"), 3.0),
    **dict.fromkeys(("four", "quatre"), 4.0),
}
_AFTER_TOMORROW = re.compile(r"\b(?:day\s+after\s+tomorrow|apres[- ]demain)\b")
_TOMORROW = re.compile(r"\b(?:tomorrow|demain)\b")
_TODAY = re.compile(
    r"\b(?:today|tonight|this\s+(?:morning|afternoon|evening)|aujourd'hui|ce\s+(?:soir|matin)|cet\s+apres)"
)
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            ("monday", "lundi"),
            ("tuesday", "mardi"),
            ("wednesday", "mercredi"),
            ("thursday", "jeudi"),
            ("friday", "vendredi"),
            ("saturday", "samedi"),
            ("sunday", "dimanche"),
        )
    )
    for name in names
}
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_WEEKDAYS)})\b")
_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            ("january", "janvier"),
            ("february", "fevrier"),
            ("march", "mars"),
            ("april", "avril"),
            ("may", "mai"),
            ("june", "juin"),
            ("july", "juillet"),
            ("august", "aout"),
            ("september", "septembre"),
            ("october", "octobre"),
            ("november", "novembre"),
            ("december", "decembre"),
        ),
        start=1,
    )
    for name in names
}
_DATE = re.compile(rf"\b(?P<day>[0-3]?\d)(?:st|nd|rd|th|er)?\s+(?:of\s+)?(?P<month>{'|'.join(_MONTHS)})\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+|;\s|,\s+(?:and|et|mais|but)\s+")
_HALF_DAY = re.compile(r"\b([ap])\.\s?m\.?")


def suggested(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """By when a reply says that we will write again; the latest of its times where it says several.

    Args:
        text: the reply, in English or French; its first `READ` characters are read.
        now: the present moment (aware).
        zone: of the member who writes; "18:00" is meant on their clock.

    Returns:
        an aware time in `zone` after `now`, or None where the text names none that is still to come.
    """
    local = now.astimezone(zone)
    plain = _HALF_DAY.sub(r"\1m", _folded(text[:READ]))
    moments = (_moment(sentence, local) for sentence in _SENTENCE.split(plain) if _ANNOUNCES.search(sentence))
    return max((moment for moment in moments if moment is not None and moment > now), default=None)


def _moment(sentence: str, now: datetime) -> datetime | None:
    """The time that a sentence names, as a local time."""
    if within := _WITHIN.search(sentence):
        return _after(within["count"], within["unit"], now)
    day = _day(sentence, now)
    hour = _hour(sentence)
    if hour is None:
        return datetime.combine(day, END_OF_DAY, now.tzinfo) if day is not None else None
    clock_time, next_day = hour
    at = datetime.combine((day or now.date()) + timedelta(days=next_day), clock_time, now.tzinfo)
    if at <= now and day is None:
        # "By 9 am", written in the evening, is tomorrow's.
        at = datetime.combine(at.date() + timedelta(days=1), clock_time, now.tzinfo)
    return at


def _after(count: str, unit: str, now: datetime) -> datetime:
    number = float(count) if count.isdigit() else _COUNTS.get(count, 0.5)
    if unit[0] in "dj":
        return datetime.combine(now.date() + timedelta(days=number), now.timetz())
    # Over the change of the clocks two hours stay two hours.
    passed = timedelta(minutes=number) if unit[0] == "m" else timedelta(hours=number)
    return (now.astimezone(ZoneInfo("UTC")) + passed).astimezone(now.tzinfo)


def _day(sentence: str, now: datetime) -> date | None:
    today = now.date()
    if named := _DATE.search(sentence):
        return _date(int(named["day"]), _MONTHS[named["month"]], today)
    if _AFTER_TOMORROW.search(sentence):
        return today + timedelta(days=2)
    if _TOMORROW.search(sentence):
        return today + timedelta(days=1)
    if weekday := _WEEKDAY.search(sentence):
        return today + timedelta(days=(_WEEKDAYS[weekday[0]] - today.weekday()) % 7 or 7)
    return today if _TODAY.search(sentence) else None


def _date(day: int, month: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _hour(sentence: str) -> tuple[time, int] | None:
    """An hour, and how many days later than the day it is named with it comes."""
    if found := _CLOCK.search(sentence):
        hour, half = int(found["hour"]), found["half"] or found["bare_half"]
        if half and not 1 <= hour <= 12:
            return None
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return time(hour, int(found["minute"] or 0)), 0
    if _MIDNIGHT.search(sentence):
        return time(0), 1
    # "après-midi" is no "midi".
    afternoon_apart = sentence.replace("apres-midi", "apres_midi").replace("apres midi", "apres_midi")
    if _NOON.search(afternoon_apart):
        return time(12), 0
    return next(((over, 0) for part, over in _PARTS if part.search(sentence)), None)


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text.casefold().replace("’", "'"))
    return "".join(character for character in apart if not unicodedata.combining(character))
