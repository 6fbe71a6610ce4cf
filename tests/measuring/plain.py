"""The figures of response times once more, in plain Python over plain values, slow and obvious: nothing of ours in it.

What the product computes is compared with this.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

SHARES = {"median": 0.5, "p90": 0.9, "p95": 0.95}


@dataclass(frozen=True)
class PlainWait:
    """One wait. Without `closed` it is open."""

    conversation: Any
    ordinal: int
    opened: datetime
    due: datetime
    closed: datetime | None = None
    substantive: datetime | None = None
    native: bool = False
    conversation_closed: bool = False
    marked: bool = False


def threads(path: Path) -> list[tuple[str, int, list[dict[str, Any]]]]:
    """The readable threads of a file: brand, line, messages with their times as datetimes."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        try:
            thread = json.loads(line)
            messages = [message for message in thread["messages"] if isinstance(message, dict) and "at" in message]
        except (ValueError, TypeError, KeyError):
            continue
        found.append((thread["brand"], number, [{**message, "at": _moment(message["at"])} for message in messages]))
    return found


def waits_of_threads(path: Path, target: float = 3600) -> list[PlainWait]:
    """The waits that the threads of a file give: who wrote, and when the brand answered whom.

    A message of the brand answers the author of the message it names, or whom that message of the brand answered, or
    who began the thread; and everything they wrote in the thread until then.
    """
    found = []
    for _, number, messages in threads(path):
        by_id = {message["id"]: message for message in messages}
        written: dict[str, list[datetime]] = {}
        answered: dict[str, list[datetime]] = {}
        for message in messages:
            if message["from"] == "brand":
                answered.setdefault(_whom(message, by_id, messages), []).append(message["at"])
            else:
                written.setdefault(message["from"], []).append(message["at"])
        for author, times in written.items():
            waiting, ordinal = sorted(times), 0
            for answer in [*sorted(answered.get(author, [])), None]:
                covered = [time for time in waiting if answer is None or time <= answer]
                if covered:
                    ordinal += 1
                    due = datetime.fromtimestamp(covered[0].timestamp() + target, UTC)
                    wait = PlainWait((number, author), ordinal, covered[0], due, answer, answer, native=True)
                    found.append(wait)
                waiting = [time for time in waiting if time not in covered]
    return found


def figures(waits: Sequence[PlainWait], now: datetime) -> dict[str, Any]:
    """The figures by the names they are exported under."""
    answered = [wait for wait in waits if wait.closed is not None]
    still_open = [wait for wait in waits if wait.closed is None]
    late = [wait for wait in waits if (wait.closed or now) > wait.due]
    late_in_substance = [wait for wait in waits if (wait.substantive or now) > wait.due]
    in_substance = [wait for wait in answered if wait.substantive is not None]
    marked_open = [wait for wait in still_open if wait.marked]
    waiting = [wait for wait in still_open if not wait.conversation_closed]
    within = len([wait for wait in answered if wait.closed is not None and wait.closed <= wait.due])
    decided = within + len(late)
    found: dict[str, Any] = {
        "waits": len(waits),
        "conversations": len({wait.conversation for wait in waits}),
        "answered": len(answered),
        "unanswered": len(still_open),
        "still_waiting": len(waiting),
        "closed_without_reply": len(still_open) - len(waiting),
        "answered_natively": len([wait for wait in answered if wait.native]),
        "holding_only": len(answered) - len(in_substance),
        "answered_in_substance": len(in_substance),
        "conversations_no_answer_called_for": len({wait.conversation for wait in waits if wait.marked}),
        "waits_no_answer_called_for": len(marked_open),
        "share_answered": _share(len(answered), len(waits)),
        "share_answered_where_called_for": _share(len(answered), len(waits) - len(marked_open)),
        "share_answered_in_substance": _share(len(in_substance), len(waits)),
        "within_target": within,
        "past_target": len(late),
        "share_within_target": _share(within, decided),
        "past_target_in_substance": len(late_in_substance),
        "within_target_in_substance": len(
            [wait for wait in in_substance if wait.substantive is not None and wait.substantive <= wait.due]
        ),
        "oldest_waiting_since": min((wait.opened for wait in still_open), default=None),
    }
    for name, ordinals in (("first", {1}), ("next", set(range(2, 1000)))):
        chosen = [wait for wait in waits if wait.ordinal in ordinals]
        ends = [(wait.opened, wait.closed) for wait in chosen]
        found |= lengths(f"{name}_response", *_lasted(ends, now))
        ends = [(wait.opened, wait.substantive) for wait in chosen]
        found |= lengths(f"{name}_substantive", *_lasted(ends, now))
    return found


def lengths(name: str, answered: Iterable[float], others: Iterable[float]) -> dict[str, float | None]:
    """Percentiles of lengths in seconds, over those with an answer and over all."""
    done, so_far = sorted(answered), sorted(others)
    found: dict[str, float | None] = {f"{name}_longest_seconds": done[-1] if done else None}
    for share_name, share in SHARES.items():
        found[f"{name}_{share_name}_seconds"] = _percentile(done, share)
        found[f"{name}_{share_name}_all_seconds"] = _reached(done, so_far, share)
    return found


def _percentile(ordered: list[float], share: float) -> float | None:
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def _reached(done: list[float], so_far: list[float], share: float) -> float | None:
    """Kaplan and Meier's estimate, one length after the other; nothing is reached before so many have an answer."""
    if not done or len(done) < share * (len(done) + len(so_far)):
        return None
    unanswered = 1.0
    for length in sorted(set(done)):
        at_risk = len([each for each in done if each >= length]) + len([each for each in so_far if each >= length])
        unanswered *= 1 - done.count(length) / at_risk
        if unanswered <= 1 - share + 1e-9:
            return length
    return None


def _lasted(ends: Sequence[tuple[datetime, datetime | None]], now: datetime) -> tuple[list[float], list[float]]:
    done = [max(0.0, (end - opened).total_seconds()) for opened, end in ends if end is not None]
    return done, [max(0.0, (now - opened).total_seconds()) for opened, end in ends if end is None]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _whom(message: dict[str, Any], by_id: dict[str, dict[str, Any]], messages: list[dict[str, Any]]) -> str:
    named = by_id.get(message.get("in_reply_to") or "")
    if named is None:
        return str(messages[0]["from"])
    return str(named["from"]) if named["from"] != "brand" else _whom(named, by_id, messages)


def _moment(written: Any) -> datetime:
    if isinstance(written, int | float):
        return datetime.fromtimestamp(written, UTC)
    return datetime.fromisoformat(written)
