"""What open screens are told is written with what it tells of, numbered in the order of the commits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inbox import bell, clock, live, notices
from inbox.answering import conversations, holds, presence
from inbox.answering.presence import Doing
from inbox.extensions import session, writing
from inbox.live import Told
from inbox.live.shapes import MOST_ROWS
from inbox.models import Event
from inbox.permissions import Actor, Role
from tests.answering.stage import Stage, member, written
from tests.conftest import START


def heard(after: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """What was told since an event."""
    return [(told.topic, told.data) for told in live.since(after)[0]]


def during(deed: Callable[[], object]) -> list[tuple[str, dict[str, Any]]]:
    """What a deed tells."""
    before = live.newest()
    session().commit()
    deed()
    found = heard(before)
    session().commit()
    return found


def test_each_deed_tells_what_the_screens_need(stage: Stage, cm: Actor) -> None:
    conversation = stage.comment("ines")
    ((topic, data),) = during(lambda: conversations.assign(cm, conversation, cm.member_id))
    (row,) = data["rows"]
    assert (topic, data["counters"]["waiting"]) == ("conversations", 1)
    assert (row["id"], row["state"], row["assignee"], row["by"]) == (conversation, "waiting", cm.member_id, "Cm")
    assert (row["waits"], row["new"]) == (True, False)

    found = during(lambda: written(cm, conversation))
    assert [topic for topic, _ in found] == ["conversations", "reply"]
    assert found[1][1] | {"reply": 0} == {
        "reply": 0,
        "conversation": conversation,
        "state": "queued",
        "held": None,
        "member": cm.member_id,
        "by": "Cm",
    }
    assert during(lambda: presence.note(cm, conversation, Doing.LOOKING))[0][1]["author"] == row["author"]
    assert during(lambda: holds.hold(cm)) == [("sending", {"held": True, "account": None})]


def test_new_comments_are_told_with_the_counters_after_them(stage: Stage) -> None:
    many = [stage.comment(f"critic {number}") for number in range(MOST_ROWS + 3)]

    def collected() -> None:
        with writing() as current:
            bell.ring(current, "comments.stored", account_id=stage.account_id, conversation_ids=many, answered_ids=[])

    ((_, data),) = during(collected)
    assert (len(data["rows"]), data["more"], data["counters"]["waiting"]) == (MOST_ROWS, 3, MOST_ROWS + 3)
    assert all(row["new"] for row in data["rows"])
    assert len(str(data)) < 20_000


def test_what_is_rolled_back_tells_nobody(stage: Stage, store: Session) -> None:
    conversation = stage.comment()

    def fail() -> None:
        with pytest.raises(ZeroDivisionError), writing() as current:
            bell.ring(current, "conversation.changed", conversation_id=conversation)
            raise ZeroDivisionError

    assert during(fail) == []


def test_it_is_told_to_those_who_may_open_the_page(stage: Stage) -> None:
    community, supervisor, approver, analyst = (
        Actor.of_member(number, frozenset({role}))
        for number, role in enumerate((Role.COMMUNITY_MANAGER, Role.SUPERVISOR, Role.APPROVER, Role.ANALYST), start=1)
    )
    everybody = (community, supervisor, approver, analyst)

    def told(topic: str, data: dict[str, Any]) -> list[Actor]:
        return [actor for actor in everybody if Told(1, topic, data).is_for(actor)]

    assert told("conversations", {}) == told("reply", {}) == told("presence", {}) == [community, supervisor]
    assert told("alarm", {}) == [supervisor]
    assert told("crisis", {}) == [community, supervisor, analyst]
    assert told("sending", {}) == list(everybody)
    assert told("notice", {"role": "supervisor", "member": None}) == [supervisor]
    assert told("notice", {"role": "community_manager", "member": 99}) == []
    assert told("notice", {"role": "community_manager", "member": 1}) == [community]


def test_a_notice_for_one_member_names_them(stage: Stage) -> None:
    one = member(Role.COMMUNITY_MANAGER, email="one@example.org")

    def tell() -> None:
        with writing() as current:
            assert one.member_id is not None
            notices.tell_member(current, one.member_id, "stopped_answered")

    assert during(tell) == [("notice", {"role": "community_manager", "member": one.member_id})]


def test_old_events_go_and_who_missed_them_looks_anew(stage: Stage, cm: Actor, store: Session) -> None:
    conversation = stage.comment()
    conversations.assign(cm, conversation, cm.member_id)
    first = live.newest()
    with clock.frozen(START + timedelta(minutes=1)):
        conversations.assign(cm, conversation, None)
        conversations.assign(cm, conversation, cm.member_id)
    newest = live.newest()
    assert [told.id for told in live.since(first)[0]] == [newest - 1, newest]
    with clock.frozen(START + timedelta(hours=3)):
        live.prune()
        assert live.prune() == 0
        # The newest stays, so that numbers never begin again.
        assert [told.id for told in live.since(0)[0]] == [newest]
        assert live.since(first)[1] is True
        assert live.since(newest) == ([], False)
        # A database brought back from a copy has lower numbers than a screen remembers.
        assert live.since(newest + 100) == ([], True)
        conversations.assign(cm, conversation, None)
        assert live.newest() > newest


def test_events_are_no_part_of_what_is_kept(stage: Stage, cm: Actor, store: Session) -> None:
    conversations.assign(cm, stage.comment(), cm.member_id)
    with writing() as current:
        current.execute(delete(Event))
    assert store.scalars(select(Event)).all() == []
