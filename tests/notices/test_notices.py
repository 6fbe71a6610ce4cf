"""Refused attempts are told to supervisors, in the transaction of the trail; each reads for themselves."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from inbox import notices
from inbox.extensions import writing
from inbox.models import Notice, NoticeReading, TrailRow
from inbox.permissions import SYSTEM, Actor, Permission, Refused, Role, never, require
from inbox.trail import refusals
from tests.conftest import MakeMember


@pytest.fixture
def supervisor(app: Flask, at_start: datetime, make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


def tell(role: Role, code: str = "alarm_returned") -> int:
    with writing() as current:
        notice = notices.tell(current, role, code, of=("alarm", 7))
    return notice.id


def test_a_refused_attempt_is_told_and_written(supervisor: Actor, make_member: MakeMember, store: Session) -> None:
    cm = make_member(Role.COMMUNITY_MANAGER)
    refusals.act_as(cm)
    never.announce(never.Attempt("wire", "DELETE api.x.com /2/tweets/1"))
    (notice,) = notices.recent(supervisor)
    assert (notice.code, notice.params) == (
        "rule_refused",
        {"actor": "Community Manager", "what": "DELETE api.x.com /2/tweets/1"},
    )
    assert store.scalars(select(TrailRow.action)).all() == ["rule.refused"]


def test_an_address_with_anything_in_it_is_told(supervisor: Actor, store: Session) -> None:
    never.announce(never.Attempt("routes", "DELETE /a\x00b\ud800é"))
    assert len(notices.recent(supervisor)) == 1
    assert store.scalars(select(TrailRow.action)).all() == ["rule.refused"]


def test_what_no_member_can_hold_is_an_attempt_and_what_a_role_lacks_is_not(
    supervisor: Actor, make_member: MakeMember
) -> None:
    cm = make_member(Role.COMMUNITY_MANAGER)
    for permission in (Permission.MEMBERS_CHANGE, Permission.COMMENTS_TOMBSTONE):
        with pytest.raises(Refused) as caught:
            require(cm, permission)
        refusals.write_refused(caught.value)
    (notice,) = notices.recent(supervisor)
    assert notice.params["what"] == "comments:tombstone"


def test_the_notice_and_the_row_stand_or_fall_together(
    supervisor: Actor, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("inbox.notices.refused.tell", fails)
    never.announce(never.Attempt("wire", "DELETE api.x.com /2/tweets/1"))
    assert store.scalars(select(TrailRow.action)).all() == []
    assert store.scalars(select(Notice.id)).all() == []


def test_each_member_reads_for_themselves(supervisor: Actor, make_member: MakeMember) -> None:
    colleague = make_member(Role.SUPERVISOR, email="second@example.org")
    numbers = [tell(Role.SUPERVISOR), tell(Role.SUPERVISOR)]
    assert notices.unread(supervisor) == 2
    assert notices.mark_read(supervisor, [numbers[0]]) == 1
    assert notices.mark_read(supervisor, [numbers[0]]) == 0
    assert (notices.unread(supervisor), notices.unread(colleague)) == (1, 2)
    assert [(one.id, one.read) for one in notices.recent(supervisor)] == [(numbers[1], False), (numbers[0], True)]
    assert [one.id for one in notices.recent(supervisor, before=numbers[1])] == [numbers[0]]


def test_a_notice_is_for_its_role(supervisor: Actor, make_member: MakeMember) -> None:
    administrator = make_member(Role.ADMINISTRATOR)
    number = tell(Role.ADMINISTRATOR)
    assert notices.recent(supervisor) == []
    assert notices.mark_read(supervisor, [number]) == 0
    assert notices.unread(administrator) == 1
    for actor in (make_member(Role.ANALYST), SYSTEM):
        with pytest.raises(Refused):
            notices.unread(actor)


def test_the_bell_counts_so_far(supervisor: Actor) -> None:
    with writing() as current:
        for _ in range(notices.MOST_COUNTED + 5):
            notices.tell(current, Role.SUPERVISOR, "alarm_returned")
    assert notices.unread(supervisor) == notices.MOST_COUNTED


@pytest.mark.parametrize("table", ["notices", "notice_readings"])
def test_what_was_told_stays(supervisor: Actor, table: str) -> None:
    notices.mark_read(supervisor, [tell(Role.SUPERVISOR)])
    model = {"notices": Notice, "notice_readings": NoticeReading}[table]
    column = {"notices": "code", "notice_readings": "read_at"}[table]
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(model.__table__.update().values({column: None if column == "read_at" else "x"}))  # type: ignore[attr-defined]
