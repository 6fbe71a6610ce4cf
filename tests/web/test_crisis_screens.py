"""Facts, the line to take, the crisis, promises and duty: what the screens say, and what they do not let through."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from inbox import clock
from inbox.answering import facts, lines, promised, templates
from inbox.crisis import crises
from inbox.extensions import session, writing
from inbox.models import Conversation, Crisis, Duty, Fact, Member, Reply, ReplyKind
from inbox.permissions import Actor, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

HOSTILE = "<img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def conversation(scene: Scene) -> int:
    """One that waits since an hour."""
    return scene.comment(scene.account(), "ines", 0, "Is the blue one safe?")


@pytest.fixture
def camille(make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER)


@pytest.fixture
def soraya(make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


def text(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.get_data(as_text=True)


def only(kind: type[Any]) -> Any:
    session().rollback()
    return session().query(kind).one()


def test_a_fact_is_noted_changed_and_its_replies_are_listed(
    scene: Scene, conversation: int, camille: Actor, soraya: Actor, visit: Visit
) -> None:
    supervisor, cm = visit(soraya), visit(camille)
    form = {"name": "leak", "text-en": "312 people", "text-fr": "312 personnes", "source": HOSTILE}
    assert supervisor.post("/facts/new", form).status_code == 303
    again = supervisor.post("/facts/new", {**form, "text-en": "kept words"})
    assert again.status_code == 409
    assert 'value="kept words"' in again.get_data(as_text=True), "what was typed is not lost"
    fact = only(Fact)
    assert "{fact:leak}" in text(cm, "/facts")
    page = text(cm, f"/facts/{fact.id}")
    assert "312 personnes" in page
    assert "<img src=x" not in page
    assert cm.post(f"/facts/{fact.id}", {**form, "seen_number": "1"}).status_code == 403
    changing = text(supervisor, f"/facts/{fact.id}")
    assert re.search(r'name="source" type="text" value=""', changing), "the old source does not vouch for new words"
    assert "Until now: " in changing
    number = scene.answer(conversation, 30)
    with writing() as current:
        facts.cite(current, facts.recognised(current, "312 people"), reply_id=number)
    assert "Nothing to correct" in text(cm, "/facts/corrections")
    with clock.frozen(START + timedelta(minutes=1)):
        changed = supervisor.post(f"/facts/{fact.id}", {**form, "text-en": "340 people", "seen_number": "1"})
        assert changed.status_code == 303
        stale = supervisor.post(f"/facts/{fact.id}", {**form, "text-en": "9 people", "seen_number": "1"})
        assert stale.status_code == 409
        listed = text(cm, "/facts/corrections")
        assert "<del>312 people</del>" in listed
        assert "<ins>340 people</ins>" in listed
        assert "says what is not so any more" in text(cm, "/facts")
        assert "<del>312 people</del>" in text(cm, f"/conversations/{conversation}"), "above the composer too"
        missing = cm.post("/facts/corrections", {"reply_id": str(number), "reason": " "})
        assert missing.status_code == 400
        done = cm.post("/facts/corrections", {"reply_id": str(number), "reason": "They know"})
        assert done.status_code == 303
        assert "Nothing to correct" in text(cm, "/facts/corrections")
        assert supervisor.post(f"/facts/{fact.id}/retire").status_code == 303
        assert "Retired" in text(cm, f"/facts/{fact.id}")
        assert supervisor.post(f"/facts/{fact.id}/bring-back").status_code == 303


def test_a_crisis_is_opened_led_and_closed(
    scene: Scene, conversation: int, camille: Actor, soraya: Actor, visit: Visit
) -> None:
    supervisor, cm = visit(soraya), visit(camille)
    assert "No crisis is open" in text(cm, "/crisis")
    refused = supervisor.post("/crisis", {"name": HOSTILE})
    assert refused.status_code == 400
    assert "Choose at least one account" in refused.get_data(as_text=True)
    form = {"name": HOSTILE, "touches": "account-1", "started_at": (START - timedelta(hours=2)).isoformat()[:16]}
    assert cm.post("/crisis", form).status_code == 403
    opened = supervisor.post("/crisis", form)
    assert opened.location == "/crisis/1/line"
    page = text(cm, "/crisis")
    assert "<img src=x" not in page
    assert re.search(r"<dt>Comments</dt><dd>1</dd>", page)
    assert "1 crisis is open" in page
    line = {
        "seen_number": "0",
        "language": "en",
        "position": f"We say {HOSTILE}",
        "not_to_say": "Nothing else",
        "question": ["Why?", ""],
        "answer": ["Because.", ""],
    }
    assert supervisor.post("/crisis/1/line", line).status_code == 303
    assert supervisor.post("/crisis/1/line", line).status_code == 409
    half = supervisor.post("/crisis/1/line", {**line, "seen_number": "1", "answer": ["", ""]})
    assert half.status_code == 400
    assert "Nothing else" in half.get_data(as_text=True)
    beside = text(cm, f"/conversations/{conversation}")
    assert "Line to take" in beside
    assert "Because." in beside
    assert "<img src=x" not in beside
    assert supervisor.post("/crisis/1/scope", {"touches": "post-7"}).status_code == 404
    assert supervisor.post("/crisis/1/scope", {"touches": "all"}).status_code == 400
    assert cm.post("/crisis/1/close").status_code == 403
    assert supervisor.post("/crisis/1/close").status_code == 303
    assert only(Crisis).closed_at == clock.now()
    assert "Closed crises" in text(cm, "/crisis")
    assert "Save and tell" not in text(supervisor, "/crisis/1/line")


def test_what_changed_since_one_last_wrote_is_marked_beside_the_composer(
    scene: Scene, conversation: int, camille: Actor, soraya: Actor, visit: Visit
) -> None:
    with clock.frozen(scene.at(10)):
        lines.write(soraya, None, "The blue one is safe.", language="en", seen_number=0)
    cm = visit(camille)
    assert "changed since you last wrote" not in text(cm, f"/conversations/{conversation}")
    number = scene.answer(conversation, 59)
    with writing() as current:
        current.get_one(Reply, number).member_id = camille.member_id
    with clock.frozen(START + timedelta(minutes=5)):
        lines.write(soraya, None, "The blue one is not safe.", language="en", seen_number=1)
        page = text(cm, f"/conversations/{conversation}")
        assert "changed since you last wrote" in page
        assert re.search(r"<ins>\s*not\s*</ins>", page)
        assert re.search(r"<ins>\s*not\s*</ins>", text(cm, "/line?with=1"))
        assert "The blue one is not safe." in text(visit(soraya), "/line")


def test_promises_stand_above_the_queue_and_in_a_view_until_a_reply_follows(
    scene: Scene, conversation: int, camille: Actor, visit: Visit
) -> None:
    cm = visit(camille)
    assert "Every promise is kept" in text(cm, "/queue/promised")
    scene.answer(conversation, 50, kind=ReplyKind.HOLDING, promised=90)
    far = scene.comment(1, "karim", 10)
    scene.answer(far, 51, kind=ReplyKind.HOLDING, promised=900)
    queue = text(cm, "/queue")
    assert "1 promise is due" in queue
    assert f'href="/conversations/{conversation}"' in queue
    assert "promise is due" not in text(cm, "/queue?state=closed")
    listed = text(cm, "/queue/promised")
    assert f'href="/conversations/{far}"' in listed
    assert "due in 30" in listed.replace("\N{NO-BREAK SPACE}", " ")
    with clock.frozen(START + timedelta(hours=1)):
        assert "30 min late" in text(cm, "/queue").replace("\N{NO-BREAK SPACE}", " ")
    scene.answer(conversation, 60)
    assert "promise is due" not in text(cm, "/queue")
    assert "Kept in time" in text(cm, f"/conversations/{conversation}")


def test_the_composer_proposes_the_time_that_the_text_names(
    scene: Scene, conversation: int, camille: Actor, visit: Visit
) -> None:
    with writing() as current:
        assert camille.member_id is not None
        current.get_one(Member, camille.member_id).time_zone = "Europe/Paris"
    cm, path = visit(camille), f"/conversations/{conversation}"
    typed = {"text": "We will write again by 18:00.", "form_key": "k" * 24}
    htmx = {"Referer": "https://inbox.example.org/", "HX-Request": "true"}
    proposed = cm.post(f"{path}/promise", typed, headers=htmx).get_data(as_text=True)
    assert 'value="2026-03-02T18:00"' in proposed
    taken = cm.post(f"{path}/promise", {**typed, "take": "2026-03-02T18:00"}, headers=htmx).get_data(as_text=True)
    assert 'name="promise_due_at" value="2026-03-02T18:00"' in taken
    assert "set it" not in taken
    whole = cm.post(f"{path}/promise", {**typed, "take": "2026-03-02T18:00"}).get_data(as_text=True)
    assert "We will write again by 18:00." in whole
    assert 'name="promise_due_at" value="2026-03-02T18:00"' in whole
    nothing = cm.post(f"{path}/promise", {"text": "Thank you."}, headers=htmx).get_data(as_text=True)
    assert "set it" not in nothing


def test_a_reply_that_promises_is_stored_with_its_time(
    scene: Scene, conversation: int, camille: Actor, visit: Visit
) -> None:
    form = {
        "form_key": "k" * 24,
        "seen_up_to": "1",
        "answered_up_to": "0",
        "text": "We are looking into it.",
        "holding": "yes",
        "promise_due_at": "2026-03-02T18:00",
    }
    assert visit(camille).post(f"/conversations/{conversation}/replies", form).status_code == 303
    reply = only(Reply)
    assert (reply.kind, reply.promise_due_at) == (ReplyKind.HOLDING, START.replace(hour=18))
    assert promised.count_open(camille) == 0, "nothing is promised before it is sent"


@pytest.mark.parametrize(("chosen", "said"), [("2026-03-02T18:00", "18:00"), ("2026-03-03T02:15", "02:15 tomorrow")])
def test_a_time_chosen_for_a_place_is_said_as_people_say_it(
    at_start: Any, conversation: int, camille: Actor, visit: Visit, chosen: str, said: str
) -> None:
    form = {"text": "Until {by_time}.", "filled": "Until {by_time}.", "form_key": "k" * 24, "value-by_time": chosen}
    page = visit(camille).post(f"/conversations/{conversation}/fill", form).get_data(as_text=True)
    assert f"Until {said}.</textarea>" in page
    assert f'name="filled" value="Until {said}."' in page
    assert f'name="promise_due_at" value="{chosen}"' in page


def test_a_time_chosen_is_said_in_the_language_of_the_conversation(
    at_start: Any, conversation: int, camille: Actor, visit: Visit
) -> None:
    with writing() as current:
        current.get_one(Conversation, conversation).language = "fr"
    template = templates.create(camille, "By", {"en": "By {by_time}.", "fr": "Avant {by_time}."})
    form = {"text": "", "insert": str(template.id), "value-by_time": "2026-03-02T18:30"}
    page = visit(camille).post(f"/conversations/{conversation}/template", form).get_data(as_text=True)
    assert "Avant 18\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30.</textarea>" in page


def test_words_typed_for_a_time_stay_as_typed(at_start: Any, conversation: int, camille: Actor, visit: Visit) -> None:
    form = {
        "text": "Until {by_time}.",
        "form_key": "k" * 24,
        "value-by_time": "the evening",
        "promise_due_at": "2026-03-02T18:00",
    }
    page = visit(camille).post(f"/conversations/{conversation}/fill", form).get_data(as_text=True)
    assert "Until the evening.</textarea>" in page
    assert 'name="promise_due_at" value="2026-03-02T18:00"' in page


def test_the_address_of_a_refused_reply_leads_back(conversation: int, camille: Actor, visit: Visit) -> None:
    answer = visit(camille).get(f"/conversations/{conversation}/replies")
    assert (answer.status_code, answer.location) == (303, f"/conversations/{conversation}")


def test_supervisors_set_duty_and_who_answers_or_measures_sees_it(
    at_start: Any, camille: Actor, soraya: Actor, make_member: MakeMember, visit: Visit
) -> None:
    analyst = visit(make_member(Role.ANALYST))
    assert "Nobody is on duty" in text(analyst, "/duty")
    supervisor = visit(soraya)
    form = {"member_id": str(soraya.member_id), "deputy_id": str(camille.member_id), "ends_at": "2026-03-02T17:00"}
    assert analyst.post("/duty", form).status_code == 403
    assert supervisor.post("/duty", form).status_code == 303
    assert supervisor.post("/duty", form).status_code == 409
    page = text(analyst, "/duty")
    assert "deputy: Community Manager" in page
    assert "from 2 Mar 2026, 17:00 on" in page, "when nobody could approve"
    assert "On duty" in text(visit(camille), "/queue")
    assert supervisor.post(f"/duty/{only(Duty).id}/end").status_code == 303
    assert "Nobody is on duty" in text(analyst, "/duty")


def test_who_may_not_see_them_does_not(make_member: MakeMember, visit: Visit) -> None:
    approver = visit(make_member(Role.APPROVER))
    for path in ("/facts", "/facts/new", "/facts/corrections", "/line", "/crisis", "/queue/promised", "/duty"):
        assert approver.get(path).status_code == 403, path
    analyst = visit(make_member(Role.ANALYST))
    assert analyst.get("/crisis").status_code == 200
    assert analyst.get("/line").status_code == 403


def test_notices_lead_to_what_they_tell_of(scene: Scene, camille: Actor, soraya: Actor, visit: Visit) -> None:
    scene.account()
    fact = facts.create(soraya, "leak", {"en": "312 people"})
    facts.change(soraya, fact.id, {"en": "340 people"}, seen_number=1)
    crisis = crises.open_crisis(soraya, "Leak", [1])
    lines.write(soraya, crisis.id, "We say so.", language="en", seen_number=0)
    lines.write(soraya, None, "We say so.", language="en", seen_number=0)
    page = text(visit(camille), "/notices")
    for address in (f"/facts/{fact.id}", f"/crisis#crisis-{crisis.id}", f"/crisis/{crisis.id}/line", "/line"):
        assert f'href="{address}"' in page


def test_in_a_real_browser_the_line_is_one_tap_away_and_the_time_is_proposed(
    scene: Scene, conversation: int, camille: Actor, soraya: Actor, open_browser: Open
) -> None:
    lines.write(soraya, None, "The blue one is safe.", language="en", seen_number=0)
    page = open_browser(camille, viewport={"width": 390, "height": 844}).new_page()
    page.goto(f"/conversations/{conversation}")
    line = page.locator(".composer").get_by_text("The blue one is safe.")
    expect(line).to_be_hidden()
    page.locator(".to-take > summary").click()
    expect(line).to_be_visible()
    page.locator(".to-take > summary").click()
    page.locator("#text").press_sequentially("We will write again by 23:45.")
    page.locator("#promise-proposal button").click()
    expect(page.locator("#promise_due_at")).to_have_value("2026-03-02T23:45")
    expect(page.locator("#promise-proposal button")).to_have_count(0)
    expect(page.locator("#text")).to_have_value("We will write again by 23:45.")
    page.locator("#holding").check()
    page.get_by_role("button", name="Send", exact=False).first.click()
    page.wait_for_url(re.compile(r"#reply-"))
    session().rollback()
    assert session().query(Reply).one().promise_due_at == START.replace(hour=23, minute=45)
    assert session().get_one(Conversation, conversation) is not None
