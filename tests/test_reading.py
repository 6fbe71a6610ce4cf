"""How the database is read: what it costs a page, what it sees, and what a lost connection does to it."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, insert, select, text

from inbox import clock, extensions
from inbox.extensions import at_one_moment, db, session, writing
from inbox.models import Tag

pytestmark = pytest.mark.usefixtures("at_start")
on_postgresql = pytest.mark.parametrize("engine_name", ["postgresql"])


def lay_a_tag(name: str) -> None:
    """By another program, as it were: over a connection of its own."""
    with db.engine.connect().execution_options(**extensions.for_writing(db.engine)) as other, other.begin():
        other.execute(insert(Tag).values(name=name, key=name, created_at=clock.now(), created_by="operator"))


def tags() -> int:
    return session().scalar(select(func.count(Tag.id))) or 0


def test_reading_holds_no_transaction_on_postgresql(app: Flask, engine_name: str) -> None:
    assert tags() == 0
    lay_a_tag("refund")
    # SQLite reads as of when it began, PostgreSQL as of each statement, as it does by itself.
    assert tags() == (0 if engine_name == "sqlite" else 1)
    if engine_name == "postgresql":
        driver = session().connection().connection.driver_connection
        assert driver is not None
        assert driver.info.transaction_status.name == "IDLE"
    session().commit()
    assert tags() == 1


def test_what_is_read_at_one_moment_stays_as_it_was(app: Flask) -> None:
    at_one_moment(session())
    assert tags() == 0
    lay_a_tag("refund")
    at_one_moment(session())
    assert tags() == 0
    session().rollback()
    assert tags() == 1


def test_inside_a_deed_there_is_a_transaction_already(app: Flask) -> None:
    class Interrupted(Exception):
        """What goes wrong."""

    with pytest.raises(Interrupted), writing() as current:
        current.add(Tag(name="refund", key="refund", created_at=clock.now(), created_by="operator"))
        current.flush()
        at_one_moment(current)
        assert tags() == 1
        raise Interrupted
    assert tags() == 0


@on_postgresql
def test_changes_outside_a_deed_are_not_swept_along(app: Flask) -> None:
    lay_a_tag("refund")
    tag = session().scalars(select(Tag)).one()
    tag.name = "changed in passing"
    with pytest.raises(RuntimeError, match="outside a write transaction"):
        at_one_moment(session())
    session().rollback()
    assert session().scalars(select(Tag.name)).one() == "refund"


@on_postgresql
def test_statements_stay_prepared_from_page_to_page(app: Flask) -> None:
    for _ in range(12):
        session().execute(select(Tag.id).limit(7)).all()
        db.session.remove()
    prepared = session().execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert any("tags.id" in statement for statement in prepared)


@on_postgresql
def test_a_connection_that_was_lost_while_it_lay_idle_is_made_anew(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert tags() == 0
    mine = session().execute(text("SELECT pg_backend_pid()")).scalar_one()
    with db.engine.connect() as other:
        db.session.remove()
        other.execute(text("SELECT pg_terminate_backend(:mine, 5000)"), {"mine": mine})
    monkeypatch.setattr(extensions, "ASKED_AFTER", 0.0)
    assert tags() == 0
