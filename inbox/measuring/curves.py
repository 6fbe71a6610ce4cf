"""What the charts of a report show, as plain numbers: counted by the database where it can count, in one pass over the
waits where percentiles need every length."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from inbox import clock
from inbox.extensions import session
from inbox.measuring import curves_counts, curves_waits
from inbox.measuring.curves_local import HOUR, Buckets, LocalClock, Unit, cut
from inbox.measuring.curves_waits import Passed
from inbox.measuring.figures import Lengths
from inbox.measuring.report_footnotes import span_of
from inbox.measuring.report_rows import ReportQuery, check_members, check_query, purpose_of
from inbox.permissions import Actor, Permission, require

DAYS = 7
HOURS = 24

BY_COUNT = ((Unit.HOUR, timedelta(days=8)), (Unit.DAY, timedelta(days=200)), (Unit.WEEK, timedelta(days=1300)))
"""What comments and answers are counted by, up to which length of the period."""

BY_PERCENTILE = ((Unit.HOUR, timedelta(days=3)), (Unit.DAY, timedelta(days=62)), (Unit.WEEK, timedelta(days=500)))
"""A percentile needs more waits than a count does, so its buckets are wider."""

BINS_PER_DECADE = 6
DAY = 86_400.0
SHORTEST = 10.0
"""The distribution begins at so many seconds; what was answered sooner stands in its first bin."""

POINTS = 240
"""Along a curve."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Comments that came and answers that left, by when each did. Automatic messages are no answers."""

    buckets: Buckets
    comments: NDArray[np.int64]
    answers: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Spread:
    """First waits by length.

    Attributes:
        edges: of the bins, in seconds, evenly apart on a logarithmic scale; the first bin holds what is shorter too,
            the last what has lasted longer without an answer.
        answered: how many of each bin have an answer.
        unanswered: how many have none and have lasted so long until now.
        lengths: percentiles over answered waits and over all of them.
        allowed: the usual wall-clock time from the comment to its due time, in seconds; None without any wait.
    """

    edges: NDArray[np.float64]
    answered: NDArray[np.int64]
    unanswered: NDArray[np.int64]
    lengths: Lengths
    allowed: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """First waits by when they began; every list is as long as there are buckets.

    Attributes:
        waits, answered: how many.
        lengths: percentiles; those over all are None where not yet reached.
        allowed: the usual wall-clock time until due, in seconds; None where nobody began to wait.
    """

    buckets: Buckets
    waits: list[int]
    answered: list[int]
    lengths: list[Lengths]
    allowed: list[float | None]


@dataclass(frozen=True, slots=True)
class Week:
    """By local weekday (Monday first) and hour: comments, first waits, and the median over all of these."""

    comments: NDArray[np.int64]
    waits: NDArray[np.int64]
    medians: list[list[float | None]]


@dataclass(frozen=True, slots=True)
class Shares:
    """How many waits had been opened, and how many of these had an answer, at moments from the beginning on.

    Attributes:
        moments: in seconds since 1970.
        opened: waits opened until then, all of which stay counted.
        answered: those of them that had an answer then.
        answered_later: waits whose answer came after the last of `moments`.
    """

    zone: ZoneInfo
    moments: NDArray[np.float64]
    opened: NDArray[np.int64]
    answered: NDArray[np.int64]
    answered_later: int


@dataclass(frozen=True, slots=True)
class Curves:
    """Everything the charts of a report show.

    Attributes:
        waits: how many waits there are, all of which are in every curve that is over all.
    """

    waits: int
    flow: Flow
    spread: Spread
    trend: Trend
    week: Week
    stages: curves_counts.Stages
    shares: Shares


def curves_of(actor: Actor, query: ReportQuery) -> Curves | None:
    """The curves of a report; None where nobody wrote and nobody waited in its period.

    Raises:
        Refused: the actor may not see reports.
        Problem: as `inbox.measuring.reports.response_times`.
    """
    require(actor, Permission.RESPONSE_TIMES_VIEW)
    current = session()
    check_query(query)
    check_members(current, actor, query)
    purpose = purpose_of(current, query)
    now = clock.now()
    zone = ZoneInfo(query.time_zone)
    ticking = LocalClock.over(zone, query.start or datetime.min.replace(tzinfo=UTC), min(query.end or now, now))
    comments = curves_counts.comments(current, query, purpose, ticking.grain)
    answers = curves_counts.answers(current, query, purpose, ticking.grain)
    passed = curves_waits.passed(current, query, purpose, now)
    if not len(passed) and not len(comments.moments):
        return None
    first, last = _extent(span_of(current, query), now, comments, answers, passed)
    return Curves(
        waits=len(passed),
        flow=_flow(cut(zone, first, last, BY_COUNT), comments, answers),
        spread=_spread(passed.first()),
        trend=_trend(cut(zone, first, last, BY_PERCENTILE), passed.first()),
        week=_week(ticking, comments, passed.first()),
        stages=curves_counts.stages(current, query, purpose),
        shares=_shares(zone, first, last, now, passed),
    )


def _extent(
    span: tuple[datetime | None, datetime | None],
    now: datetime,
    comments: curves_counts.Counted,
    answers: curves_counts.Counted,
    passed: Passed,
) -> tuple[datetime, datetime]:
    """From the beginning of the period to its end; where it has none, from the first to the last that happened."""
    counted = (comments.moments, comments.moments + HOUR - 1, answers.moments, answers.moments + HOUR - 1)
    happened = [moments for moments in (*counted, passed.opened) if len(moments)]
    start, end = span
    first = start or datetime.fromtimestamp(min(float(moments.min()) for moments in happened), UTC)
    if end is not None:
        last = min(end - timedelta(microseconds=1), now)
    elif start is not None:
        last = now
    else:
        last = min(datetime.fromtimestamp(max(float(moments.max()) for moments in happened), UTC), now)
    return first, max(first, last)


def _flow(buckets: Buckets, comments: curves_counts.Counted, answers: curves_counts.Counted) -> Flow:
    return Flow(
        buckets,
        buckets.counts(comments.moments, comments.counts),
        buckets.counts(answers.moments, answers.counts),
    )


def _spread(first: Passed) -> Spread:
    # What waits for months would push everything else to the side: it stands in the last bin.
    oldest = min(float(first.lasted.max()), DAY) if len(first) else 0.0
    longest = max(first.lengths().longest or 0.0, oldest, 10 * SHORTEST)
    bins = int(np.ceil(np.log10(longest / SHORTEST) * BINS_PER_DECADE + 1e-9)) or 1
    edges = SHORTEST * 10 ** (np.arange(bins + 1) / BINS_PER_DECADE)
    inside = np.clip(first.lasted, edges[0], edges[-1])
    return Spread(
        edges,
        np.histogram(inside[first.answered], edges)[0].astype(np.int64),
        np.histogram(inside[~first.answered], edges)[0].astype(np.int64),
        first.lengths(),
        first.usually_allowed(),
    )


def _trend(buckets: Buckets, first: Passed) -> Trend:
    parts = first.split(buckets.place(first.opened), len(buckets))
    return Trend(
        buckets,
        [len(part) for part in parts],
        [int(part.answered.sum()) for part in parts],
        [part.lengths() for part in parts],
        [part.usually_allowed() for part in parts],
    )


def _week(ticking: LocalClock, comments: curves_counts.Counted, first: Passed) -> Week:
    def cells(moments: NDArray[np.float64]) -> NDArray[np.int64]:
        weekdays, hours = ticking.weekday_and_hour(moments)
        return weekdays * HOURS + hours

    parts = first.split(cells(first.opened), DAYS * HOURS)
    medians = [part.lengths().all["median"] if len(part) else None for part in parts]
    counted = np.bincount(cells(comments.moments), weights=comments.counts, minlength=DAYS * HOURS)
    return Week(
        counted.astype(np.int64).reshape(DAYS, HOURS),
        np.array([len(part) for part in parts], dtype=np.int64).reshape(DAYS, HOURS),
        [medians[day * HOURS : (day + 1) * HOURS] for day in range(DAYS)],
    )


def _shares(zone: ZoneInfo, first: datetime, last: datetime, now: datetime, passed: Passed) -> Shares:
    """Answers that came after the period are drawn too, up to as long after it as it lasted."""
    opened = np.sort(passed.opened)
    closed = np.sort(passed.opened[passed.answered] + passed.lasted[passed.answered])
    start, end = first.timestamp(), last.timestamp()
    if len(closed):
        end = max(end, min(float(closed[-1]), end + max(end - start, HOUR), now.timestamp()))
    moments = np.linspace(start, end, POINTS) if end > start else np.array([start])
    answered = np.searchsorted(closed, moments, side="right").astype(np.int64)
    return Shares(
        zone,
        moments,
        np.searchsorted(opened, moments, side="right").astype(np.int64),
        answered,
        len(closed) - int(answered[-1]),
    )
