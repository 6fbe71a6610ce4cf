"""Looking after whoever answers: hostile words covered, counted for them alone, and a pause offered in time."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inbox import members
from inbox.answering import conversations, reassuring
from inbox.extensions import session
from inbox.members import looking_after
from inbox.models import ConversationState
from inbox.permissions import Actor, Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

INSULT = "You people are absolute idiots"
_COVERED = re.compile(r'<details class="veil".*?</details>', re.DOTALL)


@pytest.fixture
def talk(scene: Scene) -> int:
    """A conversation with an insult."""
    return scene.comment(scene.account(), "ines", 0, INSULT, kind="criticism")


def shown_in(visitor: Visitor, talk: int) -> dict[str, str]:
    """What stands of it in the list, the conversation, the search and the follow-ups."""
    pages = ("/queue", f"/conversations/{talk}", "/search?q=idiots", "/queue/following-up")
    return {address: visitor.get(address).text for address in pages}


def test_hostile_words_are_open_unless_a_member_wants_them_covered(
    talk: int, scene: Scene, desk: Visitor, chief: Visitor
) -> None:
    scene.answer(talk, 5)
    scene.comment(1, "ines", 10, INSULT, kind="criticism")
    assert not any('class="veil"' in page for page in shown_in(desk, talk).values()), "off by default"
    assert desk.post("/profile/hostile", {"cover": "yes"}).status_code == 303
    for address, page in shown_in(desk, talk).items():
        assert 'class="veil"' in page, address
        assert "Hostile words, covered. Show them</summary>" in page, address
        assert INSULT not in _COVERED.sub("", page).replace("<mark>", "").replace("</mark>", ""), address
    assert not any('class="veil"' in page for page in shown_in(chief, talk).values()), "and for nobody else"
    desk.post("/profile/hostile", {"cover": "no"})
    assert 'class="veil"' not in desk.get("/queue").text


def test_danger_is_never_covered(scene: Scene, desk: Visitor) -> None:
    talk = scene.comment(scene.account(), "ines", 0, f"{INSULT}, my son is choking", urgency=0)
    desk.post("/profile/hostile", {"cover": "yes"})
    for address in ("/queue", f"/conversations/{talk}", "/search?q=idiots"):
        shown = desk.get(address).text
        assert "choking" in shown, address
        assert 'class="veil"' not in shown, address


def test_what_was_read_is_counted_on_ones_own_page_and_nowhere_else(
    talk: int, desk: Visitor, chief: Visitor, cm: Actor, supervisor: Actor
) -> None:
    for _again in range(2):
        desk.get(f"/conversations/{talk}")
    assert "<dt>Read today</dt><dd>1</dd>" in desk.get("/profile").text
    assert "<dt>Read today</dt><dd>0</dd>" in chief.get("/profile").text
    for address in ("/reports/members", "/reports/response-times", "/members", "/trail", f"/conversations/{talk}"):
        assert "Read today" not in chief.get(address).text, address


def test_covered_words_count_once_they_were_asked_for(talk: int, desk: Visitor, cm: Actor) -> None:
    desk.post("/profile/hostile", {"cover": "yes"})
    desk.get(f"/conversations/{talk}")
    assert "<dt>Read today</dt><dd>0</dd>" in desk.get("/profile").text
    assert desk.post(f"/conversations/{talk}/uncovered", {"comment_id": 1}).status_code == 204
    assert desk.post(f"/conversations/{talk}/uncovered", {"comment_id": 99}).status_code == 204
    assert "<dt>Read today</dt><dd>1</dd>" in desk.get("/profile").text


def test_past_a_threshold_turns_are_suggested(scene: Scene, desk: Visitor, cm: Actor) -> None:
    account = scene.account()
    for number in range(looking_after.MANY_TODAY):
        scene.comment(account, "ines", number, INSULT)
    assert "take turns" not in desk.get("/queue").text
    members.note_read(cm, range(1, looking_after.MANY_TODAY + 1))
    assert "take turns" in desk.get("/queue").text
    assert "That is a lot." in desk.get("/profile").text


def test_a_button_says_so_and_shows_the_words(talk: int, cm: Actor, open_browser: Open) -> None:
    members.set_blurs_hostile(cm, True)
    page = open_browser(cm, viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"/conversations/{talk}")
    words = page.locator(".talk .words", has_text="idiots")
    assert "blur" in words.evaluate("each => getComputedStyle(each).filter")
    expect(words).to_have_attribute("aria-hidden", "true")
    in_list = page.locator("#list .veiled")
    expect(in_list.get_by_role("button", name="Hostile words, blurred. Show them")).to_be_visible()
    button = page.locator(".talk").get_by_role("button", name="Hostile words, blurred. Show them")
    button.focus()
    with page.expect_response("**/uncovered") as answer:
        page.keyboard.press("Enter")
    assert answer.value.status == 204
    expect(words).to_be_focused()
    assert words.evaluate("each => getComputedStyle(each).filter") == "none"
    assert words.get_attribute("aria-hidden") is None
    expect(button).to_have_count(0)


def test_without_script_a_fold_does_the_same(talk: int, cm: Actor, open_browser: Open) -> None:
    members.set_blurs_hostile(cm, True)
    page = open_browser(cm, java_script_enabled=False).new_page()
    page.goto(f"/conversations/{talk}")
    expect(page.get_by_text(INSULT)).to_be_hidden()
    page.get_by_text("Hostile words, covered. Show them").click()
    expect(page.get_by_text(INSULT)).to_be_visible()


@pytest.fixture
def heated(scene: Scene) -> int:
    """A talk in which somebody was answered three times within the hour."""
    account = scene.account()
    texts = (
        "You knew about the blue bottles",
        "When is the refund coming?",
        "Why does nobody call?",
        "Hello, anybody?",
    )
    for number, text in enumerate(texts):
        talk = scene.comment(account, "ines", 10 * number, text)
        if number < 3:
            scene.answer(talk, 10 * number + 5)
    return talk


def test_after_three_exchanges_a_pause_a_colleague_and_another_channel_are_one_click_away(
    heated: int, desk: Visitor, cm: Actor, supervisor: Actor
) -> None:
    page = f"/conversations/{heated}"
    shown = desk.get(page).text
    assert "3 exchanges with ines in an hour." in shown
    care = shown.partition('id="care"')[2].partition("</aside>")[0]
    for deed in (f"{page}/snooze", f"{page}/assign", f"{page}/private"):
        assert f'action="{deed}"' in care, deed
    desk.post(f"{page}/private")
    session().rollback()
    assert [each.reason.value for each in reassuring.of_conversation(cm, heated)] == ["private"]
    desk.post(f"{page}/assign", {"to": "member", "member_id": supervisor.member_id})
    desk.post(f"{page}/snooze", {"for": "1", "seen_up_to": "4"})
    session().rollback()
    conversation = conversations.open_conversation(cm, heated).conversation
    assert (conversation.assignee_id, conversation.state) == (supervisor.member_id, ConversationState.SNOOZED)
    assert "/private" not in desk.get(page).text.partition('id="care"')[2].partition("</aside>")[0]


def test_fewer_need_no_nudge(scene: Scene, heated: int, desk: Visitor) -> None:
    calm = scene.comment(1, "paul", 0)
    scene.answer(calm, 5)
    assert 'id="care"' not in desk.get(f"/conversations/{calm}").text


def test_who_repeats_an_answered_comment_needs_no_last_word(scene: Scene, desk: Visitor) -> None:
    talk = scene.comment(scene.account(), "ines", 0, "You knew about the blue bottles for weeks")
    scene.answer(talk, 5)
    scene.comment(1, "ines", 10, "you knew about the BLUE bottles for weeks!!")
    shown = desk.get(f"/conversations/{talk}").text
    assert "No last word needed." in shown
    assert 'href="#comment-1"' in shown


def test_who_does_not_answer_is_told_nothing(heated: int, visit: Visit, make_member: MakeMember) -> None:
    assert 'id="care"' not in visit(make_member(Role.ADMINISTRATOR)).get(f"/conversations/{heated}").text
