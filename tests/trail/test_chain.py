"""The trail: one row per deed in the deed's own transaction, chained, whole under concurrent writers."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.extensions import db, session, writing
from inbox.models import TrailRow
from inbox.permissions import OPERATOR, never
from inbox.trail import record, refusals, verify
from inbox.trail.chain import GENESIS, canonical, head


def rows(store: Session) -> list[TrailRow]:
    return list(store.scalars(select(TrailRow).order_by(TrailRow.seq)))


def test_rows_are_numbered_and_chained(store: Session) -> None:
    for number in range(3):
        with writing() as current:
            record(current, OPERATOR, "account.connected", of=("account", number), params={"network": "demo"})
    first, second, third = rows(store)
    assert [row.seq for row in (first, second, third)] == [1, 2, 3]
    assert (first.previous_hash, second.previous_hash) == (GENESIS, first.hash)
    assert head(store) == (3, third.hash)
    assert verify(store) is None


def test_a_deed_that_is_rolled_back_leaves_no_row(store: Session) -> None:
    with pytest.raises(ZeroDivisionError), writing() as current:
        record(current, OPERATOR, "account.connected")
        _ = 1 // 0
    with writing() as current:
        record(current, OPERATOR, "account.disconnected")
    assert [row.action for row in rows(store)] == ["account.disconnected"]


def test_writers_side_by_side_make_one_chain(app: Flask) -> None:
    def write(number: int) -> None:
        with app.app_context():
            for step in range(5):
                with writing() as current:
                    record(current, OPERATOR, "test.written", of=("writer", number), params={"step": step})
            db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert verify(session()) is None
    assert head(session())[0] == 40


def test_a_refused_attempt_becomes_a_row_even_if_the_deed_swallows_it(store: Session) -> None:
    with writing() as current:
        record(current, OPERATOR, "test.deed")
        never.announce(never.Attempt("wire", "DELETE api.example.org /posts/1"))
    assert [row.action for row in rows(store)] == ["test.deed", "rule.refused"]
    assert json.loads(rows(store)[1].params)["what"] == "DELETE api.example.org /posts/1"


def test_a_refused_attempt_outlives_the_rollback(store: Session) -> None:
    refusals.act_as(OPERATOR)
    with pytest.raises(never.ForbiddenDeed), writing():
        never.refuse_names(["delete_comment"], lock="connector")
    (row,) = rows(store)
    assert (row.action, row.actor) == ("rule.refused", "operator")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_json_is_one_text_that_reads_back(value: object) -> None:
    text = canonical(value)
    assert text.isascii()
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text
