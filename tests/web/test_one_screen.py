"""The list beside the conversation on a wide screen: what is opened, kept and sent on; and the screen of a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inbox.answering import conversations, following
from inbox.answering.queue_filters import QueueFilters
from inbox.permissions import Actor
from tests.scenes import Scene
from tests.web.conftest import Open, Visitor

WIDE = {"width": 1440, "height": 900}


@pytest.fixture
def people(scene: Scene) -> list[int]:
    """Conversations of three people, the one who has waited longest first."""
    account = scene.account()
    return [scene.comment(account, name, minute) for minute, name in enumerate(("ines", "paul", "zoe"))]


def test_links_keep_the_list_they_were_opened_from(desk: Visitor, people: list[int]) -> None:
    first, second, _third = people
    page = desk.get("/queue?assignee=nobody&kind=question").text
    address = f"/conversations/{first}?assignee=nobody&amp;kind=question"
    assert f'href="{address}"' in page
    opened = desk.get(address.replace("&amp;", "&")).text
    assert f'action="/conversations/{first}/assign?assignee=nobody&amp;kind=question"' in opened
    assert 'data-list="/queue/list?assignee=nobody&amp;kind=question"' in opened
    sent = desk.post(
        f"/conversations/{first}/replies?assignee=nobody&kind=question",
        _written(opened),
    )
    assert sent.location == f"/conversations/{second}?assignee=nobody&kind=question"
    assert "You answered ines." in desk.get(sent.location).text
    assert "You answered" not in desk.get(sent.location).text


def test_filters_nobody_understands_are_refused_by_the_list_alone(desk: Visitor, people: list[int]) -> None:
    assert desk.get(f"/conversations/{people[0]}?state=asleep").status_code == 200
    assert desk.get("/queue/list?state=asleep").status_code == 400
    assert "state" not in desk.get(f"/conversations/{people[0]}?state={'x' * 50}").text.split("data-list=")[1][:60]


@pytest.mark.usefixtures("desk")
def test_who_has_an_answer_on_its_way_is_not_next(scene: Scene, people: list[int], cm: Actor, desk: Visitor) -> None:
    first, second, third = people
    opened = desk.get(f"/conversations/{first}").text
    assert desk.post(f"/conversations/{first}/replies", _written(opened)).location == f"/conversations/{second}"
    # The first waits on until the network has confirmed the answer, and is not opened again for that.
    assert following.after(cm, author_id=_author(cm, second)) == third
    assert following.after(cm, QueueFilters(), author_id=_author(cm, second)) == third


def test_somebody_elses_people_are_not_next(people: list[int], cm: Actor, supervisor: Actor) -> None:
    for taken in people[:2]:
        conversations.assign(supervisor, taken, supervisor.member_id)
    assert following.after(cm, QueueFilters()) == people[2]
    assert following.after(cm, QueueFilters(assignee_id=supervisor.member_id)) == people[0]
    conversations.assign(cm, people[2], cm.member_id)
    assert following.after(cm, author_id=_author(cm, people[2])) is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_opening_somebody_replaces_the_conversation_alone(people: list[int], cm: Actor, open_browser: Open) -> None:
    page = open_browser(cm, viewport=WIDE).new_page()
    page.goto("/queue?assignee=nobody")
    expect(page.get_by_text("Choose somebody in the list.")).to_be_visible()
    page.evaluate("window.kept = true")
    page.locator(".line").nth(1).click()
    expect(page).to_have_url(re.compile(rf"/conversations/{people[1]}\?assignee=nobody$"))
    expect(page.locator("#who")).to_have_text("paul")
    expect(page.locator("#who")).to_be_focused()
    expect(page.locator(".line a[aria-current]")).to_contain_text("paul")
    expect(page).to_have_title(re.compile("^paul · "))
    # The desk of whoever is opened is the one that saves and counts.
    page.locator("#text").press_sequentially("Bonjour Paul")
    expect(page.locator("#length")).to_have_text("12 / 500")
    expect(page.locator("[data-saved]")).to_contain_text("Saved at")
    page.locator(".line").nth(2).click()
    expect(page.locator("#who")).to_have_text("zoe")
    expect(page.locator("#text")).to_have_value("")
    page.go_back()
    expect(page.locator("#who")).to_have_text("paul")
    expect(page.locator("#text")).to_have_value("Bonjour Paul")
    assert page.evaluate("window.kept")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_list_stands_beside_a_link_that_was_sent(people: list[int], cm: Actor, open_browser: Open) -> None:
    page = open_browser(cm, viewport=WIDE).new_page()
    page.goto(f"/conversations/{people[2]}?assignee=nobody")
    expect(page.locator("#list .line")).to_have_count(3)
    expect(page.locator("#list [aria-current]")).to_contain_text("zoe")
    sash = page.get_by_role("separator", name="Width of the list")
    before = page.locator("#list").bounding_box()
    sash.focus()
    sash.press("ArrowRight")
    after = page.locator("#list").bounding_box()
    assert before is not None
    assert after is not None
    assert after["width"] == before["width"] + 16
    page.reload()
    expect(sash).to_have_attribute("aria-valuenow", "376")


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_on_a_phone_send_is_under_the_thumb(people: list[int], cm: Actor, open_browser: Open) -> None:
    page = open_browser(cm, viewport={"width": 390, "height": 700}).new_page()
    page.goto(f"/conversations/{people[0]}")
    box = page.locator("#send").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    assert 400 < box["y"] + box["height"] <= 700
    assert page.locator("#list .line").count() == 0
    # Half of the screen is a keyboard now.
    page.locator("#text").focus()
    page.set_viewport_size({"width": 390, "height": 380})
    box = page.locator("#send").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= 380
    expect(page.locator("#text")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def _written(page: str) -> dict[str, str]:
    """The form of the composer with an answer in it."""
    names = ("form_key", "seen_up_to", "answered_up_to")
    return {"text": "It is safe.", **{name: page.split(f'name="{name}" value="')[1].split('"')[0] for name in names}}


def _author(actor: Actor, conversation_id: int) -> int:
    return following.person(actor, conversation_id).id


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_conversation_opens_at_what_they_wrote_last(scene: Scene, cm: Actor, open_browser: Open) -> None:
    account = scene.account()
    for minute in range(12):
        long = scene.comment(account, "ines", minute, f"Number {minute}. " + "Is it safe? " * 20)
    short = scene.comment(account, "paul", 20, "Where can I bring it back?")
    for number in range(8):
        conversations.add_note(cm, short, f"Note {number}. " + "The shop is closed on Monday. " * 9)
    page = open_browser(cm, viewport=WIDE).new_page()
    for talk, words in ((long, "Number 11."), (short, "Where can I bring it back?")):
        page.goto(f"/conversations/{talk}")
        expect(page.locator("#list .line").first).to_be_visible()
        expect(page.locator("#thread .comment", has_text=words)).to_be_in_viewport()
