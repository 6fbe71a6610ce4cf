"""The search and saved views as pages: marked safely, in the address, without and with JavaScript."""

from __future__ import annotations

import re

from axe_playwright_python.sync_playwright import Axe

from inbox.answering import alike
from inbox.permissions import Actor
from tests.scenes import Scene
from tests.web.conftest import Open, Visitor


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", page.decode())


def test_found_words_are_marked_and_nothing_else_is_markup(desk: Visitor, scene: Scene) -> None:
    account = scene.account()
    scene.comment(account, "ines", 1, "<script>alert(1)</script> the SMOKÉ & <b>fire</b>")
    page = text_of(desk.get("/search?q=smoke+fire").data)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; the <mark>SMOKÉ</mark> &amp; &lt;b&gt;<mark>fire</mark>" in page
    assert "<script>alert" not in page
    hostile = desk.get('/search?q="><script>x')
    assert hostile.status_code == 200
    assert b"<script>x" not in hostile.data


def test_the_empty_page_teaches_and_bad_filters_are_told(desk: Visitor) -> None:
    assert "put words in quotes" in text_of(desk.get("/search").data)
    assert "Nobody wrote that" in text_of(desk.get("/search?q=zzz").data)
    assert desk.get("/search?q=a&from=yesterday").status_code == 400
    assert desk.get("/search?q=a&state=gone").status_code == 400
    assert desk.get("/search?q=a&after=x").status_code == 400
    assert desk.get("/queue?view=99").status_code == 404
    assert desk.get("/queue?view=x").status_code == 400
    assert desk.get("/queue?alike=99").status_code == 404


def test_a_view_is_kept_from_an_address_and_shown_by_its_number(desk: Visitor, chief: Visitor, scene: Scene) -> None:
    account = scene.account()
    scene.comment(account, "ines", 1, "smoke", kind="question")
    scene.comment(account, "karim", 2, "smoke too", kind="criticism")
    kept = chief.post("/views", {"name": "Questions <1>", "kind": "question", "shared": "yes"})
    assert kept.status_code == 303
    place = kept.headers["Location"]
    for visitor in (chief, desk):
        page = text_of(visitor.get(place).data)
        assert "<h1>Questions &lt;1&gt;</h1>" in page
        assert ">ines<" in page
        assert ">karim<" not in page
    searched = chief.post("/views", {"name": "Smoke", "q": "smoke"}).headers["Location"]
    assert "<mark>smoke</mark> too" in text_of(chief.get(searched).data)
    number = searched.rpartition("=")[2]
    assert chief.get(f"/queue?view={number}").headers["Location"].endswith(searched)
    assert desk.get(searched).status_code == 404
    counts = text_of(chief.get("/views/counts").data)
    assert re.findall(r'class="count">([^<]+)<', counts) == ["1", "2"]
    assert chief.post(f"/views/{number}/rename", {"name": "Fire"}).status_code == 303
    assert chief.post(f"/views/{number}/share", {"shared": "yes"}).status_code == 303
    assert "<h1>Fire</h1>" in text_of(desk.get(searched).data)
    assert desk.post(f"/views/{number}/retire").status_code == 403
    assert chief.post(f"/views/{number}/retire").status_code == 303
    assert "was retired" in text_of(desk.get(searched).data)


def test_who_asks_the_same_is_a_line_that_filters(desk: Visitor, scene: Scene) -> None:
    account = scene.account()
    for number, words in enumerate(["When is my lamp refund coming?", "my lamp refund, when is it coming", "ok"]):
        scene.comment(account, f"p{number}", number, words)
    assert desk.get("/queue/alike").status_code == 204
    scene.comment(account, "p3", 4, "When is the refund of my lamp coming??", thread="t")
    scene.comment(account, "p9", 5, "Unlike anything else here.")
    alike.forget()
    line = text_of(desk.get("/queue/alike").data)
    assert "3 people ask nearly this" in line
    found = re.search(r'href="(/queue\?alike=\d+)"', line)
    assert found is not None
    page = text_of(desk.get(found[1]).data)
    assert "3 people ask nearly this" in page
    assert all(f">{name}<" in page for name in ("p0", "p1", "p3"))
    assert ">p9<" not in page


def test_in_a_browser_it_is_accessible_and_counts_arrive(
    scene: Scene, supervisor: Actor, open_browser: Open, chief: Visitor
) -> None:
    account = scene.account()
    scene.comment(account, "ines", 1, "Is there smoke in the lamp?")
    chief.post("/views", {"name": "Smoke", "q": "smoke", "shared": "yes"})
    faults: list[str] = []
    for scheme, width in (("light", 1440), ("dark", 390)):
        window = open_browser(supervisor, color_scheme=scheme, viewport={"width": width, "height": 900})
        page = window.new_page()
        page.on("console", lambda message: faults.append(message.text))
        for address in ("/search", "/search?q=smoke", "/search?q=nothing", "/queue", "/queue?kind=question"):
            page.goto(address)
            page.wait_for_load_state("networkidle")
            for summary in page.locator("details.keep > summary").all():
                summary.click()
            violations = Axe().run(page).response["violations"]
            assert [each["id"] for each in violations] == [], address
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width == 1440:
            page.goto("/queue")
            page.locator("#saved-views .count").wait_for()
            page.fill("#q", "lamp")
            page.keyboard.press("Enter")
            page.locator("mark", has_text="lamp").wait_for()
            assert page.url.endswith("/search?q=lamp")
    assert faults == []
