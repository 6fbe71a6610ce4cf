"""The pages around what disappears: why nothing is deleted, escalating, alarms, declarations, erasure, access."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import alarms, declarations
from inbox.connectors.shapes import Presence
from inbox.extensions import session, writing
from inbox.models import Author, Comment, CommentState, Erasure, Ground, Note, Notice, TrailRow
from inbox.permissions import WORKER, Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit


@pytest.fixture
def conversation(scene: Scene) -> int:
    """One critic who waits."""
    return scene.comment(scene.account(), "ines", 0, "Is it safe?")


def vanished() -> int:
    """An alarm about the one comment."""
    with writing() as current:
        comment = current.scalars(select(Comment)).one()
        alarm = alarms.raise_alarm(current, WORKER, comment, Presence.GONE)
        comment.state = CommentState.VANISHED
    return alarm.id


def rows(store: Session) -> int:
    """How much the trail and the notices hold."""
    store.rollback()
    return (store.scalar(select(func.count()).select_from(TrailRow)) or 0) + (
        store.scalar(select(func.count()).select_from(Notice)) or 0
    )


def test_why_nothing_is_deleted_is_told_and_writes_nothing(
    conversation: int, make_member: MakeMember, visit: Visit, store: Session
) -> None:
    member = visit(make_member(Role.COMMUNITY_MANAGER))
    member.get(f"/conversations/{conversation}")
    before = rows(store)
    page = member.get(f"/conversations/{conversation}").text
    assert 'popovertarget="why"' in page
    assert "No criticism is deleted here and nobody is blocked" in page
    for offer in ("#composer", "#hand-over", "#snooze", "#escalate", "/templates"):
        assert f'href="{offer}"' in page, offer
    member.get(f"/conversations/{conversation}?about=1")
    assert rows(store) == before


def test_a_supervisor_is_alerted(conversation: int, make_member: MakeMember, visit: Visit) -> None:
    supervisor = visit(make_member(Role.SUPERVISOR))
    member = visit(make_member(Role.COMMUNITY_MANAGER))
    form = {"concern": "threat", "comment_id": "1", "escalation_note": "She means <it>."}
    assert member.post(f"/conversations/{conversation}/escalations", form).status_code == 303
    page = member.get(f"/conversations/{conversation}").text
    assert "She means &lt;it&gt;." in page
    assert "https://www.internet-signalement.gouv.fr" in page
    assert "tel:3114" in page
    notices = supervisor.get("/notices").text
    assert "asks you to look at a conversation: a threat" in notices
    assert f"/conversations/{conversation}" in notices
    assert 'data-bell="notices.index">1<' in notices
    assert supervisor.post("/notices/read", {"notice": "1"}).status_code == 303
    assert 'data-bell="notices.index">1<' not in supervisor.get("/notices").text
    assert member.post(f"/conversations/{conversation}/escalations", {"concern": "rude"}).status_code == 400
    assert "asks you to look at a conversation" not in member.get("/notices").text


def test_an_alarm_is_read_and_acknowledged(
    conversation: int, make_member: MakeMember, visit: Visit, store: Session
) -> None:
    supervisor = visit(make_member(Role.SUPERVISOR))
    assert "Nothing has disappeared" in supervisor.get("/alarms").text
    number = vanished()
    page = supervisor.get("/alarms").text
    assert "Is it safe?" in page
    assert "does not say who took it away" in page
    refused = supervisor.post(f"/alarms/{number}/acknowledge", {"reason": " "})
    assert refused.status_code == 400
    assert supervisor.post(f"/alarms/{number}/acknowledge", {"reason": "Staff of the network."}).status_code == 303
    again = supervisor.post(f"/alarms/{number}/acknowledge", {"reason": "Twice."})
    assert again.status_code == 409
    assert "Staff of the network." in supervisor.get("/alarms").text
    administrator = visit(make_member(Role.ADMINISTRATOR))
    assert administrator.get("/alarms").status_code == 200
    assert administrator.post(f"/alarms/{number}/acknowledge", {"reason": "x"}).status_code == 403


def test_a_declaration_goes_through_two_hands(conversation: int, make_member: MakeMember, visit: Visit) -> None:
    member, supervisor = visit(make_member(Role.COMMUNITY_MANAGER)), visit(make_member(Role.SUPERVISOR))
    form = {
        "about": "comment-1",
        "ground": "private_data",
        "known_at": "2026-03-02T08:00",
        "taken_at": "2026-03-02T08:30",
        "note": "A phone number.",
    }
    late = member.post(f"/conversations/{conversation}/declare", {**form, "taken_at": "2027-01-01T00:00"})
    assert (late.status_code, "A phone number." in late.text) == (400, True)
    foreign = member.post(f"/conversations/{conversation}/declare", {**form, "about": "comment-99"})
    assert foreign.status_code == 404
    assert member.post(f"/conversations/{conversation}/declare", form).status_code == 303
    assert "Declared as taken down on the network: Private data" in member.get(f"/conversations/{conversation}").text
    assert "another member confirms it" in member.get("/declarations").text
    assert member.post("/declarations/1/confirm").status_code == 400
    assert supervisor.post("/declarations/1/confirm").status_code == 303
    assert "Declared by two members" in member.get(f"/conversations/{conversation}").text


def test_an_erasure_goes_through_two_roles(
    conversation: int, make_member: MakeMember, visit: Visit, store: Session
) -> None:
    actor = make_member(Role.ADMINISTRATOR)
    administrator, supervisor = visit(actor), visit(make_member(Role.SUPERVISOR))
    with writing() as current:
        current.add(
            Note(conversation_id=conversation, member_id=actor.member_id, text="ines called", written_at=clock.now())
        )
    assert "Ask for erasure" in administrator.get(f"/conversations/{conversation}").text
    assert administrator.post("/authors/1/erasures").status_code == 303
    assert administrator.post("/erasures/1/confirm", {"looked": "yes"}).status_code == 400
    page = supervisor.get("/erasures/1").text
    assert "ines called" in page
    unread = supervisor.post("/erasures/1/confirm", {"remark": "note-1"})
    assert (unread.status_code, "Read the notes first" in unread.text) == (400, True)
    assert supervisor.post("/erasures/1/confirm", {"remark": "note-1", "looked": "yes"}).status_code == 303
    store.rollback()
    store.expire_all()
    assert store.scalars(select(Author.identifier)).all() == ["person-1"]
    assert store.scalars(select(Note.text)).all() == [""]
    shown = supervisor.get(f"/conversations/{conversation}").text
    assert "Is it safe?" not in shown
    assert store.scalars(select(Erasure.decided_by)).one() is not None


def test_everything_about_a_person_is_a_file(conversation: int, make_member: MakeMember, visit: Visit) -> None:
    administrator = visit(make_member(Role.ADMINISTRATOR))
    answer = administrator.post("/authors/1/access-export")
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="person-1-2026-03-02.json"'
    assert json.loads(answer.text)["author"]["identifier"] == "ines"
    assert visit(make_member(Role.SUPERVISOR)).post("/authors/1/access-export").status_code == 403


def test_the_plan_of_the_watch_and_retention_stand_on_the_account(
    conversation: int, make_member: MakeMember, visit: Visit
) -> None:
    administrator = visit(make_member(Role.ADMINISTRATOR))
    page = administrator.get("/accounts").text
    assert "When comments are looked at again" in page
    assert administrator.post("/accounts/1/retention", {"months": "6"}).status_code == 303
    assert 'name="months" inputmode="numeric" value="6"' in administrator.get("/accounts").text
    assert administrator.post("/accounts/1/retention", {"months": "999"}).status_code == 400


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_in_a_browser_the_card_opens_and_leads_to_what_helps(
    app: Flask, conversation: int, make_member: MakeMember, open_browser: Open
) -> None:
    with open_browser(make_member(Role.COMMUNITY_MANAGER)) as window:
        page = window.new_page()
        page.goto(f"/conversations/{conversation}")
        page.get_by_role("button", name="Delete or block?").click()
        card = page.locator("#why")
        assert card.is_visible()
        card.get_by_role("link", name="Take a breath").click()
        assert not card.is_visible()
        assert page.get_by_role("button", name="1 hour").is_visible()
        page.get_by_role("link", name="Alert a supervisor").first.click()
        assert page.locator("#escalate select").input_value() == "1"


def test_what_was_declared_needs_no_word(conversation: int, make_member: MakeMember, visit: Visit) -> None:
    declarer, supervisor = make_member(Role.COMMUNITY_MANAGER), make_member(Role.SUPERVISOR)
    number = vanished()
    assert session().get_one(Comment, 1).state is CommentState.VANISHED
    now = clock.now()
    made = declarations.declare_comment(
        declarer, 1, Ground.DANGER, known_at=now - timedelta(hours=1), taken_at=now - timedelta(minutes=5)
    )
    page = visit(supervisor)
    assert page.post(f"/declarations/{made.id}/confirm").status_code == 303
    shown = page.get("/alarms").text
    assert "Declared by two members as taken down on the network." in shown
    assert f'action="/alarms/{number}/acknowledge"' not in shown
