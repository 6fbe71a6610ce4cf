"""A database with data that is upgraded says what one says that was new enough all along."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import Connection, create_engine, text

from config import Config
from inbox import create_app
from inbox.extensions import db
from inbox.models import digest_of, schema
from inbox.permissions import OPERATOR
from inbox.verify import VerifyFault, verify
from tests.conftest import TOKEN_KEY
from tests.databases import database


def minute(number: int) -> str:
    return f"2026-03-02 09:{number:02d}:00.000000" + ("+00:00" if _POSTGRESQL else "")


_POSTGRESQL = False


def put(connection: Connection, table: str, *parts: dict[str, Any]) -> None:
    columns = {name: value for part in parts for name, value in part.items()}
    names = ", ".join(f'"{name}"' for name in columns)
    places = ", ".join(f":{name}" for name in columns)
    connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), columns)


def fill(connection: Connection) -> None:
    """One conversation: opened at 5, answered in part at 10 by a reply begun at 7, and the rest still waiting; and one
    answered natively before anybody opened it."""
    salt = b"s" * 16
    sealed = {"salt": salt, "digest": digest_of(salt, "Oui ?")}
    put(
        connection,
        "accounts",
        {"id": 1, "network": "import", "base_url": "", "identifier": "a", "name": "A", "purpose": "real"},
        {"scopes": "[]", "excess_scopes": "[]", "first_target_seconds": 600, "next_target_seconds": 900},
        {"retention_months": 24, "created_at": minute(0), "cursor": "{}", "failures_in_a_row": 0},
        {"received_count": 3, "stored_count": 3, "known_count": 0, "quarantined_count": 0},
    )
    put(
        connection,
        "members",
        {"id": 1, "email": "lea@example.org", "name": "Lea", "password_hash": "!", "language": "en"},
        {"time_zone": "UTC", "created_at": minute(0)},
    )
    for number, state in ((1, "waiting"), (2, "answered")):
        put(
            connection,
            "authors",
            {"id": number, "account_id": 1, "remote_id": f"a{number}", "identifier": "a", "display_name": "A"},
            {"first_seen_at": minute(0), "comment_count": 1},
        )
        waiting = state == "waiting"
        put(
            connection,
            "conversations",
            {"id": number, "account_id": 1, "author_id": number, "thread_id": "t", "state": state},
            {"assignee_id": 1 if waiting else None, "opened_at": minute(0)},
            {"last_comment_at": minute(4 if waiting else 0), "last_reply_at": minute(10), "urgency": 0},
            {"comment_count": 2 if waiting else 1, "waiting_since": minute(4) if waiting else None},
            {"due_at": minute(19) if waiting else None, "kind": "question", "language": "fr"},
        )
        put(
            connection,
            "queue_entries",
            {"author_id": number, "account_id": 1, "network": "import", "state": state, "conversation_id": number},
            {"conversation_count": 1, "urgency": 0, "kind": "question", "language": "fr"},
            {"assignee_id": 1 if waiting else None, "due_at": minute(19 if waiting else 0)},
            {"waiting_since": minute(4 if waiting else 0), "last_comment_at": minute(4 if waiting else 0)},
        )
        put(connection, "queue_counters", {"account_id": 1, "state": state, "entries": 1})
    for number, conversation, at in ((1, 1, 0), (2, 1, 4), (3, 2, 0)):
        put(
            connection,
            "comments",
            {"id": number, "account_id": 1, "remote_id": f"c{number}", "conversation_id": conversation},
            {"author_id": conversation, "posted_at": minute(at), "received_at": minute(at), "state": "present"},
            {"can_reply": True, "language": "fr", "kind": "question", "sentiment": 0, "urgency": 0, "reasons": "[]"},
        )
        put(
            connection,
            "comment_versions",
            {"id": number, "comment_id": number, "number": 1, "text": "Oui ?", "written_at": minute(at)},
            {"received_at": minute(at), **sealed},
        )
    for number, conversation, origin, begun, sent in ((1, 1, "inbox", 7, 10), (2, 2, "native", 3, 10)):
        put(
            connection,
            "replies",
            {"id": number, "conversation_id": conversation, "account_id": 1, "origin": origin, "state": "sent"},
            {
                "kind": "substantive",
                "automatic": False,
                "text": "Oui.",
                "text_hash": hashlib.sha256(b"Oui.").hexdigest(),
                "attempts": 1,
            },
            {"member_id": 1 if number == 1 else None, "seen_up_to": 1 if number == 1 else None},
            {"form_key": f"f{number}", "key": f"k{number}", "remote_id": f"r{number}", "created_at": minute(begun)},
            {"sent_at": minute(sent), "confirmed_at": minute(12)},
        )
    waits: tuple[dict[str, Any], ...] = (
        {"ordinal": 1, "conversation_id": 1, "comment_id": 1, "at": 0, "closed": 10, "reply": 1, "opened": 5},
        {"ordinal": 2, "conversation_id": 1, "comment_id": 2, "at": 4, "closed": None, "reply": None, "opened": None},
        {"ordinal": 1, "conversation_id": 2, "comment_id": 3, "at": 0, "closed": 10, "reply": 2, "opened": 11},
    )
    for number, wait in enumerate(waits, start=1):
        closed = None if wait["closed"] is None else minute(wait["closed"])
        target = 600 if wait["ordinal"] == 1 else 900
        put(
            connection,
            "waits",
            {"id": number, "conversation_id": wait["conversation_id"], "account_id": 1, "ordinal": wait["ordinal"]},
            {"comment_id": wait["comment_id"], "opened_at": minute(wait["at"]), "received_at": minute(wait["at"])},
            {"target_seconds": target, "due_at": minute(wait["at"] + target // 60), "closed_at": closed},
            {"first_opened_at": None if wait["opened"] is None else minute(wait["opened"])},
            {"seconds": None if closed is None else 600.0, "reply_id": wait["reply"], "substantive_at": closed},
        )


def test_copies_and_stages_are_filled_from_what_is_stored(
    engine_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}._POSTGRESQL", engine_name == "postgresql")
    with database(engine_name, tmp_path, empty=True) as url:
        alembic = AlembicConfig(schema.MIGRATIONS / "alembic.ini")
        alembic.attributes |= {"url": url, "only_compare": True}
        command.upgrade(alembic, "0003")
        engine = create_engine(url)
        with engine.begin() as connection:
            fill(connection)
        schema.upgrade(url)
        with engine.connect() as connection:
            rows = connection.execute(text(_WAITS)).all()
            assert [tuple(row) for row in rows] == [
                (0, "question", "fr", 600.0, "inbox", 1, "05", "07", "12"),
                # What was opened and begun for the first comment was so for the second, which was there already.
                (0, "question", "fr", None, None, None, "05", "07", None),
                # Opened after the answer had been given elsewhere.
                (0, "question", "fr", 600.0, "native", None, None, None, "12"),
            ]
            assigned = connection.execute(text("SELECT conversation_id, member_id FROM assignments")).all()
            assert [tuple(row) for row in assigned] == [(1, 1)]
        engine.dispose()
        assert _verified(url, tmp_path) is None


_WAITS = (
    "SELECT urgency, kind, language, staffed_seconds, reply_origin, member_id,"
    " substr(CAST(first_opened_at AS text), 15, 2), substr(CAST(drafted_at AS text), 15, 2),"
    " substr(CAST(confirmed_at AS text), 15, 2) FROM waits ORDER BY id"
)


def _verified(url: str, folder: Path) -> VerifyFault | None:
    config = Config(
        data_dir=folder,
        database_url=url,
        migration_database_url=None,
        secret_key="a secret of the tests",
        token_keys=(TOKEN_KEY,),
        private_hosts=(),
        demo=False,
    )
    with create_app(config, pages=False).app_context():
        fault = verify(OPERATOR)
        db.session.remove()
        db.engine.dispose()
    return fault
