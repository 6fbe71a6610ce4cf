"""What was written is found: by every word, accents aside, newest first, narrowed, page by page, and never what was
withheld."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, search
from inbox.answering.search import SearchFilters, SearchPage
from inbox.collecting import tombstones
from inbox.collecting.forgetting import take_withheld_words_out
from inbox.extensions import db, writing
from inbox.models import (
    Author,
    Comment,
    CommentVersion,
    ConversationState,
    Findable,
    IndexTask,
    Source,
    TombstoneReason,
    search_index,
)
from inbox.models.search_words import words_of
from inbox.permissions import OPERATOR, SYSTEM, Actor, Refused, Role
from inbox.problems import Problem
from inbox.verify.searchable import file_faults, words_faults
from tests.answering.stage import Stage, member
from tests.conftest import START


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def found(page: SearchPage) -> list[str]:
    """The hits as they are shown, the words that were found between brackets."""
    return [
        f"{hit.source} {person.name}: "
        + "".join(f"[{piece.text}]" if piece.found else piece.text for piece in hit.pieces)
        for person in page.people
        for talk in person.conversations
        for hit in talk.hits
    ]


def look(words: str, filters: SearchFilters = search.EVERYTHING, **more: Any) -> list[str]:
    return found(search.search(OPERATOR, words, filters, **more))


def faults() -> list[tuple[str, dict[str, object]]]:
    """What `verify` says of the index."""
    with Session(db.engine) as current:
        found = [*words_faults(current, lambda _name, _count: None), *file_faults(db.engine)]
    return [(fault.code, fault.params) for fault in found]


def test_everything_that_was_written_is_found_newest_first(stage: Stage, cm: Actor) -> None:
    stage.comment("ines", "Où est mon REMBOURSEMENT ?", posted_at=minutes(-60))
    talk = stage.comment("remboursator", "Nothing here.", posted_at=minutes(-90))
    stage.comment("karim", "Remboursé deux fois, merci", posted_at=minutes(-30))
    conversations.add_note(cm, talk, "Remboursement prévu mardi")
    assert look("rembours") == [
        "note Remboursator: [Remboursement] prévu mardi",
        "author Remboursator: [Remboursator] [remboursator]",
        "comment Karim: [Remboursé] deux fois, merci",
        "comment Ines: Où est mon [REMBOURSEMENT] ?",
    ]
    assert look("mon ou remboursement") == ["comment Ines: [Où] est [mon] [REMBOURSEMENT] ?"]
    assert look('"rembours"') == []
    assert look("fois deux") == ["comment Karim: Remboursé [deux] [fois], merci"]
    assert look('"fois deux"') == []
    assert look('"deux fois"') == ["comment Karim: Remboursé [deux fois], merci"]
    assert look("!?… ") == []


def test_an_edit_is_found_by_its_newest_words(stage: Stage, store: Session) -> None:
    stage.comment("ines", "It smells of smoke.")
    comment = store.scalars(select(Comment)).one()
    with writing():
        stage.version(comment.id, 2, "It smells of roses.", minutes(1))
    assert look("smoke") == []
    assert look("roses") == ["comment Ines: It smells of [roses]."]
    assert faults() == []


def test_what_is_withheld_is_not_found_and_leaves_the_file(stage: Stage, store: Session) -> None:
    stage.comment("ines", "My zanzibarine lamp burns.")
    stage.comment("karim", "Mine too.")
    comment = store.scalars(select(Comment).where(Comment.remote_id.is_not(None)).order_by(Comment.id)).first()
    assert comment is not None
    with writing() as current:
        tombstones.lay(current, SYSTEM, [comment.id], TombstoneReason.REMOVED_BY_AUTHOR)
    assert look("zanzibarine") == look("lamp") == []
    assert look("mine") == ["comment Karim: [Mine] too."]
    assert faults() == []
    on_sqlite = db.engine.dialect.name == "sqlite"
    assert take_withheld_words_out() is on_sqlite
    assert take_withheld_words_out() is False
    if on_sqlite:
        blocks = [row[0] for row in store.execute(text("SELECT block FROM fts_findables_data"))]
        assert not any(b"zanzibarine" in block for block in blocks)
        assert any(b"mine" in block for block in blocks)


def test_a_new_name_finds_its_person(stage: Stage, store: Session) -> None:
    stage.comment("ines", "Hello")
    with writing() as current:
        current.scalars(select(Author)).one().display_name = "Inès Pérez"
    assert look("perez ines") == ["author Inès Pérez: [Inès] [Pérez] [ines]"]


def test_filters_narrow_and_a_period_is_half_open(stage: Stage, cm: Actor) -> None:
    first = stage.comment("ines", "smoke one", posted_at=minutes(-60), kind="question")
    stage.comment("karim", "smoke two", posted_at=minutes(-30), kind="criticism", language="fr")
    conversations.assign(cm, first, cm.member_id)
    one, two = "comment Ines: [smoke] one", "comment Karim: [smoke] two"
    assert look("smoke") == [two, one]
    for filters, wanted in (
        (SearchFilters(kind="question"), [one]),
        (SearchFilters(language="fr"), [two]),
        (SearchFilters(assignee_id=cm.member_id), [one]),
        (SearchFilters(assignee_id="nobody"), [two]),
        (SearchFilters(state=ConversationState.WAITING), [two, one]),
        (SearchFilters(state=ConversationState.CLOSED), []),
        (SearchFilters(network="demo", account_id=stage.account_id), [two, one]),
        (SearchFilters(network="x"), []),
        (SearchFilters(account_id=stage.account_id + 1), []),
        (SearchFilters(since=minutes(-60), until=minutes(-30)), [one]),
        (SearchFilters(since=minutes(-59)), [two]),
    ):
        assert look("smoke", filters) == wanted, filters
    assert look("karim", SearchFilters(kind="criticism")) == ["author Karim: [Karim] [karim]"]
    assert look("karim", SearchFilters(kind="question")) == []
    assert found(search.search(cm, "smoke", SearchFilters(assignee_id="me"))) == [one]


def test_pages_follow_each_other_without_a_gap(stage: Stage) -> None:
    for number in range(7):
        stage.comment(f"p{number}", f"smoke {number}", posted_at=minutes(-number // 3))
    walked, after = [], None
    while True:
        page = search.search(OPERATOR, "smoke", after=after, limit=2)
        walked += found(page)
        after = page.next
        if after is None:
            break
    assert walked == look("smoke")
    assert len(set(walked)) == 7


def test_a_page_looks_back_a_bounded_way(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_WALKED", 3)
    monkeypatch.setattr(search, "_FIRST_STRETCH", 2)
    stage.comment("ines", "smoke", posted_at=minutes(-9), language="fr")
    for number in range(5):
        stage.comment(f"p{number}", "smoke", posted_at=minutes(-number))
    french = SearchFilters(language="fr")
    page = search.search(OPERATOR, "smoke", french)
    assert found(page) == []
    assert page.next is not None
    assert page.looked_back_to == minutes(-2)
    page = search.search(OPERATOR, "smoke", french, page.next)
    assert found(page) == ["comment Ines: [smoke]"]


def test_a_long_text_is_cut_around_what_was_found(stage: Stage) -> None:
    stage.comment("ines", "before " * 60 + "needle " + "after " * 60)
    (shown,) = look("needle")
    assert "…before" in shown
    assert "[needle] after" in shown
    assert shown.endswith("after…")
    assert len(shown) < 300


def test_bad_questions_are_told(stage: Stage) -> None:
    wrong: tuple[dict[str, Any], ...] = ({"after": "x"}, {"after": "9" * 19}, {"limit": 0}, {"limit": 201})
    for arguments in wrong:
        with pytest.raises(Problem):
            search.search(OPERATOR, "smoke", **arguments)
    with pytest.raises(Problem, match="search_too_long"):
        search.search(OPERATOR, "x" * 201)
    with pytest.raises(Refused):
        search.search(member(Role.ANALYST, email="analyst@example.org"), "smoke")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30) | st.text("a\"*()&|!:<>-'^~{}+ ", max_size=20))
def test_nothing_that_is_typed_is_syntax_of_an_engine(stage: Stage, typed: str) -> None:
    search.search(OPERATOR, typed)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(written=st.text(max_size=60))
def test_whatever_is_written_is_found_by_its_words(stage: Stage, written: str) -> None:
    with clock.frozen(START):
        stage.comment("ines", written or "-")
    for word in words_of(written)[:3]:
        assert any(line.startswith("comment") for line in look(f'"{word}"', limit=200))


def test_rows_of_before_are_added_newest_first_and_nothing_newer_is_overwritten(stage: Stage, store: Session) -> None:
    """As after an upgrade: the index is emptied past the rule's locks, as no part of the product can."""
    for number in range(5):
        stage.comment(f"p{number}", f"smoke {number}", posted_at=minutes(-number))
    lay_bare()
    last = store.scalar(select(Comment.id).order_by(Comment.id.desc()).limit(1)) or 0
    with writing() as current:
        for task in current.scalars(select(IndexTask).where(IndexTask.task.in_(["comment", "author"]))):
            task.remaining = last
    assert look("smoke") == []
    assert search.search(OPERATOR, "smoke").not_indexed == 2 * last
    assert faults() == []
    with writing():
        stage.version(last, 2, "smoke edited", minutes(2))
    left = [search.catch_up(OPERATOR, 2) for _ in range(6)]
    assert left == sorted(left, reverse=True)
    assert left[-1] == search.catch_up(OPERATOR) == 0
    assert [line.rpartition(": ")[2] for line in look("smoke")] == [
        "[smoke] 0",
        "[smoke] 1",
        "[smoke] 2",
        "[smoke] 3",
        "[smoke] edited",
    ]
    assert faults() == []


def test_verify_sees_an_index_that_says_something_else(stage: Stage, store: Session) -> None:
    stage.comment("ines", "It smells of smoke.")
    comment = store.scalars(select(Comment)).one()
    version = store.scalars(select(CommentVersion)).one()
    assert version.text
    other = search_index.entry(Source.COMMENT, comment.id, comment.posted_at, comment.account_id, None, "It is fine.")
    with writing() as current:
        search_index.put(current.connection(), [other])
    assert faults() == [("fault_index", {"source": "comment", "id": comment.id})]
    with writing() as current:
        search_index.refresh(current.connection(), Source.COMMENT, [comment.id])
    assert faults() == []
    with writing() as current:
        stray = search_index.entry(Source.NOTE, 77, minutes(0), stage.account_id, None, "Nobody wrote this.")
        search_index.put(current.connection(), [stray])
    assert faults() == [("fault_index_rows", {"found": 3, "counted": 2})]


def test_verify_sees_a_full_text_table_that_lost_a_word(stage: Stage, store: Session) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("only SQLite keeps the words a second time")
    stage.comment("ines", "It smells of smoke.")
    entry = store.scalars(select(Findable).where(Findable.source == Source.COMMENT)).one()
    with writing() as current:
        taken = {"position": entry.position, "words": entry.words}
        current.execute(
            text("INSERT INTO fts_findables (fts_findables, rowid, words) VALUES ('delete', :position, :words)"), taken
        )
    assert look("smoke") == []
    assert faults() == [("fault_index_file", {})]


def lay_bare() -> None:
    """Empty the index as its owner, on a connection without locks."""
    db.session.rollback()
    engine = create_engine(db.engine.url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("INSERT INTO fts_findables (fts_findables) VALUES ('delete-all')"))
        connection.execute(text("DELETE FROM findables"))
    engine.dispose()
