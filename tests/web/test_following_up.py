"""The screen on which somebody sees to it that an answer did its work."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from inbox import clock
from inbox.answering import reassuring
from inbox.answering.reassuring import ShownFollowUp
from inbox.extensions import session
from inbox.models import FollowUpOutcome
from inbox.permissions import Actor, Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def scene(scene: Scene) -> Scene:
    """A brand that answered angry Inès, asked Paul something a day ago, and asked Zoé just now."""
    scene.start -= timedelta(days=1)
    account = scene.account()
    ines, paul, zoe = (scene.comment(account, name, 0) for name in ("ines", "paul", "zoe"))
    scene.answer(ines, 5)
    scene.comment(account, "ines", 10, "You <b>knew</b>", kind="criticism")
    scene.answer(paul, 20, text="Which batch is it?")
    scene.answer(zoe, 1400, text="Which batch is it?")
    return scene


def test_the_list_says_whom_to_look_at_now_and_whom_later(desk: Visitor) -> None:
    shown = desk.get("/queue/following-up").text
    assert "2 people to look at now" in shown
    assert "1 person later" in shown
    assert "You &lt;b&gt;knew&lt;/b&gt;" in shown
    assert 'data-counter="following-up">2<' in desk.get("/queue").text, "the rail counts them everywhere"
    assert "Nobody waits for your look" in desk.get("/queue/following-up?owner=me").text
    assert desk.get("/queue/following-up?owner=1").status_code == 400


def test_a_word_and_a_note_say_how_it_went_without_any_script(desk: Visitor, cm: Actor) -> None:
    (first, *_rest) = reassuring.standing(cm, due=True)
    address = f"/follow-ups/{first.id}/outcome"
    refused = desk.post(address, {"outcome": "bored", "note": "<i>kept</i>", "from": "list"})
    assert refused.status_code == 400
    assert "&lt;i&gt;kept&lt;/i&gt;" in refused.text, "what was typed is never lost"
    told = desk.post(address, {"outcome": "still_unhappy", "note": "<i>kept</i>", "then": "tomorrow", "from": "list"})
    assert told.status_code == 303
    assert told.location.endswith("/queue/following-up")
    session().rollback()
    now, later = (reassuring.standing(cm, due=due) for due in (True, False))
    assert first.id not in {each.id for each in now}
    assert clock.now().replace(hour=9) + timedelta(days=1) in {each.look_at for each in later}
    talk = desk.get(f"/conversations/{first.conversation_id}").text
    assert "&lt;i&gt;kept&lt;/i&gt;" in talk, "the note stands in the conversation"
    assert desk.post(address, {"outcome": "settled"}).status_code == 409, "it was said already"


def as_stored(actor: Actor, number: int) -> ShownFollowUp:
    """How a follow-up stands once a request of another session changed it."""
    session().rollback()
    return reassuring.get(actor, number)


def test_somebody_sees_to_it_and_looks_again(desk: Visitor, cm: Actor, supervisor: Actor) -> None:
    (first, *_rest) = reassuring.standing(cm, due=True)
    here = f"/follow-ups/{first.id}"
    desk.post(f"{here}/owner", {"to": "me", "from": "list"})
    assert as_stored(cm, first.id).owner_id == cm.member_id
    desk.post(f"{here}/owner", {"to": "member", "member_id": supervisor.member_id})
    assert as_stored(cm, first.id).owner_id == supervisor.member_id
    desk.post(f"{here}/owner", {"to": "nobody"})
    assert as_stored(cm, first.id).owner_id is None
    assert desk.post(f"{here}/look", {"at": "2026-03-05T14:30"}).status_code == 303
    assert as_stored(cm, first.id).look_at.isoformat() == "2026-03-05T14:30:00+00:00"
    assert desk.post(f"{here}/look", {"at": "2020-03-05T14:30"}).status_code == 400
    assert desk.post(f"{here}/look", {"for": "never"}).status_code == 400


def test_private_messages_begin_in_the_conversation_and_end_with_a_word_there(desk: Visitor, cm: Actor) -> None:
    talk = reassuring.standing(cm)[0].conversation_id
    page = f"/conversations/{talk}"
    assert "Moved to private messages" in desk.get(page).text
    assert desk.post(f"{page}/private").location.endswith(page)
    assert desk.post(f"{page}/private").status_code == 409
    session().rollback()
    (private,) = (each for each in reassuring.standing(cm) if each.reason.value == "private")
    told = desk.post(f"/follow-ups/{private.id}/outcome", {"outcome": "settled", "from": "conversation"})
    assert told.location.endswith(page)
    session().rollback()
    (over,) = (each for each in reassuring.list_all(cm) if each.id == private.id)
    assert over.outcome is FollowUpOutcome.SETTLED


def test_who_may_only_look_gets_no_forms(scene: Scene, visit: Visit, make_member: MakeMember) -> None:
    shown = visit(make_member(Role.ADMINISTRATOR)).get("/queue/following-up").text
    assert "to look at now" in shown
    assert "How did it go?" not in shown


def test_by_keyboard_in_a_real_browser(scene: Scene, cm: Actor, open_browser: Open) -> None:
    page = open_browser(cm).new_page()
    page.goto("/queue/following-up")
    page.keyboard.press("j")
    row = page.locator(".follow-line").first
    expect(row.locator("a")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(row.get_by_role("radio", name="Settled")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 person to look at now")).to_be_visible()
