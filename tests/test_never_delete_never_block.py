"""THE RULE, one section per lock: each is tried, and each holds. The wire is tried in tests/connectors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table, create_engine, delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from inbox.connectors.base import AccountAccess, Connector
from inbox.extensions import writing
from inbox.models import Author, Comment, CommentVersion, Tombstone, TombstoneReason, TrailRow, triggers
from inbox.permissions import OPERATOR, Permission, Role, never
from inbox.trail import record
from tests.scenes import Scene

# 1. Vocabulary: the permission model has no such word.


@pytest.mark.parametrize("verb", sorted(never.FORBIDDEN_VERBS))
@pytest.mark.parametrize("shape", ["{}", "comments:{}", "{}_author", "can{}Reply", "bulk-{}", "{}_{}"])
def test_a_name_with_a_forbidden_verb_is_refused(verb: str, shape: str) -> None:
    name = shape.format(verb.title() if shape == "can{}Reply" else verb, verb)
    with pytest.raises(never.ForbiddenDeed):
        never.refuse_names([name], lock="vocabulary")


@pytest.mark.parametrize(
    "name", ["muted", "banning", "deletes", "Blocker", "hiding", "removal", "suppression", "DELETE"]
)
def test_inflected_forms_are_seen_through(name: str) -> None:
    assert never.forbidden_words(name)


@pytest.mark.parametrize(
    "name", ["retire", "disconnect", "deactivate", "withdraw", "urban", "import", "planned", "release"]
)
def test_honest_names_pass(name: str) -> None:
    assert not never.forbidden_words(name)


def test_permissions_and_roles_hold_no_forbidden_word() -> None:
    for name in (*Permission, *Role):
        assert not never.forbidden_words(name.value)


@given(st.text(max_size=60))
def test_any_text_can_be_read_for_forbidden_words(name: str) -> None:
    assert set(never.forbidden_words(name)) <= set(never.words_of(name))


# 2. Connector: a class that declares such a method is refused when it is declared.


@pytest.mark.parametrize("method", ["delete_comment", "hide", "block_author", "muteThread", "report_spam", "_remove"])
def test_a_connector_that_could_is_refused_when_it_is_declared(method: str) -> None:
    with pytest.raises(never.ForbiddenDeed):
        type("EvilConnector", (Connector,), {"network": "evil", method: lambda self: None})


def test_a_mix_in_does_not_smuggle_the_method_in() -> None:
    class Innocent:
        def delete(self) -> None: ...

    with pytest.raises(never.ForbiddenDeed):
        type("EvilConnector", (Innocent, Connector), {"network": "evil"})


# 5. Session: the ORM refuses deletes, single and bulk.


@pytest.fixture
def used(app: Flask, at_start: datetime) -> Scene:
    """One answered comment, and a row of the trail."""
    scene = Scene(at_start)
    scene.answer(scene.comment(scene.account(), "ines", 0), 10)
    with writing() as session:
        record(session, OPERATOR, "account.connected")
    return scene


@pytest.mark.parametrize("model", [Comment, CommentVersion, Author, TrailRow])
def test_the_session_refuses_to_delete_one(used: Scene, store: Session, model: Any) -> None:
    row = store.scalars(select(model)).first()
    with pytest.raises(never.ForbiddenDeed), writing() as session:
        session.delete(row)
    assert store.scalars(select(model)).first() is row
    assert store.scalars(select(TrailRow).where(TrailRow.action == "rule.refused")).one().actor == "system"


@pytest.mark.parametrize(
    "attack",
    [
        lambda session: session.execute(delete(Comment)),
        lambda session: session.execute(delete(cast("Table", Comment.__table__))),
        lambda session: session.query(Comment).delete(),
        lambda session: session.query(Comment).filter_by(id=1).delete(synchronize_session=False),
    ],
)
def test_the_session_refuses_to_delete_many(used: Scene, store: Session, attack: Callable[[Session], object]) -> None:
    with pytest.raises(never.ForbiddenDeed), writing() as session:
        attack(session)
    assert len(store.scalars(select(Comment)).all()) == 1


# 6. Database: triggers refuse what goes past the ORM, from the application's own connection and from another one.

FORBIDDEN_STATEMENTS = [
    *(f"DELETE FROM {table}" for table in ("comments", "comment_versions", "authors", "replies", "trail", "waits")),
    "UPDATE comment_versions SET text = 'I love it'",
    "UPDATE comment_versions SET text = NULL, salt = NULL",
    "UPDATE comment_versions SET digest = ''",
    "UPDATE comments SET author_id = 99",
    "UPDATE comments SET posted_at = '2020-01-01 00:00:00'",
    "UPDATE replies SET text = 'We never said that'",
    "UPDATE trail SET actor = 'nobody'",
    "UPDATE waits SET target_seconds = 999999",
]


@pytest.mark.parametrize("statement", FORBIDDEN_STATEMENTS)
def test_raw_sql_of_the_application_is_refused(used: Scene, statement: str) -> None:
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("statement", FORBIDDEN_STATEMENTS)
def test_raw_sql_of_another_program_is_refused(used: Scene, database_url: str, statement: str) -> None:
    engine = create_engine(database_url)
    with pytest.raises(DatabaseError), engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_the_whole_table_cannot_go_either(used: Scene, store: Session) -> None:
    on_sqlite = store.get_bind().dialect.name == "sqlite"
    statement = "DROP TABLE comments" if on_sqlite else "TRUNCATE comments CASCADE"
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(text(statement))
    assert len(store.scalars(select(Comment)).all()) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER never_delete_comments",
        "ALTER TABLE comments RENAME TO gone",
        "ATTACH ':memory:' AS other",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA writable_schema = ON",
        "CREATE TABLE other (id INTEGER)",
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_application_cannot_loosen_its_own_locks(used: Scene, statement: str) -> None:
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(text(statement))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_insert_or_replace_keeps_what_is_there(used: Scene, database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT OR REPLACE INTO comment_versions"
                " (id, comment_id, number, text, salt, digest, written_at, received_at)"
                " SELECT id, comment_id, number, 'I love it', salt, digest, written_at, received_at"
                " FROM comment_versions"
            )
        )
        assert connection.execute(text("SELECT text FROM comment_versions")).scalars().all() == ["Is it safe?"]
    engine.dispose()


def test_a_text_is_withheld_only_behind_a_tombstone(used: Scene, store: Session, at_start: datetime) -> None:
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(update(CommentVersion).values(text=None, salt=None))
    with writing() as session:
        session.add(Tombstone(comment_id=1, reason=TombstoneReason.REMOVED_BY_AUTHOR, at=at_start, by="system"))
        session.flush()
        session.execute(update(CommentVersion).values(text=None, salt=None))
    version = store.scalars(select(CommentVersion)).one()
    assert (version.text, len(version.digest)) == (None, 32)
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(update(CommentVersion).values(text="I love it"))


def test_every_kept_table_has_its_trigger(app: Flask, store: Session) -> None:
    names = triggers.names(store.get_bind().dialect.name)
    assert {f"never_delete_{table}" for table in triggers.KEPT} <= names
    assert triggers.faults(store.connection()) == []


# 7. Routes: no DELETE route, no forbidden verb.


def test_no_route_deletes_hides_or_blocks(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert rules
    for rule in rules:
        assert "DELETE" not in (rule.methods or ())
        for name in (rule.rule, rule.endpoint):
            assert not never.forbidden_words(name, figures=True), name


def test_an_access_holds_no_secret_way_round() -> None:
    """What a connector is given has no setting that would loosen a lock."""
    for name in AccountAccess.__dataclass_fields__:
        assert not never.forbidden_words(name)
