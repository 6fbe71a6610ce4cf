"""Two and five real browsers at once: who writes is seen, a second answer is stopped, no typed word is lost."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select
from werkzeug.serving import make_server

from inbox import bell, clock, live, members
from inbox.answering import drafts, outbox, presence, undoing
from inbox.answering.presence import LOOKING_FOR, Doing
from inbox.extensions import session, writing
from inbox.models import Reply, ReplyState
from inbox.permissions import WORKER, Actor, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

one_engine = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)


@pytest.fixture
def team(make_member: MakeMember) -> list[Actor]:
    """Five members who answer."""
    return [make_member(Role.COMMUNITY_MANAGER, email=f"cm{number}@example.org") for number in range(5)]


class Watched:
    """A page of which nothing may be said in the console, and nothing refused by its policy."""

    def __init__(self, window: BrowserContext) -> None:
        self.page: Page = window.new_page()
        self.said: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))


def words(page: Page) -> str:
    return page.locator("#text").input_value()


def arrive(scene: Scene, account: int, author: str, minutes: float) -> int:
    """A comment that collection stores, with what it rings for."""
    conversation = scene.comment(account, author, minutes)
    with writing() as current:
        bell.ring(current, "comments.stored", account_id=account, conversation_ids=[conversation], answered_ids=[])
    return conversation


@one_engine
def test_two_at_one_critic(scene: Scene, team: list[Actor], open_browser: Open) -> None:
    account = scene.account()
    conversation, other = scene.comment(account, "ines", 0), scene.comment(account, "noor", 1)
    sam, kim = (Watched(open_browser(actor)) for actor in team[:2])
    kim.page.goto("/queue")
    sam.page.goto(f"/conversations/{conversation}")
    row = kim.page.locator("li.line").first
    expect(row).to_contain_text("is looking at this")
    # Starting to type takes the person on, and the list says so without having moved.
    sam.page.locator("#text").press_sequentially("Hello Ines, we")
    expect(row.locator(".who-else")).to_have_text(re.compile("is writing"))
    expect(row.locator(".taken bdi")).to_have_text("Community Manager")
    expect(sam.page.locator("[data-saved]")).to_contain_text("Saved")
    kim.page.goto(f"/conversations/{conversation}")
    expect(kim.page.locator("#at-work")).to_contain_text("is writing")
    kim.page.locator("#text").fill("Dear Ines, it is safe.")
    expect(kim.page.locator("[data-who-has]")).to_contain_text("has taken this person")
    kim.page.locator("#send").click()
    expect(kim.page.locator("#leaving")).to_contain_text("leaves in 15 s")
    # The answer of the second stands above the words of the first, which stay.
    expect(sam.page.locator("#meanwhile")).to_contain_text("Dear Ines, it is safe.")
    assert words(sam.page) == "Hello Ines, we"
    sam.page.locator("#send").click()
    expect(sam.page.locator(".problem")).to_contain_text("answered in the meantime")
    expect(sam.page.locator("#meanwhile")).to_contain_text("Dear Ines, it is safe.")
    assert words(sam.page) == "Hello Ines, we"
    session().rollback()
    assert [reply.text for reply in session().scalars(select(Reply))] == ["Dear Ines, it is safe."]
    # After sending, the next person opened by itself.
    assert [each.member_id for each in presence.others(team[2]) if each.conversation_id == other] == [team[1].member_id]
    assert kim.said == []
    assert [line for line in sam.said if "409" not in line] == []


@one_engine
def test_five_screens_hear_of_everything_and_nothing_moves(scene: Scene, team: list[Actor], open_browser: Open) -> None:
    account = scene.account()
    first = scene.comment(account, "ines", 0)
    screens = [Watched(open_browser(actor)) for actor in team]
    for screen in screens:
        screen.page.goto("/queue")
        expect(screen.page.locator("li.line")).to_have_count(1)
    screens[4].page.goto(f"/conversations/{first}")
    screens[4].page.locator("#text").fill("Half a")
    arrive(scene, account, "noor", 1)
    arrive(scene, account, "bo", 2)
    arrive(scene, account, "ines", 3)
    for screen in screens[:4]:
        expect(screen.page.locator("#news")).to_have_text(re.compile("3 new: show them"))
        expect(screen.page.locator(".views [data-counter=waiting]")).to_have_text("3")
        expect(screen.page.locator("li.line")).to_have_count(1)
    screens[0].page.locator("#news a").click()
    expect(screens[0].page.locator("li.line")).to_have_count(3)
    # Who has a conversation open is offered the new comment, and keeps what is half-written.
    expect(screens[4].page.locator("[data-fresh]")).to_have_text("1 new: show it")
    screens[4].page.locator("[data-fresh] button").click()
    expect(screens[4].page.locator(".comment")).to_have_count(2)
    assert words(screens[4].page) == "Half a"
    for screen in screens:
        assert screen.said == []


@one_engine
def test_undone_it_is_in_the_composer_from_wherever_one_is(scene: Scene, team: list[Actor], open_browser: Open) -> None:
    account = scene.account()
    conversation, other = scene.comment(account, "ines", 0), scene.comment(account, "noor", 1)
    desk = Watched(open_browser(team[0]))
    page = desk.page
    page.goto(f"/conversations/{conversation}")
    page.locator("#text").fill("It is safe.")
    page.locator("#send").click()
    expect(page.locator("#leaving")).to_contain_text("leaves in")
    assert words(page) == ""
    page.goto(f"/conversations/{other}")
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile(f"/conversations/{conversation}"))
    expect(page.locator("#text")).to_have_value("It is safe.")
    # Sent once more, and she writes again before it has left: it is stopped, and asks.
    page.locator("#send").click()
    expect(page.locator("#leaving")).to_contain_text("leaves in")
    page.goto(f"/conversations/{other}")
    expect(page.locator("#leaving")).to_contain_text("leaves in")
    with clock.frozen(START + timedelta(seconds=2)):
        scene.comment(account, "ines", 61)
        outbox.sweep(WORKER)
    expect(page.locator("#leaving .stopped")).to_contain_text("They have written again")
    page.locator("#leaving a").click()
    expect(page.locator("#text")).to_have_value("It is safe.")
    expect(page.locator(".back-again")).to_contain_text("They have written again")
    assert desk.said == []


@one_engine
def test_offline_in_the_middle_of_typing_loses_nothing(scene: Scene, team: list[Actor], open_browser: Open) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    window = open_browser(team[0])
    page = window.new_page()
    page.goto(f"/conversations/{conversation}")
    text = page.locator("#text")
    text.press_sequentially("Hello Ines,")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    window.set_offline(True)
    text.press_sequentially(" we have looked into it")
    expect(page.locator("[data-saved]")).to_contain_text("The connection is lost")
    # Sending now sends nothing, and takes nothing away.
    page.locator("#send").click()
    assert words(page) == "Hello Ines, we have looked into it"
    with clock.frozen(START + timedelta(minutes=1)):
        presence.expire(WORKER)
        text.press_sequentially(".")
        window.set_offline(False)
        expect(page.locator("[data-saved]")).to_contain_text("Saved")
        page.locator("#send").click()
        expect(page.locator("#leaving")).to_contain_text("leaves in")
    session().rollback()
    reply = session().scalars(select(Reply)).one()
    assert (reply.text, reply.state) == ("Hello Ines, we have looked into it.", ReplyState.QUEUED)
    assert drafts.of(team[0], conversation) is None


@pytest.fixture
def mortal(app: Flask) -> Iterator[Server]:
    """A server that can be killed in the middle, and started again where it was."""
    server = Server(app)
    yield server
    server.kill()


class Server:
    """The application on one port, through several lives."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.port = 0
        self.start()

    def start(self) -> None:
        """Listen, on the port it always had."""
        live.allow(self.app, 20)
        self._server = make_server("127.0.0.1", self.port, self.app, threaded=True)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def kill(self) -> None:
        """Answer nothing any more."""
        live.hub_of(self.app).stop()
        self._server.shutdown()
        self._server.server_close()


@one_engine
def test_a_killed_server_takes_no_words_with_it(
    scene: Scene, team: list[Actor], mortal: Server, open_browser: Open
) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    address = f"http://127.0.0.1:{mortal.port}"
    window = open_browser(team[0])
    page = window.new_page()
    page.goto(f"{address}/conversations/{conversation}")
    page.locator("#text").press_sequentially("Hello Ines,")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    mortal.kill()
    page.locator("#text").press_sequentially(" we looked.")
    expect(page.locator("[data-saved]")).to_contain_text("The connection is lost")
    mortal.start()
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    page.goto(f"{address}/queue")
    expect(page.locator("li.line")).to_contain_text("half-written")
    # Signed out, and in again on another machine: it is there.
    members.end_sessions(team[0], team[0].member_id or 0)
    again = open_browser(team[0]).new_page()
    again.goto(f"/conversations/{conversation}")
    assert words(again) == "Hello Ines, we looked."


# --- Without a browser: what the addresses answer. -------------------------------------------------------------------


def token_form(**more: str) -> dict[str, str]:
    return {"form_key": "k" * 24, "screen": "s", "number": "0", "text": "Hello", **more}


def test_whoever_asks_now_and_then_hears_the_same(scene: Scene, desk: Visitor, cm: Actor) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    page = desk.get("/queue").get_data(as_text=True)
    found = re.search(r'data-after="(\d+)"', page)
    assert found is not None
    presence.note(cm, conversation, Doing.LOOKING)
    answer = desk.get(f"/live?after={found[1]}").get_json()
    assert [event["topic"] for event in answer["events"]] == ["presence"]
    assert desk.get(f"/live?after={answer['last']}").get_json() == {"events": [], "last": answer["last"], "anew": False}
    assert desk.get("/live?after=99999").get_json()["anew"] is True


def test_past_the_cap_the_page_is_told_to_ask(app: Flask, scene: Scene, desk: Visitor) -> None:
    live.allow(app, 0)
    answer = desk.get("/live", headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_stream_is_for_members(visit: Visit) -> None:
    assert visit().get("/live").status_code == 303


def test_saving_answers_what_the_page_says(scene: Scene, desk: Visitor, chief: Visitor, supervisor: Actor) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    path = f"/conversations/{conversation}/draft"
    saved = desk.post(path, token_form(typing="yes")).get_json()
    assert (saved["number"], saved["taken_by"]) == (1, None)
    assert saved["saved"].startswith("Saved at ")
    assert chief.post(path, token_form(typing="yes")).get_json()["taken_by"] == "Community Manager"
    elsewhere = desk.post(path, token_form(screen="phone", text="Something else"))
    assert (elsewhere.status_code, elsewhere.get_json()) == (409, {"number": 1, "text": "Hello"})
    assert "too long" in desk.post(path, token_form(text="x" * 20_001)).get_json()["said"]
    assert "Hello" in desk.get(f"/conversations/{conversation}").get_data(as_text=True)
    with clock.frozen(START + LOOKING_FOR):
        assert presence.others(supervisor) == []


def test_the_countdown_is_chosen_in_the_profile(desk: Visitor, cm: Actor, scene: Scene) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    assert desk.post("/profile/undo", {"seconds": "40"}).status_code == 303
    assert undoing.seconds_for(cm, conversation) == 40
    assert desk.post("/profile/undo", {"seconds": "61"}).status_code == 400
    assert desk.post("/profile/undo", {"seconds": "40", "usual": "yes"}).status_code == 303
    session().rollback()
    assert undoing.seconds_for(cm, conversation) == 15


def test_a_countdown_is_undone_without_a_script_too(scene: Scene, desk: Visitor) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    form = {"form_key": "k" * 24, "seen_up_to": "1", "answered_up_to": "0", "text": "It is safe."}
    desk.post(f"/conversations/{conversation}/replies", form)
    page = desk.get("/queue").get_data(as_text=True)
    assert "leaves in 15 s" in page
    found = re.search(r'action="(/conversations/\d+/replies/\d+/undo)"', page)
    assert found is not None
    assert desk.post(found[1]).status_code == 303
    assert "It is safe.</textarea>" in desk.get(f"/conversations/{conversation}").get_data(as_text=True)
