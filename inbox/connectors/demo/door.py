"""The network's door: what it serves to the programs that visit it. It takes replies and gives comments, no more.

Every call that reaches the network is written into its ledger together with how it was answered.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import regex

from inbox import clock
from inbox.connectors.demo import play
from inbox.connectors.demo.store import Store, from_micros, to_micros
from inbox.connectors.demo.weather import take_one, weather

Json = dict[str, Any]

TEXT_LIMIT = 500
"""The longest reply, in grapheme clusters."""

COUNTED = 5_000
"""Code points within which graphemes are counted; each one beyond counts for itself, so that any text is quick."""

PAGE_SIZE = 40

_GRAPHEME = regex.compile(r"\X")


class NoConnection(Exception):
    """The network cannot be reached; it received nothing."""


class NoAnswer(Exception):
    """The network received the call and its answer never came."""


class Refusal(Exception):
    """The network answered no.

    Attributes:
        status: 400 malformed, 401 unknown account or key, 403 closed, 404 not there, 409 key used for another reply,
            413 too long, 429 too many calls, 500 its own fault, 501 cannot tell.
        retry_at: with 429, when calls are welcome again (aware UTC).
    """

    def __init__(self, status: int, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(f"{status} {reason}")
        self.status = status
        self.retry_at = retry_at


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls a stage may still make until `reset_at`."""

    limit: int
    remaining: int
    reset_at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One page of the stream of a stage.

    Attributes:
        items: payloads in the network's words, edits and the brand's own messages included.
        last: the sequence number to go on from.
        more: there is more already.
        forgotten_since: the network no longer keeps all of what came after the cursor; the time of the last thing
            the caller has seen.
    """

    items: tuple[Json, ...]
    last: int
    more: bool
    forgotten_since: datetime | None
    allowance: Allowance | None


@dataclass(frozen=True, slots=True)
class Published:
    """A reply as the network has it. `at` is the network's own time (aware UTC)."""

    id: str
    at: datetime


def graphemes(text: str) -> int:
    """The length of `text` as the network counts it; white space alone counts as nothing."""
    if not text.strip():
        return 0
    return len(_GRAPHEME.findall(text[:COUNTED])) + max(0, len(text) - COUNTED)


class Door:
    """The calls of one account at a demo network.

    Every method raises `NoConnection`, `NoAnswer` or `Refusal`.

    Args:
        path: the network's file.
        stage: the account, as it is called there.
        key: the account's access key, empty when it has none.
    """

    def __init__(self, path: Path, stage: str, key: str = "") -> None:
        if not path.is_file():
            raise NoConnection("there is no demo network here")
        self._store = Store(path)
        self._stage = stage
        self._key = key

    @contextmanager
    def _call(self, name: str, subject: str = "") -> Iterator[sqlite3.Connection]:
        with self._store.transaction(keep_after=(Refusal, NoAnswer, NoConnection)) as connection:
            if weather(connection, self._stage, "unreachable"):
                raise NoConnection("unreachable")
            answer = "ok"
            try:
                self._let_in(connection)
                play.unfold(connection, self._stage)
                yield connection
            except (Refusal, NoAnswer) as error:
                answer = str(error)
                raise
            finally:
                connection.execute(
                    "INSERT INTO calls (at, stage, call, subject, answer) VALUES (?, ?, ?, ?, ?)",
                    (to_micros(clock.now()), self._stage, name, subject, answer),
                )

    def _let_in(self, connection: sqlite3.Connection) -> None:
        row = connection.execute("SELECT access_key FROM stages WHERE name = ?", (self._stage,)).fetchone()
        if row is None or (row["access_key"] or "") not in ("", self._key):
            raise Refusal(401, "unknown account or wrong access key")
        until = weather(connection, self._stage, "throttled_until")
        if until is not None and to_micros(clock.now()) < until:
            raise Refusal(429, "patience is asked for", from_micros(until))
        allowance = self._allowance(connection)
        if allowance is not None and allowance.remaining == 0:
            raise Refusal(429, "too many calls", allowance.reset_at)
        if take_one(connection, self._stage, "lost_calls"):
            raise NoAnswer("the call was lost before anything was done")
        if take_one(connection, self._stage, "failing_calls"):
            raise Refusal(500, "the network stumbled")

    def _allowance(self, connection: sqlite3.Connection, spent: int = 0) -> Allowance | None:
        """What is left, `spent` calls of the present moment not yet being in the ledger."""
        rule = weather(connection, self._stage, "allowance")
        if rule is None:
            return None
        limit, seconds = rule
        opened = to_micros(clock.now() - timedelta(seconds=seconds))
        row = connection.execute(
            "SELECT count(*) AS made, min(at) AS first FROM calls"
            " WHERE stage = ? AND at > ? AND answer NOT LIKE '429%'",
            (self._stage, opened),
        ).fetchone()
        first = clock.now() if row["first"] is None else from_micros(row["first"])
        return Allowance(limit, max(0, limit - row["made"] - spent), first + timedelta(seconds=seconds))

    def sign_in(self) -> str:
        """Say who calls.

        Returns:
            the display name of the account.
        """
        with self._call("sign_in") as connection:
            row = connection.execute("SELECT display_name FROM stages WHERE name = ?", (self._stage,)).fetchone()
            return str(row["display_name"])

    def page(self, after: int) -> Delivery:
        """What came after the sequence number `after`, oldest first.

        What its author took back, or what vanished, is passed over: a network does not deliver what it has not.
        """
        with self._call("page", str(after)) as connection:
            size = weather(connection, self._stage, "page_size") or PAGE_SIZE
            kept_from = weather(connection, self._stage, "kept_from") or 0
            rows = connection.execute(
                "SELECT d.seq, d.payload FROM deliveries d LEFT JOIN messages m ON m.id = d.message_id"
                " WHERE d.stage = ? AND d.seq > ? AND d.at >= ? AND coalesce(m.state, 'present') = 'present'"
                " ORDER BY d.seq LIMIT ?",
                (self._stage, after, kept_from, size + 1),
            ).fetchall()
            page = rows[:size]
            return Delivery(
                items=tuple(json.loads(row["payload"]) for row in page),
                last=page[-1]["seq"] if page else after,
                more=len(rows) > size,
                forgotten_since=self._forgotten(connection, after, kept_from),
                allowance=self._allowance(connection, spent=1),
            )

    def _forgotten(self, connection: sqlite3.Connection, after: int, kept_from: int) -> datetime | None:
        lost = connection.execute(
            "SELECT 1 FROM deliveries WHERE stage = ? AND seq > ? AND at < ? LIMIT 1", (self._stage, after, kept_from)
        ).fetchone()
        seen = connection.execute(
            "SELECT at FROM deliveries WHERE stage = ? AND seq = ?", (self._stage, after)
        ).fetchone()
        return from_micros(seen["at"]) if lost and seen else None

    def publish(self, text: str, target_id: str, key: str) -> Published:
        """Publish a reply under a comment, once per `key`: the same call again gets the same answer."""
        with self._call("publish", target_id) as connection:
            known = self._by_key(connection, key)
            if known is None:
                known = self._add_reply(connection, text, target_id, key)
            elif known["parent_id"] != target_id or json.loads(known["body"])["text"] != text:
                raise Refusal(409, "this key belongs to another reply")
            if take_one(connection, self._stage, "lost_answers"):
                raise NoAnswer("the reply is published, the answer was lost")
            return Published(known["id"], from_micros(known["posted_at"]))

    def _add_reply(self, connection: sqlite3.Connection, text: str, target_id: str, key: str) -> sqlite3.Row:
        length = graphemes(text)
        if length == 0 or not _storable(text):
            raise Refusal(400, "no readable text")
        if length > TEXT_LIMIT:
            raise Refusal(413, f"{length} of {TEXT_LIMIT} characters")
        target = connection.execute(
            "SELECT * FROM messages WHERE id = ? AND stage = ? AND state = 'present'", (target_id, self._stage)
        ).fetchone()
        if target is None:
            raise Refusal(404, "no such comment")
        if target["closed"]:
            raise Refusal(403, "this author accepts no answers")
        count = connection.execute("SELECT count(*) AS n FROM messages WHERE stage = ?", (self._stage,)).fetchone()
        now = to_micros(clock.now())
        reply_id = f"{self._stage}-reply-{count['n'] + 1}"
        connection.execute(
            "INSERT INTO messages (id, stage, post_id, parent_id, thread_id, posted_at, body, key)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                reply_id,
                self._stage,
                target["post_id"],
                target_id,
                target["thread_id"],
                now,
                json.dumps({"text": text}),
                key,
            ),
        )
        play.deliver(connection, self._stage, reply_id, now)
        play.react(connection, self._stage, target, reply_id, now)
        published = self._by_key(connection, key)
        if published is None:
            raise RuntimeError("a reply just written is not there")
        return published

    def _by_key(self, connection: sqlite3.Connection, key: str) -> sqlite3.Row | None:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM messages WHERE stage = ? AND key = ?", (self._stage, key)
        ).fetchone()
        return row

    def find(self, key: str) -> Published | None:
        """The reply that was published with `key`; None when there is none."""
        with self._call("find", key) as connection:
            if weather(connection, self._stage, "forgetful"):
                raise Refusal(501, "the network cannot look back")
            row = self._by_key(connection, key)
            return None if row is None else Published(row["id"], from_micros(row["posted_at"]))

    def look_up(self, ids: Sequence[str]) -> dict[str, str]:
        """The state of messages: `present`, `hidden`, `taken_back` or `vanished`; unknown ids are left out."""
        with self._call("look_up", ",".join(ids)) as connection:
            found: dict[str, str] = {}
            for message_id in ids:
                row = connection.execute(
                    "SELECT state FROM messages WHERE id = ? AND stage = ?", (message_id, self._stage)
                ).fetchone()
                if row is not None:
                    found[message_id] = row["state"]
            return found


def _storable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
