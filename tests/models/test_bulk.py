"""Rows in bulk and lists of identifiers, alike on both engines, and served by an index."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import writing
from inbox.models import Comment, Post, Tombstone
from inbox.models.bulk import Rows, among, take_ids
from tests.collecting.deliveries import make_account

COLUMNS = ("id", "account_id", "remote_id", "text", "author_name", "is_ours", "media", "published_at", "received_at")
POSTS = Rows(Post.__table__, *COLUMNS)
POSTS_ONCE = Rows(Post.__table__, *COLUMNS, once=True)


def row(row_id: int, remote_id: str) -> tuple[object, ...]:
    """A post with every kind of value."""
    return (row_id, 1, remote_id, "NUL \x00 and \ud800", "", True, ["https://example.org/a"], None, clock.now())


def test_rows_come_back_as_they_went_in(app: Flask, store: Session, at_start: object) -> None:
    make_account()
    with writing() as current:
        connection = current.connection()
        first, second = take_ids(connection, Post.__table__, 2)
        POSTS.store(connection, [row(first, "a"), row(second, "b")])
        POSTS.store(connection, [])
        assert take_ids(connection, Post.__table__, 0) == []
        assert take_ids(connection, Post.__table__, 1)[0] > second
    kept = store.scalars(select(Post).where(among(Post.remote_id, ["b", "z"]))).one()
    assert (kept.id, kept.text, kept.media, kept.published_at) == (
        second,
        "NUL \x00 and \ud800",
        ["https://example.org/a"],
        None,
    )
    assert kept.received_at == clock.now()
    assert store.scalars(select(Post.remote_id).where(among(Post.id, {first, second, 99})).order_by(Post.id)).all() == [
        "a",
        "b",
    ]
    assert store.scalars(select(Post).where(among(Post.id, []))).all() == []


def test_a_taken_key_is_an_error_unless_once_is_enough(app: Flask, store: Session, at_start: object) -> None:
    make_account()
    with writing() as current:
        POSTS.store(current.connection(), [row(1, "a")])
    with writing() as current:
        POSTS_ONCE.store(current.connection(), [row(2, "a"), row(3, "b")])
    on_sqlite = app.config["INBOX"].on_sqlite  # Its trigger against REPLACE keeps the row that is there.
    with nullcontext() if on_sqlite else pytest.raises(IntegrityError), writing() as current:
        POSTS.store(current.connection(), [row(4, "b")])
    assert store.scalars(select(Post.remote_id).order_by(Post.remote_id)).all() == ["a", "b"]


def test_columns_are_named_in_the_order_of_the_table(app: Flask, at_start: object) -> None:
    if app.config["INBOX"].on_sqlite:
        wrong = Rows(Tombstone.__table__, "reason", "comment_id")
        with pytest.raises(ValueError, match="order"), writing() as current:
            wrong.store(current.connection(), [("removed_by_author", 1)])


def test_a_list_of_identifiers_is_served_by_the_index(app: Flask, store: Session) -> None:
    statement = select(Comment.id).where(Comment.account_id == 1, among(Comment.remote_id, ["a", "b"]))
    connection = store.connection()
    compiled = statement.compile(connection)
    if connection.dialect.name == "sqlite":
        values = tuple(1 if name == "account_id_1" else '["a"]' for name in compiled.positiontup or ())
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values).all()
        assert "account_id=? AND remote_id=?" in str(plan)
    else:
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = connection.exec_driver_sql(
            f"EXPLAIN {compiled}", {name: 1 if name == "account_id_1" else ["a"] for name in compiled.params}
        ).all()
        assert "(account_id = '1'::bigint) AND ((remote_id)::text = ANY" in str(plan)
