"""WCAG 2.2 AA: axe finds nothing on any page, in any state, in light and dark, English and French, wide and narrow."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from inbox import clock, members
from inbox.answering import conversations, linking, prepared, shift, tags, templates
from inbox.models import ReplyKind
from inbox.permissions import Actor, Role
from inbox.sharing import absences, teams
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open

pytestmark = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}

# Light and dark, both languages and both widths.
LOOKS = (("light", "en", WIDE), ("dark", "fr", PHONE))

LONG = "Eine-sehr-lange-Beschwerde-" * 40 + " مرحبا، هل المنتج آمن؟ " + "mot " * 300


def found_by_axe(page: Page) -> list[str]:
    """What axe has to say about a page, one line for each element."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    violations: list[dict[str, Any]] = Axe().run(page, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in violations for node in each["nodes"]]


def is_as_wide_as_the_screen(page: Page) -> bool:
    """Whether nothing has to be scrolled to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.fixture
def brand(scene: Scene, supervisor: Actor, cm: Actor) -> list[int]:
    """A brand with people in every state; the ids of their conversations."""
    account = scene.account()
    names = ("ines", "paul", "zoe", "N" * 300)
    talks = [scene.comment(account, name, minute, LONG, urgency=minute) for minute, name in enumerate(names)]
    scene.answer(talks[0], 5)
    scene.answer(talks[0], 6, kind=ReplyKind.HOLDING, promised=30)
    scene.comment(account, "ines", 40, "Toujours pas de réponse ?")
    conversations.add_note(cm, talks[0], "The batch list is in the drive. " * 9)
    conversations.assign(supervisor, talks[1], supervisor.member_id)
    team = teams.make(supervisor, "North " * 9)
    for member in (cm, supervisor):
        teams.put_in(supervisor, team.id, member.member_id or 0)
    conversations.assign(supervisor, talks[2], None, team_id=team.id)
    away = scene.member("lea")
    absences.mark(supervisor, away, clock.now() + timedelta(days=1))
    scene.comment(scene.account("Elsewhere"), "inès", 3, LONG)
    linking.link(cm, 1, 5, "She says so herself. " * 9)
    shift.give(cm, "The tone turns. " * 20, member_id=supervisor.member_id)
    for number in range(3):
        templates.create(supervisor, f"Safe {number}", {"en": "It is safe, {author_name}. {contact}"}, kind="question")
    tags.put_on(cm, talks[0], "battery of the long kind")
    group = prepared.begin(cm, [*talks, scene.comment(account, "max", 20)])
    prepared.fill_everywhere(cm, group.id, {})
    prepared.choose_template(cm, group.id, templates.list_templates(cm)[0].id)
    return talks


def _addresses(talk: int) -> tuple[tuple[str, ...], ...]:
    """The pages of a community manager, of a supervisor and of an administrator."""
    return (
        (
            "/queue",
            "/queue?state=closed",
            "/queue?due=past",
            "/queue?kind=praise",
            "/queue/promised",
            "/queue/following-up",
            f"/conversations/{talk}",
            f"/conversations/{talk + 1}",
            f"/conversations/{talk + 1}/links/new?q=inès",
            "/queue?assignee=me",
            "/hand-over",
            "/hand-over/1",
            "/search",
            "/search?q=safe",
            "/templates",
            "/tags",
            "/prepared",
            "/prepared/1",
            "/apologies",
            "/replies/approvals",
            "/notices",
            "/reports/response-times",
            "/reports/members",
            "/profile",
            "/keyboard",
            "/facts",
            "/no-such-page",
        ),
        ("/crisis", "/alarms", "/sending", "/declarations", "/duty", "/teams", "/trail", "/statement", "/line"),
        ("/accounts", "/members", "/erasures", "/accounts/connect/x"),
    )


@pytest.mark.parametrize(("theme", "language", "size"), LOOKS)
def test_every_page(
    brand: list[int],
    cm: Actor,
    supervisor: Actor,
    make_member: MakeMember,
    open_browser: Open,
    theme: str,
    language: str,
    size: dict[str, int],
) -> None:
    found: dict[str, list[str]] = {}
    for member, addresses in zip((cm, supervisor, make_member(Role.ADMINISTRATOR)), _addresses(brand[0]), strict=True):
        members.set_language(member, language)
        page = open_browser(member, viewport=size, color_scheme=theme).new_page()
        for address in addresses:
            page.goto(address)
            if size is WIDE and "/conversations/" in address and "/links" not in address:
                expect(page.locator("#list .line").first).to_be_visible()
            trouble = found_by_axe(page)
            if not is_as_wide_as_the_screen(page):
                trouble.append("has to be scrolled to the side")
            if trouble:
                found[address] = trouble
    signing_in = open_browser(None, viewport=size, color_scheme=theme, locale=language).new_page()
    signing_in.goto("/sign-in")
    found["/sign-in"] = found_by_axe(signing_in)
    assert {address: trouble for address, trouble in found.items() if trouble} == {}


def _write_too_much(page: Page) -> None:
    page.locator("#text").fill("x" * 900)
    expect(page.locator("#length")).to_contain_text("too long")


def _find_a_template(page: Page) -> None:
    page.keyboard.press("/")
    expect(page.locator("#finder [role=option]").first).to_be_visible()


def _unfold_everything(page: Page) -> None:
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


def _send_nothing(page: Page) -> None:
    page.locator("#send").click()
    expect(page.locator(".problem")).to_be_visible()


def _name_a_colleague(page: Page) -> None:
    _unfold_everything(page)
    page.locator("#note").press_sequentially("@su")
    expect(page.locator(".mentioning [role=option]").locator("visible=true").first).to_be_visible()


STATES: dict[str, Callable[[Page], None]] = {
    "too long": _write_too_much,
    "a template is looked for": _find_a_template,
    "everything is unfolded": _unfold_everything,
    "a colleague is named": _name_a_colleague,
    "why is there no Delete": lambda page: page.get_by_role("button", name="Delete or block?").first.click(),
    "the palette": lambda page: page.keyboard.press("Control+k"),
    "the sheet": lambda page: page.keyboard.press("?"),
    "an empty answer": _send_nothing,
}


@pytest.mark.parametrize(("theme", "size"), [("dark", WIDE), ("light", PHONE)])
def test_every_state_of_a_conversation(
    brand: list[int], cm: Actor, open_browser: Open, theme: str, size: dict[str, int]
) -> None:
    page = open_browser(cm, viewport=size, color_scheme=theme).new_page()
    found: dict[str, list[str]] = {}
    for state, reach in STATES.items():
        page.goto(f"/conversations/{brand[1]}")
        reach(page)
        if state in {"the palette", "the sheet"}:
            expect(page.locator("dialog[open]")).to_be_visible()
        trouble = found_by_axe(page)
        if trouble:
            found[state] = trouble
    assert found == {}


def test_at_twice_the_size_nothing_is_lost(brand: list[int], cm: Actor, open_browser: Open) -> None:
    """WCAG 1.4.10: at 320 CSS pixels, as at 400 %, everything is there without scrolling to the side."""
    page = open_browser(cm, viewport={"width": 320, "height": 640}).new_page()
    for address in ("/queue", f"/conversations/{brand[0]}", "/templates", "/profile", "/keyboard", "/search?q=safe"):
        page.goto(address)
        assert is_as_wide_as_the_screen(page), address


def test_words_are_marked_with_their_language(scene: Scene, cm: Actor, open_browser: Open) -> None:
    talk = scene.comment(scene.account(), "ines", 0, "مرحبا، هل المنتج آمن؟")
    conversations.correct_triage(cm, 1, language="ar")
    page = open_browser(cm, viewport=WIDE).new_page()
    page.goto(f"/conversations/{talk}")
    words = page.locator(".comment .words")
    expect(words).to_have_attribute("lang", "ar")
    assert words.evaluate("each => getComputedStyle(each).direction") == "rtl"
    expect(page.locator(".comment .about")).to_contain_text("Arabic")
    expect(page.locator("#list .excerpt bdi")).to_have_attribute("lang", "ar")


def test_targets_are_large_enough(brand: list[int], cm: Actor, open_browser: Open) -> None:
    """WCAG 2.5.8: 24 pixels; what is in a line of text is exempt, and has its row of 24 all the same."""
    page = open_browser(cm, viewport=PHONE).new_page()
    for address in ("/queue", f"/conversations/{brand[0]}"):
        page.goto(address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("main button, main input, main select, main summary, .line a")]
            .filter((each) => each.getClientRects().length && !each.closest(".soft, .about") && each.type !== "hidden")
            .filter((each) => !each.matches(".link"))
            .filter((each) => Math.min(each.getBoundingClientRect().height, 24) < 24 && !each.labels?.length)
            .map((each) => each.outerHTML.slice(0, 120))"""
        )
        assert small == [], address
