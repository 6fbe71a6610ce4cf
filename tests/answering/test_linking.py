"""Two authors who are one person: linked with a reason, ended with one, forgotten with an erasure, on both engines."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from inbox import clock
from inbox.answering import conversations, linking
from inbox.collecting import access_export, erasure
from inbox.extensions import session, writing
from inbox.models import Account, Author, AuthorLink, TrailRow
from inbox.permissions import Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, member


@pytest.fixture
def other(stage: Stage) -> int:
    """A second account of the brand."""
    with writing() as current:
        account = Account(network="demo", identifier="elsewhere", name="Elsewhere", created_at=clock.now())
        current.add(account)
        current.flush()
        return account.id


@pytest.fixture
def pair(stage: Stage, other: int) -> tuple[int, int, int]:
    """A conversation of Ines, and her author on each account."""
    talk = stage.comment("ines", "Is it safe?")
    stage.collected("e1", "ines_p", "Ines here: still no answer", thread="e1", account_id=other)
    first, second = session().scalars(select(Author.id).order_by(Author.id))
    return talk, first, second


def test_a_link_shows_the_other_history_both_ways_until_it_ends(
    stage: Stage, cm: Actor, pair: tuple[int, int, int]
) -> None:
    talk, first, second = pair
    (offered,) = linking.candidates(cm, talk, "ines")
    assert (offered.author_id, offered.account_name, offered.last_said) == (
        second,
        "Elsewhere",
        "Ines here: still no answer",
    )
    made = linking.link(cm, second, first, " She says so herself ")
    assert linking.candidates(cm, talk, "ines") == []
    for one, there in ((first, second), (second, first)):
        (shown,) = linking.linked_to(cm, one)
        assert (shown.author_id, shown.reason, shown.linked_by) == (there, "She says so herself", "Cm")
        assert len(shown.conversations) == shown.comments == 1
        assert deeds("author", one) == ["author.linked"]
    with pytest.raises(Conflict, match="linked_already"):
        linking.link(cm, first, second, "Again")
    linking.unlink(cm, made.id, "Her sister")
    assert linking.linked_to(cm, first) == linking.linked_to(cm, second) == []
    assert [deeds("author", one)[-1] for one in (first, second)] == ["author.unlinked"] * 2
    with pytest.raises(Conflict, match="link_over"):
        linking.unlink(cm, made.id, "Again")
    again = linking.link(cm, first, second, "She is, after all")
    rows = session().scalars(select(AuthorLink).order_by(AuthorLink.id)).all()
    assert [(row.id, row.reason, row.end_reason, row.ended_by) for row in rows] == [
        (made.id, "She says so herself", "Her sister", cm.name),
        (again.id, "She is, after all", "", None),
    ]
    written = session().scalars(select(TrailRow.params).where(TrailRow.object_type == "author")).all()
    assert "sister" not in json.dumps(written), "no words of a person in the trail"


def test_what_is_not_linked(stage: Stage, cm: Actor, pair: tuple[int, int, int]) -> None:
    _, first, second = pair
    stage.comment("noor")
    beside = session().scalars(select(Author.id).order_by(Author.id.desc()).limit(1)).one()
    for ids, reason, code in (
        ((first, beside), "x", "link_same_account"),
        ((first, first), "x", "link_same_account"),
        ((first, second), " \n", "link_reason_empty"),
        ((first, second), "x" * 501, "link_reason_too_long"),
    ):
        with pytest.raises(Problem, match=code):
            linking.link(cm, *ids, reason)
    with pytest.raises(Unknown, match="author_unknown"):
        linking.link(cm, first, 10**9, "x")
    with pytest.raises(Refused):
        linking.link(member(Role.ADMINISTRATOR, email="admin@example.org"), first, second, "x")
    assert session().scalar(select(AuthorLink.id)) is None


def test_the_database_keeps_links(stage: Stage, cm: Actor, pair: tuple[int, int, int]) -> None:
    _, first, second = pair
    made = linking.link(cm, first, second, "She says so")
    for values in ({"reason": "Something else"}, {"other_id": first}):
        with pytest.raises(DBAPIError, match="refused"), writing() as current:
            for name, value in values.items():
                setattr(current.get_one(AuthorLink, made.id), name, value)


def test_an_erasure_ends_links_and_forgets_why(
    stage: Stage, cm: Actor, supervisor: Actor, pair: tuple[int, int, int]
) -> None:
    talk, first, second = pair
    old = linking.link(cm, first, second, "Her voice")
    linking.unlink(cm, old.id, "Not her voice")
    linking.link(cm, first, second, "She says so")
    administrator = member(Role.ADMINISTRATOR, email="admin@example.org")
    (before, standing) = access_export.export(administrator, first)["links"]
    assert before["end_reason"] == "Not her voice"
    assert standing["other_author"] == {"id": second, "network": "demo", "account": "Elsewhere"}
    asked = erasure.request(supervisor, first)
    erasure.confirm(administrator, asked.id)
    assert linking.linked_to(cm, second) == []
    for row in session().scalars(select(AuthorLink).execution_options(populate_existing=True)):
        assert (row.reason, row.end_reason) == ("", "")
        assert row.ended_at is not None
    last = session().scalars(
        select(TrailRow).where(TrailRow.action == "author.unlinked").order_by(TrailRow.seq.desc()).limit(2)
    )
    assert [(row.actor, row.object_id) for row in last] == [("system", str(second)), ("system", str(first))]
    with pytest.raises(Problem, match="link_erased"):
        linking.link(cm, first, second, "Still her")
    assert conversations.open_conversation(cm, talk).author.is_nameless
