"""Everything in the queue and in a conversation by keyboard alone; keys are counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select

from inbox.answering import templates
from inbox.extensions import session
from inbox.models import Conversation, Reply
from inbox.permissions import Actor
from tests.scenes import Scene
from tests.web.conftest import Open

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

WIDE = {"width": 1440, "height": 900}
PEOPLE = 20
MOST_KEYS = 6


class Keys:
    """A keyboard that counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.struck = 0

    def strike(self, *keys: str) -> None:
        """Strike keys; what is held together counts for each of them."""
        for key in keys:
            self.struck += len(key.split("+"))
            self.page.keyboard.press(key)


@pytest.fixture
def page(cm: Actor, open_browser: Open) -> Callable[[str], Page]:
    """A factory: a page on a wide screen."""

    def come(address: str) -> Page:
        found = open_browser(cm, viewport=WIDE).new_page()
        found.goto(address)
        return found

    return come


def _names(page: Page) -> str:
    return page.locator("#who").inner_text()


def test_twenty_people_are_answered_without_the_mouse(
    scene: Scene, supervisor: Actor, cm: Actor, page: Callable[[str], Page]
) -> None:
    account = scene.account()
    for number in range(PEOPLE):
        scene.comment(account, f"person{number:02}", number, "Where can I return the bottle?")
    texts = {"en": "You can return it in any shop, without a receipt."}
    templates.create(supervisor, "Returning", texts, kind="question")
    found = page("/queue")
    keys = Keys(found)
    keys.strike("j", "Enter")
    expect(found.locator("#who")).to_have_text("person00")
    answered = []
    for number in range(PEOPLE):
        name = _names(found)
        before = keys.struck
        keys.strike("/")
        expect(found.locator("#finder [aria-selected=true]")).to_contain_text("Returning")
        keys.strike("Enter")
        expect(found.locator("#text")).to_have_value(re.compile("without a receipt"))
        found.keyboard.type(f" See you soon, {name}.")
        keys.strike("Control+Enter")
        if number < PEOPLE - 1:
            expect(found.locator(".was-answered")).to_contain_text(f"You answered {name}.")
            expect(found.locator("#who")).not_to_have_text(name)
        else:
            expect(found.locator(".ours")).to_contain_text(f"See you soon, {name}.")
        assert keys.struck - before <= MOST_KEYS
        answered.append(name)
    assert len(set(answered)) == PEOPLE
    assert session().scalar(select(func.count(func.distinct(Reply.conversation_id)))) == PEOPLE


def test_each_key_does_its_deed(scene: Scene, cm: Actor, supervisor: Actor, page: Callable[[str], Page]) -> None:
    account = scene.account()
    conversation = scene.comment(account, "ines", 0)
    scene.comment(account, "paul", 1)
    found = page(f"/conversations/{conversation}")
    expect(found.locator("#list .line")).to_have_count(2)
    found.keyboard.press("j")
    expect(found.locator("#list .line a").nth(1)).to_be_focused()
    found.keyboard.press("k")
    expect(found.locator("#list .line a").nth(0)).to_be_focused()
    found.keyboard.press("n")
    expect(found.locator("#note")).to_be_focused()
    # Nothing fires while one writes.
    found.keyboard.type("a j e ? g q")
    expect(found.locator("#note")).to_have_value("a j e ? g q")
    assert found.locator("dialog[open]").count() == 0
    found.locator("#who").focus()
    found.keyboard.press("e")
    expect(found.get_by_role("button", name="1 hour")).to_be_focused()
    found.keyboard.press("A")
    expect(found.locator("#hand-over-to")).to_be_focused()
    found.locator("#who").focus()
    found.keyboard.press("r")
    expect(found.locator("#text")).to_be_focused()
    found.keyboard.press("Escape")
    found.keyboard.press("a")
    expect(found.get_by_text("This person is yours now.")).to_be_visible()
    assert session().get_one(Conversation, conversation, populate_existing=True).assignee_id == cm.member_id
    found.keyboard.press("g")
    found.keyboard.press("t")
    expect(found).to_have_url(re.compile("/templates$"))


def test_what_is_struck_while_somebody_opens_is_meant_for_them(scene: Scene, page: Callable[[str], Page]) -> None:
    account = scene.account()
    scene.comment(account, "ines", 0)
    scene.comment(account, "paul", 1)
    found = page("/queue")
    # The answer is kept back until letters were struck that would take somebody, note something or leave the page.
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    found.route(re.compile(r"/conversations/\d+$"), hold)
    found.keyboard.press("j")
    found.keyboard.press("Enter")
    expect(found.locator("body")).to_have_attribute("data-opening", "yes")
    found.keyboard.type("ra")
    held[0].continue_()
    expect(found.locator("#who")).to_have_text("ines")
    expect(found.locator("#text")).to_be_focused()
    assert session().scalars(select(Conversation.assignee_id)).all() == [None, None]


def test_the_sheet_and_the_palette(scene: Scene, page: Callable[[str], Page]) -> None:
    account = scene.account()
    scene.comment(account, "inès", 0)
    scene.comment(account, "paul", 1)
    found = page("/queue")
    found.locator(".line a").first.focus()
    found.keyboard.press("?")
    expect(found.get_by_role("dialog", name="Keyboard")).to_be_visible()
    found.keyboard.press("j")
    found.keyboard.press("Escape")
    expect(found.locator("dialog[open]")).to_have_count(0)
    expect(found.locator(".line a").first).to_be_focused()
    found.keyboard.press("Control+k")
    words = found.get_by_role("combobox", name="A person, a place or a deed")
    expect(words).to_be_focused()
    found.keyboard.type("templ")
    first = found.locator("#palette").get_by_role("option").first
    expect(first).to_contain_text("Reply templates")
    expect(first).to_have_attribute("aria-selected", "true")
    expect(words).to_have_attribute("aria-activedescendant", "palette-0")
    words.fill("zzz")
    expect(found.get_by_text("Nothing here is called that.")).to_be_visible()
    # Accents are folded, and letters may be left out.
    words.fill("ins")
    expect(found.locator("#palette").get_by_role("option").first).to_contain_text("inès")
    found.keyboard.press("Enter")
    expect(found.locator("#who")).to_have_text("inès")


def test_single_letters_can_be_switched_off(scene: Scene, page: Callable[[str], Page]) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    found = page("/keyboard")
    found.get_by_role("button", name="Off").click()
    expect(found.get_by_text("Saved on this browser.")).to_be_visible()
    found.goto(f"/conversations/{conversation}")
    expect(found.locator("#list .line")).to_have_count(1)
    for key in ("n", "?", "r"):
        found.keyboard.press(key)
    assert found.evaluate("document.activeElement === document.body")
    found.keyboard.press("Control+k")
    expect(found.locator("#palette")).to_be_visible()
