"""The page of staffed hours: read by whoever sees accounts, set without JavaScript, in the account's own time."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from inbox import clock
from inbox.crisis import crises
from inbox.extensions import session, writing
from inbox.measuring import hours_setting
from inbox.models import Member, RoundTheClock, StaffedHours
from inbox.permissions import OPERATOR, Actor, Role
from tests.conftest import START, MakeMember
from tests.scenes import Scene
from tests.web.conftest import Open, Visit, Visitor

WEEK = {f"day-{number}": "09:00-18:00" for number in range(5)} | {"day-5": "", "day-6": ""}
FORM = {"time_zone": "Europe/Paris", "country": "FR", **WEEK}


@pytest.fixture
def account(scene: Scene) -> int:
    return scene.account("Gobelune")


@pytest.fixture
def admin(make_member: MakeMember) -> Actor:
    return make_member(Role.ADMINISTRATOR)


def text(visitor: Visitor, path: str) -> str:
    return words(visitor.get(path).get_data(as_text=True))


def words(page: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', page) or re.search(
        rf'<input[^>]*name="{name}" value="([^"]*)"', page
    )
    assert found is not None, name
    return html.unescape(found[1])


def test_an_administrator_sets_hours_and_everybody_who_sees_accounts_reads_them(
    account: int, admin: Actor, visit: Visit, make_member: MakeMember
) -> None:
    path = f"/accounts/{account}/hours"
    office, cm = visit(admin), visit(make_member(Role.COMMUNITY_MANAGER))
    assert f'href="{path}"' in cm.get("/accounts").get_data(as_text=True)
    assert "No hours are set" in text(cm, path)
    assert "Save the hours" not in text(cm, path)
    assert cm.post(path, FORM).status_code == 403
    own = {"own-day-0": "2026-03-20", "own-times-0": "", "own-name-0": "Inventory"}
    assert office.post(path, {**FORM, **own}).status_code == 303
    shown = text(cm, path)
    assert "Staffed now until 2 Mar 2026, 18:00 ( 2 Mar 2026, 17:00 on your clock )" in re.sub(
        r"\s*([()])\s*", r" \1 ", shown
    )
    assert "Monday 09:00–18:00 08:00–17:00 on your clock" in shown
    assert "Sunday closed all day" in shown
    assert "Friday 20 March 2026 Inventory closed all day" in shown
    assert "Friday 1 May 2026 Labor Day closed all day" in shown
    planned = {**FORM, "begins": "2026-04-01", "day-5": "10:00-16:00"}
    assert office.post(path, planned).status_code == 303
    assert "from 1 Apr 2026, 00:00 on Mon–Fri 09:00–18:00 · Sat 10:00–16:00 · Sun closed all day" in text(cm, path)
    version = session().query(StaffedHours).filter(StaffedHours.effective_from > START).one()
    assert cm.post(f"{path}/{version.id}/withdraw").status_code == 403
    assert office.post(f"{path}/{version.id}/withdraw").status_code == 303
    assert office.post(f"{path}/{version.id}/withdraw").status_code == 409
    assert "from 1 Apr 2026" not in text(cm, path)


def test_buttons_that_only_fill_the_form_in_save_nothing(
    account: int, admin: Actor, visit: Visit, store: Session
) -> None:
    path = f"/accounts/{account}/hours"
    office = visit(admin)
    typed = {**FORM, "day-0": "10-17h", "own-day-0": "2026-12-24", "own-times-0": "9-12", "country": "DE"}
    copied = office.post(path, {**typed, "step": "copy"}).get_data(as_text=True)
    assert [value(copied, f"day-{number}") for number in (0, 1, 4, 5)] == ["10-17h", "10-17h", "10-17h", ""]
    assert (value(copied, "own-day-0"), value(copied, "own-times-0")) == ("2026-12-24", "9-12")
    regions = office.post(path, {**typed, "step": "regions"}).get_data(as_text=True)
    assert ">Bayern<" in regions or ">Bavaria<" in regions
    more = office.post(path, {**typed, "step": "days"}).get_data(as_text=True)
    assert more.count('type="date" id="own-day-') > copied.count('type="date" id="own-day-')
    assert store.query(StaffedHours).count() == 0


def test_what_was_typed_stands_there_still_with_one_sentence(account: int, admin: Actor, visit: Visit) -> None:
    answer = visit(admin).post(f"/accounts/{account}/hours", {**FORM, "day-1": "nine to five"})
    page = answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert "“nine to five” cannot be read" in words(page)
    assert value(page, "day-1") == "nine to five"
    assert "A day of your own needs its date." in words(
        visit(admin).post(f"/accounts/{account}/hours", {**FORM, "own-name-0": "Eve"}).get_data(as_text=True)
    )


def test_a_supervisor_has_it_answered_round_the_clock_from_the_account_and_from_the_crisis(
    account: int, chief: Visitor, supervisor: Actor, cm: Actor, visit: Visit, store: Session
) -> None:
    path = f"/accounts/{account}"
    hours_setting.set_hours(OPERATOR, account, time_zone="Europe/Paris", weekly=[((540, 1080),)] * 5 + [(), ()])
    assert visit(cm).post(f"{path}/round-the-clock", {"until": "2026-03-04T09:00"}).status_code == 403
    assert chief.post(f"{path}/round-the-clock", {"until": "2026-03-02T08:00"}).status_code == 400
    assert chief.post(f"{path}/round-the-clock", {"until": "2026-03-04T09:00"}).status_code == 303
    assert "Answered round the clock until 4 Mar 2026, 10:00" in text(visit(cm), f"{path}/hours")
    assert chief.post(f"{path}/round-the-clock/end").status_code == 303
    assert chief.post(f"{path}/round-the-clock/end").status_code == 409
    crisis = crises.open_crisis(supervisor, "Leak", [account])
    assert "Staffed hours of Gobelune: the hours of the week" in text(visit(cm), "/crisis")
    address = f"/crisis/{crisis.id}/round-the-clock"
    assert visit(cm).post(address, {"until": "2026-03-04T09:00"}).status_code == 403
    refused = chief.post(address, {"until": "2027-03-04T09:00"})
    assert refused.status_code == 400
    assert "within 31 days" in refused.get_data(as_text=True)
    assert chief.post(address, {"until": "2026-03-04T09:00"}).status_code == 303
    assert "round the clock until 4 Mar 2026, 09:00" in text(visit(cm), "/crisis")
    assert "for the crisis “Leak”" in text(visit(cm), f"{path}/hours")
    assert chief.post(f"{address}/end").status_code == 303
    store.rollback()
    assert [row.crisis_id for row in store.query(RoundTheClock).order_by(RoundTheClock.id)] == [None, crisis.id]
    assert chief.get("/trail?what=hours.extended").status_code == 200


def test_in_a_real_browser_a_week_is_set_in_french_on_a_phone(
    account: int, admin: Actor, open_browser: Open, app: Flask
) -> None:
    with writing() as current:
        member = current.get_one(Member, admin.member_id)
        member.language, member.time_zone = "fr", "America/New_York"
    page = open_browser(admin, viewport={"width": 390, "height": 844}, java_script_enabled=False).new_page()
    page.goto(f"/accounts/{account}/hours")
    page.locator("#time_zone").select_option("Europe/Paris")
    page.locator("#day-0").fill("9h-12h30, 13h30-18h")
    page.get_by_role("button", name="Recopier").click()
    expect(page.locator("#day-4")).to_have_value("9h-12h30, 13h30-18h")
    page.get_by_role("button", name="Enregistrer les horaires").click()
    expect(page.get_by_role("row", name="Lundi")).to_contain_text("09:00–12:30, 13:30–18:00")
    expect(page.get_by_role("row", name="Lundi")).to_contain_text("03:00–06:30, 07:30–12:00 à votre heure")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_hours_of_a_later_day_are_read_at_that_day(account: int, cm: Actor, visit: Visit, at_start: Any) -> None:
    hours_setting.set_hours(OPERATOR, account, time_zone="Asia/Kolkata", weekly=[((1320, 1800),)] * 7)
    with clock.frozen(START + timedelta(hours=5)):
        shown = text(visit(cm), f"/accounts/{account}/hours")
    assert "Not staffed now again from 2 Mar 2026, 22:00" in shown
    assert "on the clock of Kolkata, where it is 19:30 now" in shown


def test_a_day_staffed_only_since_the_evening_before_says_so(account: int, admin: Actor, visit: Visit) -> None:
    path, office = f"/accounts/{account}/hours", visit(admin)
    assert office.post(path, {**FORM, "day-5": "22:00-06:00"}).status_code == 303
    shown = text(office, path)
    assert "Sunday 00:00–06:00 from the evening before Sat 23:00–05:00 on your clock" in shown
    assert "Monday 09:00–18:00 08:00–17:00 on your clock" in shown
