"""The main job in a real browser that runs no script: sign in, find who waits, answer, see it kept."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inbox import members
from inbox.answering import templates
from inbox.extensions import session
from inbox.models import Reply, ReplyKind, ReplyState
from inbox.permissions import OPERATOR, Actor, Role
from tests.scenes import Scene
from tests.web.conftest import Open

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

PASSWORD = "correct horse battery"


@pytest.fixture
def camille(scene: Scene) -> Actor:
    """A community manager with a password."""
    member, _ = members.add_member(
        OPERATOR, "camille@example.org", [Role.COMMUNITY_MANAGER], password=PASSWORD, name="Camille"
    )
    return members.actor_of(member)


def test_a_comment_is_answered(scene: Scene, camille: Actor, open_browser: Open) -> None:
    account = scene.account()
    scene.comment(account, "ines", 0, "Is the blue one safe for my son?")
    scene.comment(account, "paul", 30, "Thank you", kind="praise")
    templates.create(camille, "Answer", {"en": "Hello {author_name}, {answer}"})
    page = open_browser(java_script_enabled=False).new_page()

    page.goto("/queue")
    expect(page).to_have_url(re.compile("/sign-in"))
    page.fill("#email", "camille@example.org")
    page.fill("#password", "wrong")
    page.click("button.primary")
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    expect(page.locator("#email")).to_have_value("camille@example.org")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    expect(page).to_have_url(re.compile("/queue$"))

    page.locator(".line", has_text="Is the blue one safe").locator("a").click()
    expect(page.locator("h1")).to_have_text("ines")
    page.fill("#text", "Good question.")
    page.get_by_role("button", name="Insert").click()
    expect(page.locator("#text")).to_have_value("Good question.\n\nHello ines, {answer}")
    expect(page.locator(".composer .asked")).to_contain_text("{answer}")
    page.fill(".asked input", "it is safe")
    page.get_by_role("button", name="Put it in").click()
    expect(page.locator("#text")).to_have_value("Good question.\n\nHello ines, it is safe")
    page.fill("#text", "Good question.\n\nHello ines, {answer}")

    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.get_by_role("alert")).to_contain_text("not filled in")
    expect(page.locator("#text")).to_have_value("Good question.\n\nHello ines, {answer}")

    page.fill("#text", "Yes, it is safe: " + "x" * 600)
    page.get_by_role("button", name="Check the length").click()
    expect(page.locator("#length")).to_contain_text("too long")
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.get_by_role("alert")).to_contain_text("too long for this network")

    page.fill("#text", "Yes, it is safe.")
    page.check("#holding")
    page.get_by_role("button", name=re.compile("^Send")).click()
    # The next person is open already: the way back leads to the one who was answered.
    expect(page.locator("h1#who")).to_have_text("paul")
    expect(page.locator(".notice")).to_contain_text("You answered ines. Your reply is on its way.")
    page.get_by_role("link", name="Back to this person").click()
    expect(page.locator(".ours .words")).to_have_text("Yes, it is safe.")

    session().rollback()
    reply = session().query(Reply).one()
    assert (reply.state, reply.kind, reply.text) == (ReplyState.QUEUED, ReplyKind.HOLDING, "Yes, it is safe.")
    assert reply.member_id == camille.member_id

    page.get_by_role("button", name="Take it back").click()
    expect(page.locator(".notice")).to_contain_text("taken back")
    page.get_by_role("link", name="Next person").click()
    expect(page.locator("h1")).to_have_text("paul")


def test_the_menu_opens_on_a_phone(scene: Scene, camille: Actor, open_browser: Open) -> None:
    window = open_browser(camille, java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = window.new_page()
    page.goto("/queue")
    expect(page.get_by_role("link", name="Reply templates")).not_to_be_visible()
    page.get_by_role("button", name="Menu").click()
    page.get_by_role("link", name="Reply templates").click()
    expect(page.locator("h1")).to_have_text("Reply templates")


def test_the_language_changes_for_good(scene: Scene, camille: Actor, open_browser: Open) -> None:
    page = open_browser(java_script_enabled=False, locale="en-GB").new_page()
    page.goto("/sign-in")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("h1")).to_have_text("Se connecter")
    page.fill("#email", "camille@example.org")
    page.fill("#password", PASSWORD)
    page.click("button.primary")
    page.goto("/profile")
    page.get_by_role("button", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    other = open_browser(camille, locale="en-GB").new_page()
    other.goto("/queue")
    expect(other.locator("html")).to_have_attribute("lang", "fr")
