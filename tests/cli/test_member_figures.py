"""`inbox members figures`: for whom, and what it prints."""

from __future__ import annotations

import pytest

from inbox import clock, create_app, members
from inbox.extensions import db, writing
from inbox.measuring import staff_informed
from inbox.models import Wait
from inbox.permissions import OPERATOR, Role
from tests.cli.conftest import Inbox, refused
from tests.conftest import START
from tests.scenes import Scene


@pytest.fixture
def staff(inbox: Inbox) -> None:
    """A supervisor, a community manager who has answered one comment, an analyst, an administrator."""
    with create_app(pages=False).app_context(), clock.frozen(START):
        people = {
            role: members.add_member(OPERATOR, f"{role}@example.org", [role])[0]
            for role in (Role.SUPERVISOR, Role.COMMUNITY_MANAGER, Role.ANALYST, Role.ADMINISTRATOR)
        }
        scene = Scene(START)
        scene.answer(scene.comment(scene.account(), "ines", 0), 30)
        with writing() as current:
            current.query(Wait).update({"member_id": people[Role.COMMUNITY_MANAGER].id})
        admin = members.actor_of(people[Role.ADMINISTRATOR])
        staff_informed.record(admin, START.date(), None, "At a meeting.")
        db.session.remove()
        db.engine.dispose()


@pytest.mark.usefixtures("staff")
def test_figures_for_supervisors_and_oneself_alone(inbox: Inbox) -> None:
    (row,) = inbox("members", "figures", "--as", "supervisor@example.org", "--json").json()
    assert (row["answered"], row["unanswered"], row["within_target"], row["median_answered"]) == (1, 0, 1, 1800.0)
    assert (row["conversations"], row["on_duty"]) == (0, 0.0)
    own = inbox("members", "figures", "--as", "community_manager@example.org")
    assert "never as a ranking" in own.out
    assert inbox("members", "figures", "--as", "supervisor@example.org", "--limit", "1", "--json").json() == [row]
    later = inbox("members", "figures", "--as", "supervisor@example.org", "--from", "2026-03-03", "--json")
    assert later.json() == []
    for role in ("analyst", "administrator"):
        refused(inbox("members", "figures", "--as", f"{role}@example.org"))


def test_off_until_it_is_recorded(inbox: Inbox) -> None:
    inbox("members", "add", "chief@example.org", "--role", "supervisor", "--password", "a long password")
    refused(inbox("members", "figures", "--as", "chief@example.org"), "off until an administrator")
