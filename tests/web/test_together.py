"""Working together on the screens: teams, handing over, mentions, links, being away, and the end of a shift."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from inbox import clock
from inbox.answering import conversations
from inbox.extensions import session, writing
from inbox.models import Author, Conversation, ConversationState, HandOver
from inbox.permissions import WORKER, Actor
from inbox.sharing import teams
from tests.conftest import START
from tests.scenes import Scene
from tests.web.conftest import Open, Visitor

WIDE = {"width": 1440, "height": 900}


def talk_now(number: int) -> Conversation:
    session().rollback()
    return session().get_one(Conversation, number, populate_existing=True)


@pytest.fixture
def talk(scene: Scene) -> int:
    """Somebody who waits."""
    return scene.comment(scene.account(), "ines", 0)


@pytest.fixture
def north(talk: int, supervisor: Actor, cm: Actor) -> int:
    """A team of both members."""
    team = teams.make(supervisor, "North")
    for who in (cm, supervisor):
        teams.put_in(supervisor, team.id, who.member_id or 0)
    return team.id


def test_a_supervisor_makes_a_team_and_a_person_is_given_to_it(
    talk: int, chief: Visitor, desk: Visitor, cm: Actor
) -> None:
    assert "No team yet" in desk.get("/teams").text
    assert desk.post("/teams", {"name": "North"}).status_code == 403
    assert chief.post("/teams", {"name": " "}).status_code == 400
    made = chief.post("/teams", {"name": "North"})
    assert made.location == "/teams#team-1"
    assert "so nothing can be given to it" in chief.get("/teams").text
    chief.post("/teams/1/members", {"member_id": str(cm.member_id)})
    page = chief.get(f"/conversations/{talk}").text
    assert 'value="team-1"' in page
    chief.post(f"/conversations/{talk}/hand-over", {"to": "team-1"})
    assert "Whoever of the team North is free first." in chief.get(f"/conversations/{talk}").text
    assert "1 person waits for it" in desk.get("/teams").text
    mine = desk.get("/queue?assignee=me").text
    assert re.search(r'class="team-mark">.*North', mine), "what waits for a team of mine is marked"
    assert ">ines<" in desk.get("/queue?team=1").text
    assert ">ines<" not in desk.get("/queue?assignee=nobody").text
    assert ">ines<" not in chief.get("/queue?assignee=me").text
    desk.post(f"/conversations/{talk}/assign", {"to": "me"})
    assert "You do, for the team North." in desk.get(f"/conversations/{talk}").text
    desk.post(f"/conversations/{talk}/assign", {"to": "nobody"})
    assert talk_now(talk).team_id == 1
    chief.post("/teams/1/retire")
    assert talk_now(talk).team_id is None


def test_a_person_is_handed_over_with_a_note_and_the_notice_leads_to_it(
    talk: int, desk: Visitor, chief: Visitor, supervisor: Actor
) -> None:
    refused = desk.post(f"/conversations/{talk}/hand-over", {"to": "", "hand_over_note": "Be <b>brief</b>"})
    assert refused.status_code == 400
    assert "Choose a colleague or a team" in refused.text
    assert "Be &lt;b&gt;brief&lt;/b&gt;" in refused.text, "what was typed is not lost"
    desk.post(
        f"/conversations/{talk}/hand-over",
        {"to": f"member-{supervisor.member_id}", "hand_over_note": "Be brief, @Supervisor <b>"},
    )
    told = chief.get("/notices").text
    assert "Community Manager hands a person over to you." in told
    (address,) = re.findall(r'href="(/notes/\d+)"', told)
    assert chief.get(address).location == f"/conversations/{talk}#note-1"
    page = chief.get(f"/conversations/{talk}").text
    assert 'Be brief, <strong class="mention">@Supervisor</strong> &lt;b&gt;' in page
    assert "You do." in page


def test_two_authors_are_linked_and_both_pages_show_it(scene: Scene, talk: int, desk: Visitor) -> None:
    elsewhere = scene.comment(scene.account("Elsewhere"), "inespaul", 5, "Ines again <i>")
    _first, second = session().scalars(select(Author.id).order_by(Author.id))
    form = desk.get(f"/conversations/{talk}/links/new?q=again").text
    assert f'value="{second}"' in form
    assert "Ines again &lt;i&gt;" in form
    assert desk.post(f"/conversations/{talk}/links", {"other_id": str(second), "reason": ""}).status_code == 400
    desk.post(f"/conversations/{talk}/links", {"other_id": str(second), "reason": "She says so"})
    for here, there in ((talk, elsewhere), (elsewhere, talk)):
        page = desk.get(f"/conversations/{here}").text
        assert "Also this person" in page
        assert "She says so" in page
        assert f"/conversations/{there}" in page
    desk.post(f"/conversations/{elsewhere}/links/1/end", {"end_reason": "Her sister"})
    assert "Also this person" not in desk.get(f"/conversations/{talk}").text


def test_a_shift_is_handed_over_kept_and_told(talk: int, north: int, desk: Visitor, chief: Visitor, cm: Actor) -> None:
    conversations.assign(cm, talk, cm.member_id)
    page = desk.get("/hand-over").text
    assert "I hold" in page
    assert ">ines<" in page
    refused = desk.post("/hand-over", {"noticed": "Mood turns", "to": "team-99"})
    assert refused.status_code == 404 or "Mood turns" in refused.text
    given = desk.post("/hand-over", {"noticed": "The mood turns", "to": f"team-{north}", "pass_on": "yes"})
    assert given.location == "/hand-over/1"
    assert talk_now(talk).assignee_id is None
    assert talk_now(talk).team_id == north
    assert 'href="/hand-over/1"' in chief.get("/notices").text
    kept = chief.get("/hand-over/1").text
    assert "From Community Manager to North" in kept
    assert "The mood turns" in kept
    assert "now: waiting" in kept
    assert session().scalars(select(HandOver.passed_on)).all() == [True]
    assert "To North" in desk.get("/hand-over").text


def test_being_away_is_said_on_the_profile_or_by_a_supervisor(
    talk: int, desk: Visitor, chief: Visitor, cm: Actor
) -> None:
    conversations.assign(cm, talk, cm.member_id)
    form = {"member_id": str(cm.member_id), "away_until": "2026-03-01T09:00"}
    assert "Choose a time within" in desk.post("/absences", form).text
    form["away_until"] = "2026-03-03T09:00"
    assert desk.post("/absences", form).location == "/profile#away"
    assert talk_now(talk).assignee_id is None
    assert "Those who waited for Community Manager are free again (1): they are away." in chief.get("/notices").text
    assert "Community Manager is away" in chief.get(f"/conversations/{talk}").text
    assert "I am back" in desk.get("/profile").text
    answer = chief.post("/absences", {**form, "from": "duty"})
    assert "already: end that absence first" in answer.text
    assert "<h1>Duty</h1>" in answer.text
    assert chief.post("/absences/1/end", {"from": "duty"}).location == "/duty#away"
    assert "I am back" not in desk.get("/profile").text


def test_somebody_is_put_off_until_they_write(scene: Scene, talk: int, desk: Visitor) -> None:
    desk.post(f"/conversations/{talk}/snooze", {"for": "author", "seen_up_to": "1"})
    page = desk.get(f"/conversations/{talk}").text
    assert "Until they write, at the latest until 16 Mar 2026" in page
    row = talk_now(talk)
    assert (row.state, row.snoozed_until) == (ConversationState.SNOOZED, START + timedelta(days=14))
    scene.comment(row.account_id, "ines", 61)
    assert talk_now(talk).state is ConversationState.WAITING
    for until, status in (("", 400), ("2026-03-02T08:00", 400), ("2026-03-02T18:00", 303)):
        answer = desk.post(f"/conversations/{talk}/snooze", {"for": "moment", "until": until, "seen_up_to": "2"})
        assert answer.status_code == status
    page = desk.get(f"/conversations/{talk}").text
    assert "Until 2 Mar 2026, 18:00, or until they write." in page
    assert "Bring it back now" in page
    assert desk.post(f"/conversations/{talk}/wake").status_code == 303
    assert talk_now(talk).state is ConversationState.WAITING
    desk.post(f"/conversations/{talk}/snooze", {"for": "moment", "until": "2026-03-02T18:00", "seen_up_to": "2"})
    with clock.frozen(START + timedelta(hours=10)):
        session().rollback()
        conversations.wake_snoozed(WORKER)
    assert talk_now(talk).state is ConversationState.WAITING


def test_who_writes_of_danger_is_offered_a_few_hours_alone(talk: int, desk: Visitor) -> None:
    assert 'value="author"' in desk.get(f"/conversations/{talk}").text
    with writing() as current:
        current.get_one(Conversation, talk).urgency = 0
    page = desk.get(f"/conversations/{talk}").text
    assert 'value="3"' in page
    assert 'value="author"' not in page
    assert 'value="tomorrow"' not in page
    refused = desk.post(f"/conversations/{talk}/snooze", {"for": "author"})
    assert refused.status_code == 400
    assert "put them off for 3 hours at the most" in refused.text


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_colleague_is_named_by_keyboard(talk: int, cm: Actor, supervisor: Actor, open_browser: Open) -> None:
    page = open_browser(cm, viewport=WIDE).new_page()
    page.goto(f"/conversations/{talk}")
    page.keyboard.press("n")
    page.keyboard.type("Ask @sup")
    options = page.locator(".mentioning [role=option]")
    expect(options.locator("visible=true")).to_have_text(["Supervisor"])
    expect(page.locator("#note")).to_have_attribute("aria-activedescendant", re.compile("mentions-"))
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_have_value("Ask @Supervisor ")
    page.keyboard.type("or @x")
    expect(options.locator("visible=true")).to_have_count(0)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator(".note .mention")).to_have_text("@Supervisor")
    page.keyboard.press("e")
    expect(page.locator("#snooze button").first).to_be_focused()
    page.locator("#snooze").get_by_role("button", name="Until they write").press("Enter")
    expect(page.get_by_text("at the latest until")).to_be_visible()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_what_is_given_to_a_team_appears_at_once_in_mine(
    scene: Scene, talk: int, north: int, cm: Actor, supervisor: Actor, open_browser: Open
) -> None:
    page = open_browser(cm, viewport=WIDE).new_page()
    page.goto("/queue?assignee=me")
    expect(page.locator("#live")).to_have_attribute("data-teams", f"[{north}]")
    conversations.assign(supervisor, talk, None, team_id=north)
    expect(page.locator("#news")).to_contain_text("1 new")
    page.locator("#news a").click()
    mark = page.locator("li.line .team-mark")
    expect(mark).to_contain_text("North")
    conversations.assign(supervisor, talk, supervisor.member_id)
    expect(mark).to_be_hidden()
    expect(page.locator("li.line .taken bdi")).to_have_text("Supervisor")
