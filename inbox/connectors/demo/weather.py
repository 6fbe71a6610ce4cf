"""The weather on the demo network: how well it serves its visitors, as it has been told to.

It is kept in the network's file, for one stage or for all, so that one program tells and the others feel it.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any, Final

from inbox import clock
from inbox.connectors.demo.store import Store, to_micros

EVERYWHERE: Final = ""
"""The stage name under which weather for all stages is kept."""


class Forecast:
    """What the network can be told. Leave `stage` out, and it is the same for every account.

    Args:
        store: the network's file.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def unreachable(self, on: bool = True, *, stage: str = EVERYWHERE) -> None:
        """No connection is made until told otherwise."""
        self._tell(stage, "unreachable", on or None)

    def throttle(self, until: datetime, *, stage: str = EVERYWHERE) -> None:
        """Every call before `until` (aware) is answered with 429 and that moment."""
        self._tell(stage, "throttled_until", to_micros(clock.as_utc(until)))

    def allow(self, calls: int | None, seconds: float = 900, *, stage: str = EVERYWHERE) -> None:
        """At most `calls` in any stretch of `seconds`, announced with every page; None for no limit."""
        self._tell(stage, "allowance", None if calls is None else [calls, seconds])

    def lose_next_answers(self, count: int, *, stage: str = EVERYWHERE) -> None:
        """The next `count` replies are published, and the answer that says so never arrives."""
        self._tell(stage, "lost_answers", count)

    def lose_next_calls(self, count: int, *, stage: str = EVERYWHERE) -> None:
        """The next `count` calls are received and neither carried out nor answered."""
        self._tell(stage, "lost_calls", count)

    def fail_next_calls(self, count: int, *, stage: str = EVERYWHERE) -> None:
        """The next `count` calls are answered with 500 and not carried out."""
        self._tell(stage, "failing_calls", count)

    def cannot_look_back(self, on: bool = True, *, stage: str = EVERYWHERE) -> None:
        """The network cannot say whether a reply was published, until told otherwise."""
        self._tell(stage, "forgetful", on or None)

    def keep_from(self, moment: datetime | None, *, stage: str = EVERYWHERE) -> None:
        """The network no longer delivers what was written before `moment` (aware); None gives it back its memory."""
        self._tell(stage, "kept_from", None if moment is None else to_micros(clock.as_utc(moment)))

    def set_page_size(self, items: int, *, stage: str = EVERYWHERE) -> None:
        """How many items one page carries at most."""
        if items < 1:
            raise ValueError("a page carries at least one item")
        self._tell(stage, "page_size", items)

    def garble_next(self, count: int, *, stage: str = EVERYWHERE) -> None:
        """The next `count` payloads that enter the stream lack a field that readers need."""
        self._tell(stage, "garbled", count)

    def _tell(self, stage: str, name: str, value: Any) -> None:
        with self._store.transaction() as connection:
            set_weather(connection, stage, name, value)


def set_weather(connection: sqlite3.Connection, stage: str, name: str, value: Any) -> None:
    """Keep what the network has been told to do: `name` for one stage, or `EVERYWHERE`."""
    connection.execute(
        "INSERT INTO weather (stage, name, value) VALUES (?, ?, ?)"
        " ON CONFLICT (stage, name) DO UPDATE SET value = excluded.value",
        (stage, name, json.dumps(value)),
    )


def weather(connection: sqlite3.Connection, stage: str, name: str) -> Any:
    """What was told for `stage`, or else for every stage; None when nothing was."""
    row = connection.execute(
        "SELECT value FROM weather WHERE name = ? AND stage IN (?, ?) AND value <> 'null' ORDER BY stage DESC LIMIT 1",
        (name, stage, EVERYWHERE),
    ).fetchone()
    return None if row is None else json.loads(row["value"])


def take_one(connection: sqlite3.Connection, stage: str, name: str) -> bool:
    """Use up one of a counted number of events; the stage's own count goes before the one for everywhere."""
    row = connection.execute(
        "SELECT rowid, value FROM weather WHERE name = ? AND stage IN (?, ?) AND CAST(value AS INTEGER) > 0"
        " ORDER BY stage DESC LIMIT 1",
        (name, stage, EVERYWHERE),
    ).fetchone()
    if row is None:
        return False
    connection.execute("UPDATE weather SET value = ? WHERE rowid = ?", (str(int(row["value"]) - 1), row["rowid"]))
    return True
