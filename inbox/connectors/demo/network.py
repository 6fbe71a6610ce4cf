"""The demo network's own side: what its people do, what it is told to do, and what it remembers of its visitors.

Everything is kept in the network's file, so that one program (a test, a drill, a command) tells and others feel it.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from inbox import clock
from inbox.connectors.demo import play, scenario
from inbox.connectors.demo.store import FILE_NAME, Store, from_micros, to_micros
from inbox.connectors.demo.weather import Forecast

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """A scenario laid on a stage. `ends_at` is when its last scripted event is due (aware UTC)."""

    stage: str
    number: int
    started_at: datetime
    ends_at: datetime

    def remote_id(self, scenario_id: str) -> str:
        """What the network calls the post or comment `scenario_id` of the file."""
        return f"{self.stage}-{self.number}-{scenario_id}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call that reached the network. `answer` is `ok` or what was answered instead."""

    at: datetime
    stage: str
    call: str
    subject: str
    answer: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message as the network has it now; `by` is None for the brand's own, `key` None unless sent at the door."""

    id: str
    text: str
    by: str | None
    answers: str | None
    thread: str
    state: str
    posted_at: datetime
    key: str | None


class DemoNetwork(Forecast):
    """A demo network in the folder `data_dir`, made when it is not there yet.

    `stage` always names one account; where it may be left out, the weather is the same for all of them.
    """

    def __init__(self, data_dir: Path | str) -> None:
        self.path = Path(data_dir) / FILE_NAME
        super().__init__(Store(self.path))
        self._store.make()

    # What stands on the stages.

    def open_stage(self, stage: str, display_name: str = "", *, access_key: str | None = None) -> None:
        """Make an account, or give a known one another display name or access key."""
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT INTO stages (name, display_name, access_key) VALUES (?, ?, ?) ON CONFLICT (name)"
                " DO UPDATE SET display_name = excluded.display_name, access_key = excluded.access_key",
                (stage, display_name or stage, access_key),
            )

    def play(
        self, scenario_name: str, *, stage: str | None = None, start_at: datetime | None = None, pace: float = 1.0
    ) -> Run:
        """Lay a scenario on a stage, opening it when it is new; it unfolds by itself as the clock goes on.

        Args:
            stage: the account it is played to; the scenario's brand when left out. Scenarios on one stage add up.
            start_at: when the scenario's second 0 is; now when left out.
            pace: seconds of the scenario per second of the clock.

        Raises:
            ScenarioError: there is no such scenario, or it cannot be played.
            ValueError: `pace` is not above 0, or `start_at` has no time zone.
        """
        if pace <= 0:
            raise ValueError("the pace must be above 0")
        return self.perform(scenario.load(scenario_name), stage=stage, start_at=start_at, pace=pace)

    def perform(
        self, play_of: scenario.Scenario, *, stage: str | None = None, start_at: datetime | None = None, pace: float
    ) -> Run:
        """As `play`, for a scenario already read."""
        start = clock.now() if start_at is None else clock.as_utc(start_at)
        name = stage or play_of.brand
        with self._store.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO stages (name, display_name) VALUES (?, ?)", (name, play_of.brand_name)
            )
            number = play.lay(connection, play_of, name, start, pace)
        return Run(name, number, start, start + timedelta(seconds=max(0.0, play_of.seconds) / pace))

    def times_played(self, stage: str) -> int:
        """How many scenarios have been laid on `stage` so far; 0 for one that was never opened."""
        with self._store.reading() as connection:
            row = connection.execute("SELECT runs FROM stages WHERE name = ?", (stage,)).fetchone()
            return 0 if row is None else int(row["runs"])

    def to_come(self, stage: str) -> int:
        """How many events of `stage` still wait for their time, reactions already called forth included."""
        with self._store.transaction() as connection:
            play.unfold(connection, stage)
            row = connection.execute(
                "SELECT count(*) AS n FROM script WHERE stage = ? AND played = 0", (stage,)
            ).fetchone()
            return int(row["n"])

    def end_play(self, stage: str) -> None:
        """Nothing more happens on `stage` by itself: what is still in the script, and every reaction, is struck out."""
        with self._store.transaction() as connection:
            play.unfold(connection, stage)
            connection.execute("UPDATE script SET played = 2 WHERE stage = ? AND played = 0", (stage,))
            connection.execute("UPDATE reactions SET used = 2 WHERE stage = ? AND used = 0", (stage,))

    # What people on the network do.

    def publish_post(self, stage: str, text: str) -> str:
        """The brand publishes a post now.

        Returns:
            its id on the network.
        """
        with self._store.transaction() as connection:
            post = f"{stage}-post-{self._count(connection, 'posts') + 1}"
            self._now(connection, stage, {"do": "post", "id": post, "text": text})
            return post

    def write(
        self,
        stage: str,
        author: str,
        text: str,
        *,
        on: str | None = None,
        answers: str | None = None,
        followers: int | None = None,
        accepts_answers: bool = True,
    ) -> str:
        """`author` writes a comment now, on a post, in answer to a message, or just like that.

        Returns:
            its id on the network.

        Raises:
            LookupError: what is answered is not there.
        """
        with self._store.transaction() as connection:
            return self._say(
                connection,
                stage,
                author=play.add_person(connection, stage, author, author, followers, None),
                text=text,
                on=on,
                answers=answers,
                closed=not accepts_answers,
            )

    def answer_natively(self, stage: str, text: str, *, answers: str) -> str:
        """Somebody of the brand answers in the network's own app.

        Returns:
            the answer's id on the network.

        Raises:
            LookupError: what is answered is not there.
        """
        with self._store.transaction() as connection:
            return self._say(connection, stage, author=None, text=text, on=None, answers=answers, closed=False)

    def _say(
        self,
        connection: sqlite3.Connection,
        stage: str,
        *,
        author: str | None,
        text: str,
        on: str | None,
        answers: str | None,
        closed: bool,
    ) -> str:
        message = f"{stage}-live-{self._count(connection, 'messages') + 1}"
        thread = message
        if answers is not None:
            play.unfold(connection, stage)
            target = connection.execute("SELECT * FROM messages WHERE id = ?", (answers,)).fetchone()
            if target is None:
                raise LookupError(answers)
            thread, on = target["thread_id"], target["post_id"]
        deed = {"author": author, "post": on, "parent": answers, "thread": thread, "text": text, "closed": closed}
        self._now(connection, stage, {"do": "say", "id": message, **deed})
        return message

    def author_edits(self, comment: str, text: str) -> None:
        """The author of `comment` gives it another text."""
        self._about(comment, {"do": "edit", "of": comment, "text": text})

    def author_takes_back(self, comment: str) -> None:
        """The author of `comment` withdraws it."""
        self._about(comment, {"do": "taken_back", "of": comment})

    def somebody_conceals(self, comment: str) -> None:
        """Somebody with access to the brand's page makes `comment` invisible in the network's own app."""
        self._about(comment, {"do": "hidden", "of": comment})

    def vanish(self, comment: str) -> None:
        """`comment` is not there any more, and the network does not say why."""
        self._about(comment, {"do": "vanished", "of": comment})

    def _about(self, comment: str, deed: Json) -> None:
        with self._store.transaction() as connection:
            row = connection.execute("SELECT stage FROM messages WHERE id = ?", (comment,)).fetchone()
            if row is None:
                raise LookupError(comment)
            self._now(connection, row["stage"], deed)

    def _now(self, connection: sqlite3.Connection, stage: str, deed: Json) -> None:
        play.write_script(connection, stage, to_micros(clock.now()), deed)
        play.unfold(connection, stage)

    @staticmethod
    def _count(connection: sqlite3.Connection, table: str) -> int:
        counting = {"posts": "SELECT count(*) AS n FROM posts", "messages": "SELECT count(*) AS n FROM messages"}
        return int(connection.execute(counting[table]).fetchone()["n"])

    # What the stream does of itself.

    def deliver_raw(self, stage: str, payload: Any) -> None:
        """Put any JSON value into the stream of `stage`, as a network does whose format has changed."""
        with self._store.transaction() as connection:
            play.put_payload(connection, stage, None, to_micros(clock.now()), payload)

    def deliver_again(self, stage: str, message: str) -> None:
        """Deliver a message a second time as it stands, as networks sometimes do."""
        with self._store.transaction() as connection:
            play.deliver(connection, stage, message, to_micros(clock.now()))

    # What the network remembers.

    def calls(self, stage: str | None = None, call: str | None = None) -> list[Call]:
        """The ledger: every call received, oldest first; of one stage, of one kind (`sign_in`, `page`, `publish`,
        `find`, `look_up`), or all."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT * FROM calls WHERE coalesce(?, stage) = stage AND coalesce(?, call) = call ORDER BY id",
                (stage, call),
            ).fetchall()
        return [Call(from_micros(row["at"]), row["stage"], row["call"], row["subject"], row["answer"]) for row in rows]

    def messages(self, stage: str) -> list[Message]:
        """Every message of `stage` that has been written so far, disappeared ones included, in the order of time."""
        with self._store.transaction() as connection:
            play.unfold(connection, stage)
            rows = connection.execute(
                "SELECT * FROM messages WHERE stage = ? ORDER BY posted_at, rowid", (stage,)
            ).fetchall()
        return [
            Message(
                id=row["id"],
                text=json.loads(row["body"])["text"],
                by=row["author_id"],
                answers=row["parent_id"],
                thread=row["thread_id"],
                state=row["state"],
                posted_at=from_micros(row["posted_at"]),
                key=row["key"],
            )
            for row in rows
        ]

    def replies(self, stage: str, to: str | None = None) -> list[Message]:
        """What was published at the door on `stage`, or only what answers the comment `to`."""
        sent = [message for message in self.messages(stage) if message.key is not None]
        return sent if to is None else [message for message in sent if message.answers == to]
