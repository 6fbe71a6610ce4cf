"""The player: what has been laid into the script happens once its time has come.

No thread plays. Whoever calls at the network's door first lets everything happen that is due by the clock, in the
order of its time; only then does it get its sequence number, so that a cursor never passes by something late.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime
from typing import Any

from inbox import clock
from inbox.connectors.demo.scenario import Event, Scenario
from inbox.connectors.demo.store import from_micros, to_micros
from inbox.connectors.demo.weather import take_one

Json = dict[str, Any]

GARBLINGS = ("author", "created_at", "text", "id")
"""The fields that a spoilt payload lacks, in turn, when the network is told to spoil some."""


def lay(connection: sqlite3.Connection, scenario: Scenario, stage: str, start_at: datetime, pace: float) -> int:
    """Write `scenario` into the script of `stage`.

    Args:
        start_at: the moment (aware) that the scenario calls 0.
        pace: seconds of the scenario per second of the clock. What lies before the start keeps its distance, so that
            a long wait stays long.

    Returns:
        the number of this run on the stage, which its remote ids carry.
    """
    connection.execute("UPDATE stages SET runs = runs + 1 WHERE name = ?", (stage,))
    run: int = connection.execute("SELECT runs FROM stages WHERE name = ?", (stage,)).fetchone()["runs"]
    for author in scenario.authors.values():
        add_person(connection, stage, author.id, author.name, author.followers, author.lang)
    start = to_micros(start_at)
    for event in scenario.events:
        seconds = event.at if event.at < 0 else event.at / pace
        deed = _as_deed(event, scenario.root_of(event).id, stage, run)
        write_script(connection, stage, start + round(seconds * 1_000_000), deed)
        for number, reaction in enumerate(event.when_answered, start=1):
            back = {"do": "taken_back", "of": deed["id"]}
            more = {**deed, "id": f"{deed['id']}-r{number}", "text": reaction.text, "unless_answered": False}
            connection.execute(
                "INSERT INTO reactions (stage, message_id, author_id, thread_id, delay, event) VALUES (?,?,?,?,?,?)",
                (
                    stage,
                    deed["id"],
                    deed["author"],
                    deed["thread"],
                    round(reaction.after / pace * 1_000_000),
                    json.dumps(back if reaction.text is None else more),
                ),
            )
    return run


def _as_deed(event: Event, root: str, stage: str, run: int) -> Json:
    def remote(scenario_id: str) -> str:
        return f"{stage}-{run}-{scenario_id}"

    match event.kind:
        case "post":
            return {"do": "post", "id": remote(event.id), "text": event.text}
        case "comment" | "brand":
            return {
                "do": "say",
                "id": remote(event.id),
                "author": f"{stage}-{event.by}" if event.kind == "comment" else None,
                "post": remote(event.on),
                "parent": remote(event.answers) if event.answers else None,
                "thread": remote(root),
                "text": event.text,
                "closed": event.closed,
                "unless_answered": event.unless_answered,
            }
        case "edit":
            return {"do": "edit", "of": remote(event.of), "text": event.text}
        case _:
            return {"do": event.kind, "of": remote(event.of)}


def add_person(
    connection: sqlite3.Connection, stage: str, identifier: str, name: str, followers: int | None, lang: str | None
) -> str:
    """Somebody who writes on `stage`, known already or not.

    Returns:
        their id on the network.
    """
    person = f"{stage}-{identifier}"
    connection.execute(
        "INSERT OR IGNORE INTO people (id, stage, identifier, display_name, followers, lang) VALUES (?,?,?,?,?,?)",
        (person, stage, identifier, name, followers, lang),
    )
    return person


def write_script(connection: sqlite3.Connection, stage: str, due_at: int, deed: Json) -> None:
    """Have `deed` happen on `stage` at `due_at` (microseconds since 1970)."""
    connection.execute("INSERT INTO script (stage, due_at, event) VALUES (?, ?, ?)", (stage, due_at, json.dumps(deed)))


def unfold(connection: sqlite3.Connection, stage: str) -> None:
    """Let everything happen on `stage` that is due by now."""
    due = connection.execute(
        "SELECT id, due_at, event FROM script WHERE stage = ? AND played = 0 AND due_at <= ? ORDER BY due_at, id",
        (stage, to_micros(clock.now())),
    ).fetchall()
    for row in due:
        _perform(connection, stage, row["due_at"], json.loads(row["event"]))
        connection.execute("UPDATE script SET played = 1 WHERE id = ?", (row["id"],))


def react(connection: sqlite3.Connection, stage: str, target: sqlite3.Row, reply_id: str, at: int) -> None:
    """Have the author of the comment `target`, which was answered `at` (microseconds), do what comes next for them."""
    row = connection.execute(
        "SELECT id, delay, event FROM reactions WHERE stage = ? AND author_id = ? AND thread_id = ? AND used = 0"
        " AND message_id IN (SELECT id FROM messages) ORDER BY id LIMIT 1",
        (stage, target["author_id"], target["thread_id"]),
    ).fetchone()
    if row is None:
        return
    deed = json.loads(row["event"])
    if deed["do"] == "say":
        deed["parent"] = reply_id
    else:
        deed["of"] = target["id"]
    write_script(connection, stage, at + row["delay"], deed)
    connection.execute("UPDATE reactions SET used = 1 WHERE id = ?", (row["id"],))


def _perform(connection: sqlite3.Connection, stage: str, at: int, deed: Json) -> None:
    match deed["do"]:
        case "post":
            connection.execute(
                "INSERT INTO posts (id, stage, published_at, body) VALUES (?, ?, ?, ?)",
                (deed["id"], stage, at, json.dumps({"text": deed["text"]})),
            )
        case "say":
            if deed.get("unless_answered") and _was_answered(connection, deed["author"]):
                return
            connection.execute(
                "INSERT INTO messages (id, stage, author_id, post_id, parent_id, thread_id, closed, posted_at, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    deed["id"],
                    stage,
                    deed["author"],
                    deed["post"],
                    deed["parent"],
                    deed["thread"],
                    deed["closed"],
                    at,
                    json.dumps({"text": deed["text"]}),
                ),
            )
            deliver(connection, stage, deed["id"], at)
        case "edit":
            connection.execute(
                "UPDATE messages SET body = ?, edited_at = ? WHERE id = ?",
                (json.dumps({"text": deed["text"]}), at, deed["of"]),
            )
            deliver(connection, stage, deed["of"], at)
        case state:
            connection.execute(
                "UPDATE messages SET state = ? WHERE id = ? AND state IN ('present', 'hidden')", (state, deed["of"])
            )


def _was_answered(connection: sqlite3.Connection, author: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM messages reply JOIN messages target ON target.id = reply.parent_id"
        " WHERE reply.author_id IS NULL AND reply.key IS NOT NULL AND target.author_id = ? LIMIT 1",
        (author,),
    ).fetchone()
    return row is not None


def deliver(connection: sqlite3.Connection, stage: str, message_id: str, at: int) -> None:
    """Put the message as it stands now into the stream of its stage."""
    payload = _payload(connection, message_id)
    if take_one(connection, stage, "garbled"):
        del payload[GARBLINGS[at % len(GARBLINGS)]]
    put_payload(connection, stage, message_id, at, payload)


def put_payload(connection: sqlite3.Connection, stage: str, message_id: str | None, at: int, payload: Json) -> None:
    """Put any payload into the stream of `stage`; `message_id` ties it to a message that may disappear."""
    connection.execute(
        "INSERT INTO deliveries (stage, message_id, at, payload) VALUES (?, ?, ?, ?)",
        (stage, message_id, at, json.dumps(payload)),
    )


def _payload(connection: sqlite3.Connection, message_id: str) -> Json:
    """A message in the network's own words."""
    row = connection.execute(
        "SELECT m.*, p.published_at, p.body AS post_body, s.display_name AS brand,"
        " a.identifier, a.display_name, a.followers, a.lang FROM messages m"
        " JOIN stages s ON s.name = m.stage LEFT JOIN posts p ON p.id = m.post_id"
        " LEFT JOIN people a ON a.id = m.author_id WHERE m.id = ?",
        (message_id,),
    ).fetchone()
    person = {"id": row["author_id"], "name": row["identifier"], "display_name": row["display_name"]}
    payload: Json = {
        "id": row["id"],
        "author": {**person, "followers": row["followers"]} if row["author_id"] else {"id": row["stage"], "you": True},
        "text": json.loads(row["body"])["text"],
        "created_at": _iso(row["posted_at"]),
        "edited_at": None if row["edited_at"] is None else _iso(row["edited_at"]),
        "in_reply_to": row["parent_id"],
        "thread": row["thread_id"],
        "lang": row["lang"],
        "answers": "nobody" if row["closed"] else "everybody",
        "post": None,
    }
    if row["post_id"] is not None:
        payload["post"] = {
            "id": row["post_id"],
            "text": json.loads(row["post_body"])["text"],
            "by": row["brand"],
            "published_at": _iso(row["published_at"]),
        }
    return payload


def _iso(micros: int) -> str:
    return clock.to_iso(from_micros(micros))
