"""Waits by the million for measuring reports and exports, laid down by the database itself, on either engine."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, create_engine, insert, text

from config import Config
from inbox import create_app
from inbox.extensions import db
from inbox.models import Account, Member
from tests.databases import database

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ACCOUNTS = 25
MEMBERS = 12

_NUMBERS = {
    "sqlite": "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :size)",
    "postgresql": "WITH numbers(n) AS (SELECT generate_series(1, CAST(:size AS bigint)))",
}
_AT = {
    "sqlite": "strftime('%Y-%m-%d %H\\:%M\\:%f000', '2026-03-02 09\\:00\\:00', {seconds} || ' seconds')",
    "postgresql": "timestamptz '2026-03-02 09\\:00\\:00+00' + make_interval(secs => {seconds})",
}
_TRUE = {"sqlite": "1", "postgresql": "true"}

_OPENED = "(n * 7919 % 2592000 - 2592000)"
"""Within the thirty days before `START`, in no order."""
_SECONDS = "(60.25 + n * 104729 % 1000 * (n * 31 % 1000) / 10.0)"
"""From a minute to a day, most of them short, as people answer."""
_ANSWERED = "n % 10 < 8"


def fill(connection: Connection, size: int) -> None:
    """`size` waits of as many conversations on `ACCOUNTS` accounts, four in five of them answered."""
    dialect = connection.dialect.name
    if dialect == "sqlite":
        connection.exec_driver_sql("PRAGMA synchronous=OFF")

    def at(seconds: str) -> str:
        return _AT[dialect].format(seconds=f"({_OPENED} + {seconds})")

    def answered(value: str) -> str:
        return f"CASE WHEN {_ANSWERED} THEN {value} END"

    account = f"n % {ACCOUNTS} + 1"
    member = f"n % {MEMBERS} + 1"
    said = {
        "urgency": "CASE WHEN n % 500 = 0 THEN 0 WHEN n % 50 = 0 THEN 1 ELSE 2 END",
        "kind": "CASE n % 3 WHEN 0 THEN 'question' WHEN 1 THEN 'criticism' ELSE 'praise' END",
        "language": "CASE n % 2 WHEN 0 THEN 'fr' ELSE 'en' END",
    }
    connection.execute(
        insert(Account),
        [
            {
                "id": number,
                "network": ("demo", "mastodon", "bluesky", "x")[number % 4],
                "identifier": f"a{number}",
                "name": f"Account {number}",
                "created_at": START,
                "scopes": [],
                "excess_scopes": [],
                "cursor": {},
            }
            for number in range(1, ACCOUNTS + 1)
        ],
    )
    connection.execute(
        insert(Member),
        [
            {
                "id": number,
                "email": f"member{number}@example.org",
                "name": f"Member {number}",
                "password_hash": "!",
                "created_at": START,
            }
            for number in range(1, MEMBERS + 1)
        ],
    )
    tables = {
        "authors": {
            "id": "n",
            "account_id": account,
            "remote_id": "'r' || n",
            "identifier": "'author' || n",
            "display_name": "'Author ' || n",
            "first_seen_at": at("0"),
            "comment_count": "1",
        },
        "conversations": {
            "id": "n",
            "account_id": account,
            "author_id": "n",
            "thread_id": "'t' || n",
            "state": f"CASE WHEN {_ANSWERED} THEN 'answered' WHEN n % 10 = 8 THEN 'closed' ELSE 'waiting' END",
            "opened_at": at("0"),
            "last_comment_at": at("0"),
            "comment_count": "1",
            "waiting_since": f"CASE WHEN NOT ({_ANSWERED}) THEN {at('0')} END",
            "due_at": f"CASE WHEN NOT ({_ANSWERED}) THEN {at('3600')} END",
            **said,
        },
        "comments": {
            "id": "n",
            "account_id": account,
            "remote_id": "'1758000000000' || n",
            "conversation_id": "n",
            "author_id": "n",
            "posted_at": at("0"),
            "received_at": at("4.2"),
            "state": "'present'",
            "can_reply": _TRUE[dialect],
            "sentiment": "0.0",
            "reasons": "'[]'",
            **said,
        },
        "replies": {
            "id": "n",
            "conversation_id": "n",
            "account_id": account,
            "comment_id": "n",
            "member_id": member,
            "origin": "'inbox'",
            "kind": "CASE WHEN n % 5 = 0 THEN 'holding' ELSE 'substantive' END",
            "automatic": "0" if dialect == "sqlite" else "false",
            "text": "'We are sorry that you waited. ' || n",
            "text_hash": "'0'",
            "state": "'sent'",
            "form_key": "'f' || n",
            "key": "'k' || n",
            "remote_id": "'1758900000000' || n",
            "created_at": at(f"{_SECONDS} * 0.5"),
            "sent_at": at(_SECONDS),
            "attempts": "1",
        },
        "waits": {
            "id": "n",
            "conversation_id": "n",
            "account_id": account,
            "ordinal": "1",
            "comment_id": "n",
            "opened_at": at("0"),
            "received_at": at("4.2"),
            "target_seconds": "3600",
            "in_crisis": "n % 7 = 0",
            "due_at": at("3600"),
            "first_opened_at": answered(at(f"{_SECONDS} * 0.25")),
            "closed_at": answered(at(_SECONDS)),
            "seconds": answered(_SECONDS),
            "staffed_seconds": answered(f"{_SECONDS} * 0.6"),
            "reply_id": answered("n"),
            "reply_origin": answered("'inbox'"),
            "template_id": answered("CASE WHEN n % 3 = 0 THEN n % 8 + 1 END"),
            "member_id": answered(member),
            "drafted_at": answered(at(f"{_SECONDS} * 0.5")),
            "submitted_at": answered(at(f"{_SECONDS} * 0.8")),
            "approved_at": answered(at(f"{_SECONDS} * 0.9")),
            "confirmed_at": answered(at(f"{_SECONDS} + 2")),
            "substantive_at": answered(at(_SECONDS)),
            **said,
        },
    }
    where = {"replies": f" WHERE {_ANSWERED}"}
    for table, columns in tables.items():
        values = ", ".join(columns.values())
        statement = (
            f"INSERT INTO {table} ({', '.join(columns)}) {numbers(dialect)} SELECT {values} FROM numbers"
            f"{where.get(table, '')}"
        )
        connection.execute(text(statement), {"size": size})


def numbers(dialect: str) -> str:
    """A common table expression `numbers(n)` from 1 to `:size`."""
    return _NUMBERS[dialect]


@contextmanager
def filled(engine: str, size: int) -> Iterator[Flask]:
    """An application over a database with `size` waits."""
    with tempfile.TemporaryDirectory() as name, database(engine, Path(name)) as url:
        owner = create_engine(url)
        with owner.connect() as connection:
            fill(connection, size)
            connection.commit()
        with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))
        owner.dispose()
        app = create_app(Config(Path(name), url, None, "a secret of the bench", (), (), False), pages=False)
        yield app
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
