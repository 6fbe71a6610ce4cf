"""What htmx makes quick, in a real browser: the length while typing, further rows, news."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from inbox import clock
from inbox.extensions import writing
from inbox.models import Reply, ReplyState
from inbox.permissions import Role
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


def test_the_length_follows_what_is_typed(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    conversation = scene.comment(scene.account(network="x"), "ines", 0)
    page = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    page.goto(f"/conversations/{conversation}")
    page.locator("#text").press_sequentially("see https://example.org/a/very/long/path/that/counts/less 👩‍💻")
    # X counts any address as 23 and any emoji as 2.
    expect(page.locator("#length")).to_have_text("30 / 280")
    page.locator("#text").fill("x" * 281)
    expect(page.locator("#length")).to_contain_text("1 too long")


def test_a_reply_on_its_way_shows_when_it_is_confirmed(
    scene: Scene, make_member: MakeMember, open_browser: Open
) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    page = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    page.goto(f"/conversations/{conversation}")
    page.locator("#text").fill("It is safe.")
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator(".stand")).to_contain_text("Leaves in")
    with writing() as current:
        reply = current.query(Reply).one()
        reply.state, reply.remote_id = ReplyState.SENT, "seen-there"
        reply.sent_at = reply.confirmed_at = clock.now()
    expect(page.locator(".stand")).to_contain_text("Confirmed by the network")
    expect(page.locator("#thread")).not_to_have_attribute("hx-get", re.compile("."))


def test_further_rows_come_below(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    account = scene.account()
    for number in range(55):
        scene.comment(account, f"a{number}", number)
    page = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    page.goto("/queue")
    expect(page.locator(".line")).to_have_count(50)
    page.get_by_role("link", name="Show more").click()
    expect(page.locator(".line")).to_have_count(55)
    expect(page.get_by_text("That is everybody.")).to_be_visible()
    names = page.locator(".line .name").all_inner_texts()
    assert len(set(names)) == 55


def test_news_are_told_and_move_nothing(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    account = scene.account()
    scene.comment(account, "ines", 0)
    page = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    page.goto("/queue")
    expect(page.locator(".news")).to_be_empty()
    scene.comment(account, "paul", 59)
    scene.comment(account, "zoe", 59.5)
    # The scene lays rows down without ringing a bell: the page is told to look.
    page.evaluate("htmx.trigger('#news', 'asked')")
    expect(page.locator(".news")).to_contain_text("2 new: show them")
    expect(page.locator(".line")).to_have_count(1)
    page.locator(".news a").click()
    expect(page.locator(".line")).to_have_count(3)
    expect(page.locator(".news")).to_be_empty()


def test_a_filter_applies_as_it_is_chosen(scene: Scene, make_member: MakeMember, open_browser: Open) -> None:
    account = scene.account()
    scene.comment(account, "ines", 0)
    scene.comment(account, "paul", 1, kind="praise")
    page = open_browser(make_member(Role.COMMUNITY_MANAGER)).new_page()
    page.goto("/queue")
    page.locator(".filters summary").click()
    page.select_option("#kind", "praise")
    expect(page).to_have_url(re.compile(r"/queue\?kind=praise$"))
    expect(page.locator(".line .name")).to_have_text(["paul"])
