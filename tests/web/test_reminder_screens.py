"""The strip above the queue, the switch in the profile, what administrators read of channels, figures per member."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from inbox import clock
from inbox.extensions import writing
from inbox.measuring import staff_informed
from inbox.models import Channel, Conversation, Delivery, DeliveryState, Member, Reminder, Wait
from inbox.notices import deliveries, reminders
from inbox.permissions import WORKER, Actor, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Visit, Visitor


@pytest.fixture
def late(scene: Scene, cm: Actor) -> Scene:
    """Two people of the community manager's wait too long; the hour of the scene is over for long."""
    account = scene.account("Gobelune")
    for name, minutes in (("ines_p", -120), ("karl", -60)):
        conversation = scene.comment(account, name, minutes)
        with writing() as current:
            current.get_one(Conversation, conversation).assignee_id = cm.member_id
    reminders.remind(WORKER, [Channel.EMAIL])
    return scene


def words(answer: object) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", getattr(answer, "text", ""))))


def test_who_waits_too_long_stands_above_the_queue_until_somebody_sees_to_it(
    late: Scene, desk: Visitor, chief: Visitor, store: Session
) -> None:
    page = desk.get("/queue")
    assert "2 people have waited longer than promised · the longest for 3 h" in words(page)
    assert 'href="/queue?due=past"' in page.text
    assert "reminder-strip" not in chief.get("/queue").text
    notices = desk.get("/notices")
    assert "2 of the people you answer or see to have waited longer than promised" in words(notices)
    number = re.search(r'name="reminder" value="(\d+)"', page.text)
    assert number is not None
    done = desk.post("/reminders/acknowledge", {"reminder": number[1]})
    assert (done.status_code, done.location) == (303, "/queue?due=past")
    assert "reminder-strip" not in desk.get("/queue").text
    store.expire_all()
    reminder = store.get_one(Reminder, 1)
    assert reminder.acknowledged_by == reminder.member_id
    # Once more, from another window: nothing happens, and nothing fails.
    assert desk.post("/reminders/acknowledge", {"reminder": number[1]}).status_code == 303
    assert desk.post("/reminders/acknowledge", {"reminder": "x"}).status_code == 400


def test_it_is_said_in_french_and_for_one_person(late: Scene, desk: Visitor) -> None:
    desk.post("/profile/language", {"language": "fr"})
    late.answer(1, -10)
    page = words(desk.get("/queue"))
    assert "1 personne attend depuis plus longtemps que promis" in page
    assert "Je m’en occupe" in page


def test_e_mail_is_switched_off_in_the_profile(desk: Visitor, cm: Actor, phone: Visitor, store: Session) -> None:
    assert desk.post("/profile/reminders", {"by_email": "0"}).status_code == 303
    store.expire_all()
    assert store.get_one(Member, cm.member_id).reminded_by_email is False
    assert "no longer by e-mail" in words(desk.get("/profile"))
    assert "/profile/reminders" not in phone.get("/profile").text


def test_administrators_read_why_reminders_do_not_arrive(
    late: Scene, desk: Visitor, make_member: MakeMember, visit: Visit
) -> None:
    admin = visit(make_member(Role.ADMINISTRATOR))
    assert "do not arrive" not in words(admin.get("/notices"))
    deliveries.deliver_due(WORKER, deliveries.Post())
    with writing() as current:
        current.execute(update(Delivery).values(error_code="mail_refused", error_detail="550 <b>no</b>"))
    page = admin.get("/notices")
    assert "Reminders by e-mail do not arrive" in words(page)
    assert "The mail server refuses the message." in words(page)
    assert "550 &lt;b&gt;no&lt;/b&gt;" in page.text
    assert "Reminders do not arrive by e-mail: it is not set up any more" in words(page)
    assert "do not arrive" not in words(desk.get("/notices"))
    with writing() as current:
        current.execute(update(Delivery).values(state=DeliveryState.SENT, error_code=None, sent_at=clock.now()))
    assert "Reminders by e-mail do not arrive" not in words(admin.get("/notices"))


def test_figures_per_member_from_off_to_on_and_off(
    scene: Scene, cm: Actor, desk: Visitor, chief: Visitor, make_member: MakeMember, visit: Visit
) -> None:
    admin = visit(make_member(Role.ADMINISTRATOR))
    for visitor in (desk, chief):
        assert "Figures per member are off" in words(visitor.get("/reports/members"))
    form = {"staff_on": "2026-02-01", "representatives_on": "", "words": ""}
    refused = admin.post("/reports/members/informed", form)
    assert refused.status_code == 400
    assert 'value="2026-02-01"' in refused.text
    assert "L1222-4" in refused.text
    assert "L2312-38" in refused.text
    form["words"] = "By letter. <i>No</i> works council: nine of us."
    assert admin.post("/reports/members/informed", form).status_code == 303
    account = scene.account()
    for index in range(25):
        conversation = scene.comment(account, f"critic{index}", index)
        scene.answer(conversation, index + 20)
    with writing() as current:
        current.execute(update(Wait).values(member_id=cm.member_id))
    seen = chief.get("/reports/members")
    assert '<td class="figure">25</td>' in seen.text
    assert "By letter. &lt;i&gt;No&lt;/i&gt; works council" in seen.text
    assert "never as a ranking" in words(seen)
    assert "Your figures" in words(desk.get("/reports/members"))
    assert "Community Manager" in words(desk.get("/reports/members")).partition("Load")[2]
    # Whoever allows them does not see them.
    assert "<table" not in admin.get("/reports/members").text
    assert chief.get("/reports/members?from=2026-03-05&to=2026-03-01").status_code == 400
    assert chief.get("/reports/members?from=x").status_code == 400
    assert admin.post("/reports/members/informed/withdraw").status_code == 303
    assert admin.post("/reports/members/informed/withdraw").status_code == 409
    assert "<table" not in chief.get("/reports/members").text


def test_small_numbers_are_no_percentages_and_begin_when_people_knew(
    scene: Scene, supervisor: Actor, chief: Visitor, cm: Actor, make_member: MakeMember
) -> None:
    staff_informed.record(make_member(Role.ADMINISTRATOR), START.date() - timedelta(days=2), None, "At a meeting.")
    account = scene.account()
    for index, minutes in enumerate((10, 10, 55)):
        conversation = scene.comment(account, f"critic{index}", 0, kind="criticism" if index else "question")
        scene.answer(conversation, minutes)
    with writing() as current:
        current.execute(update(Wait).values(member_id=cm.member_id, kind="criticism"))
        current.execute(update(Wait).where(Wait.seconds > 3000).values(due_at=START - timedelta(hours=1)))
    page = words(chief.get("/reports/members"))
    assert "2 of 3" in page
    assert "3 of 3" in page
    assert "Figures begin on 28 Feb 2026" in page
