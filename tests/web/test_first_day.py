"""The first day: pages of help, advice where something is decided, empty pages that teach, and the tour."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from inbox import languages, members
from inbox.extensions import session
from inbox.models import Member
from inbox.permissions import MEMBER_ROLES, Actor, Role
from inbox.web import tour_steps
from inbox.web.helping import TOPICS
from inbox.words import tour
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = {path.relative_to(ROOT / "templates").as_posix(): path for path in (ROOT / "templates").rglob("*.html")}
WORDS_A_MINUTE = 200
"""How fast people read on a screen, at ease."""

on_sqlite = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


class Page(HTMLParser):
    """What stands on a page: its ids, its links, and its empty states with heading, sentences and next step."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.empties: list[dict[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids.add(given.get("id", ""))
        self.links.add(given.get("href", ""))
        kinds = given.get("class", "").split()
        if "empty" in kinds:
            self.empties.append({"heading": "", "words": "", "next": ""})
        if tag not in {"input", "meta", "link", "br"}:
            self._open.append((tag, "empty" if "empty" in kinds else "next" if "next" in kinds else ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        marks = [mark for _, mark in self._open]
        if "empty" not in marks:
            return
        tags = {tag for tag, _ in self._open[marks.index("empty") :]}
        part = "next" if "next" in marks else "heading" if tags & {"h1", "h2", "h3"} else "words"
        self.empties[-1][part] += data.strip()


def fluent(actor: Actor, language: str) -> Actor:
    """The same member, who reads in `language`."""
    members.set_language(actor, language)
    return actor


class TestHelp:
    def test_each_topic_is_told_in_each_language_and_nothing_else_is(self) -> None:
        told = {name.removeprefix("help/topics/") for name in TEMPLATES if name.startswith("help/topics/")}
        assert told == {f"{topic}.{language}.html" for topic in TOPICS for language in languages.LANGUAGES}

    def test_every_link_to_help_leads_to_a_page(self) -> None:
        source = {name: path.read_text(encoding="utf-8") for name, path in TEMPLATES.items()}
        named = {
            topic
            for text in source.values()
            for topic in re.findall(r"why\(\"([\w-]+)\"\)|topic='([\w-]+)'", text)
            for topic in topic
            if topic
        }
        assert named <= set(TOPICS)
        advised = {topic for text in source.values() for topic in re.findall(r"why\(\"([\w-]+)\"\)", text)}
        assert advised == set(TOPICS), "each piece of advice stands where it helps to decide"

    @on_sqlite
    @pytest.mark.parametrize("language", languages.LANGUAGES)
    def test_the_list_leads_to_pages_of_a_screen_each(self, language: str, approver: Actor, visit: Visit) -> None:
        reader = visit(fluent(approver, language))
        listed = Page(reader.get("/help").text).links
        for topic in TOPICS:
            assert f"/help/{topic}" in listed
            answer = reader.get(f"/help/{topic}")
            prose = answer.text.partition('<article class="told-why">')[2].partition("</article>")[0]
            words = re.sub(r"<[^>]+>", " ", prose).split()
            assert answer.status_code == 200
            assert 220 <= len(words) <= 450, topic
            assert f'<html lang="{language}"' in answer.text
            assert 'class="sources"' in prose

    def test_french_prose_is_set_as_french_is_set(self) -> None:
        for name, path in TEMPLATES.items():
            if name.startswith("help/topics/") and name.endswith(".fr.html"):
                text = path.read_text(encoding="utf-8")
                assert not re.search(r"[ ][:;!?»%]|« |['\"]", re.sub(r"<[^>]+>", "", text)), name

    @on_sqlite
    def test_a_topic_that_is_not_there_is_not_found(self, approver: Actor, visit: Visit) -> None:
        answer = visit(approver).get("/help/shouting")
        assert (answer.status_code, "The list shows them all" in answer.text) == (404, True)


class TestAdvice:
    @on_sqlite
    def test_it_stands_where_something_is_decided_until_a_member_leaves_it_out(
        self, scene: Scene, desk: Visitor
    ) -> None:
        conversation = scene.comment(scene.account(), "ines", 0)
        page = Page(desk.get(f"/conversations/{conversation}").text)
        beside = {
            "answering",
            "breathing",
            "criticism-stays",
            "holding-replies",
            "private-channel",
            "silence",
            "trolls",
        }
        assert {f"/help/{topic}" for topic in beside} <= page.links
        assert desk.post("/profile/advice", {"advice": "no"}).status_code == 303
        assert not any(
            link.startswith("/help/") for link in Page(desk.get(f"/conversations/{conversation}").text).links
        )
        desk.post("/profile/advice", {"advice": "yes"})
        assert "/help/answering" in Page(desk.get(f"/conversations/{conversation}").text).links


class TestEmptyPages:
    @pytest.mark.parametrize(
        ("name", "source"),
        [
            (name, path.read_text(encoding="utf-8"))
            for name, path in TEMPLATES.items()
            if re.search(r'class="[^"]*\bempty\b', path.read_text(encoding="utf-8"))
        ],
    )
    def test_each_has_a_heading_and_a_next_step(self, name: str, source: str) -> None:
        for part in re.split(r'class="[^"]*\bempty\b', source)[1:]:
            empty = part.partition("</div>")[0].partition("</section>")[0]
            headings, following = len(re.findall("<h[123]", empty)), empty.count('class="next')
            either_way = len(re.findall(r"<h[123]>\{\{ _\([^)]*\) if ", empty))
            assert headings + either_way == following > 0, name

    @on_sqlite
    @pytest.mark.parametrize("language", languages.LANGUAGES)
    def test_each_says_what_is_good_and_what_to_do(
        self, language: str, scene: Scene, make_member: MakeMember, visit: Visit
    ) -> None:
        pages = [f"/queue?state={state}" for state in ("waiting", "snoozed", "answered", "closed")]
        pages += ["/queue?due=past", "/queue?due=soon", "/queue?kind=praise", "/queue/promised", "/replies/approvals"]
        pages += [
            "/apologies",
            "/apologies?retired=yes",
            "/templates",
            "/facts",
            "/facts/corrections",
            "/crisis",
            "/duty",
        ]
        pages += ["/alarms", "/notices", "/accounts", "/reports/response-times", "/declarations", "/erasures"]
        pages += ["/trail?who=system", "/reports/members", "/line"]
        for role in (Role.SUPERVISOR, Role.COMMUNITY_MANAGER, Role.APPROVER):
            reader = visit(fluent(make_member(role), language))
            seen = 0
            for address in pages:
                answer = reader.get(address)
                for empty in Page(answer.text).empties:
                    assert all(len(words) > 10 for words in empty.values()), (role, address, empty)
                    seen += 1
            assert seen > {Role.SUPERVISOR: 15, Role.COMMUNITY_MANAGER: 10, Role.APPROVER: 0}[role]


class TestTheTour:
    @pytest.mark.parametrize("role", MEMBER_ROLES)
    def test_it_takes_two_minutes(self, role: Role) -> None:
        actor = Actor.of_member(1, frozenset({role}))
        said = [
            f"{tour.SENTENCES[f'tour.{step.name}.title']} {tour.SENTENCES[f'tour.{step.name}']}"
            for step in tour_steps.steps_for(actor)
        ]
        assert len(said) >= 2
        assert len(" ".join(said).split()) <= 2 * WORDS_A_MINUTE

    @on_sqlite
    @pytest.mark.parametrize("role", MEMBER_ROLES)
    def test_each_step_stands_on_a_page_that_has_what_it_speaks_of(
        self, role: Role, scene: Scene, make_member: MakeMember, visit: Visit
    ) -> None:
        scene.comment(scene.account(), "ines", 0)
        actor = make_member(role)
        browser, steps = visit(actor), tour_steps.steps_for(actor)
        answer = browser.post("/tour/step")
        for number, step in enumerate(steps):
            parts = urlsplit(answer.location)
            text = browser.get(parts.path).text
            assert parts.fragment == step.anchor
            assert {step.anchor, "tour"} <= Page(text).ids, step.name
            assert str(tour.SENTENCES[f"tour.{step.name}"]) in text
            assert f"Tour, {number + 1} of {len(steps)}" in text
            session().rollback()
            assert session().get_one(Member, actor.member_id).tour_step == step.name
            following = steps[number + 1].name if number + 1 < len(steps) else None
            assert (f'name="to" value="{following}"' in text) == (following is not None)
            person = re.search(r'name="person" value="(\d+)"', text)
            form = {"to": following} | ({"person": person[1]} if person else {})
            answer = browser.post("/tour/step", form) if following else browser.post("/tour/leave")
        assert answer.location == "/"
        home = browser.get(browser.get("/").location).text
        assert "tour-card" not in home
        assert "New here?" not in home

    def test_it_is_offered_at_home_alone_and_goes_on_in_another_browser(
        self, scene: Scene, cm: Actor, visit: Visit
    ) -> None:
        laptop, telephone = visit(cm), visit(cm)
        assert "New here?" in laptop.get("/queue").text
        assert "New here?" not in laptop.get("/templates").text
        laptop.post("/tour/step", {"to": "apologies"})
        assert "Tour, 6 of" in telephone.get("/apologies").text
        assert "tour-card" not in telephone.get("/templates").text
        assert "Go on with the tour" in telephone.get("/templates").text
        assert telephone.post("/tour/leave", {"next": "/templates"}).location == "/templates"
        assert "tour-card" not in laptop.get("/apologies").text
        assert "New here?" not in laptop.get("/queue").text
        assert 'action="/tour/step"' in laptop.get("/profile").text

    @on_sqlite
    def test_a_step_with_nobody_to_show_is_told_on_the_plain_page(self, scene: Scene, desk: Visitor) -> None:
        answer = desk.post("/tour/step", {"to": "answer"})
        assert answer.location == "/tour#answer"
        page = desk.get("/tour").text
        assert "If nobody waits at the moment" in page
        assert {"answer", "tour"} <= Page(page).ids

    @on_sqlite
    @pytest.mark.parametrize(
        "form", [{"to": "members"}, {"to": "nowhere"}, {"to": "person", "person": "9" * 30}, {"person": "x"}]
    )
    def test_what_was_made_up_leads_nowhere(self, form: dict[str, str], scene: Scene, desk: Visitor) -> None:
        answer = desk.post("/tour/step", form)
        assert (answer.status_code, answer.location) in {(400, None), (303, "/tour#person"), (303, "/queue#heading")}
        assert desk.post("/tour/leave", {"next": "//evil.example"}).location == "/"

    @on_sqlite
    def test_it_works_without_a_script_and_by_keyboard(self, scene: Scene, cm: Actor, open_browser: Open) -> None:
        scene.comment(scene.account(), "ines", 0)
        plain = open_browser(cm, java_script_enabled=False).new_page()
        plain.goto("/queue")
        plain.get_by_role("button", name="Show me around").click()
        expect(plain).to_have_url(re.compile("/queue#heading$"))
        plain.locator("#tour").get_by_role("button", name="Next step").click()
        expect(plain).to_have_url(re.compile(r"/conversations/\d+#who-wrote$"))

        page = open_browser(cm, viewport={"width": 1440, "height": 900}).new_page()
        page.goto("/queue")
        page.get_by_role("button", name="Go on with the tour").click()
        for anchor in ("#who-wrote", "#composer", "#what-helps"):
            expect(page).to_have_url(re.compile(rf"{anchor}$"))
            card = page.locator("#tour")
            expect(card).to_be_focused()
            expect(card).to_be_in_viewport(ratio=1)
            expect(page.locator(anchor)).to_be_in_viewport()
            if anchor != "#what-helps":
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
        page.fill("#text", "Hello Ines")
        card.focus()
        page.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(page.locator("#text")).to_have_value("Hello Ines")
        page.goto("/queue")
        expect(page.get_by_role("status")).to_contain_text("started again from your profile")
        expect(page.locator(".tour-card, .tour-offer")).to_have_count(0)
