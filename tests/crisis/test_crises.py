"""The smallest useful crisis: opened over accounts and posts, followed, changed, closed; on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.crisis import crises
from inbox.extensions import session, writing
from inbox.measuring.crises import open_at
from inbox.models import Conversation, Notice, Post, TrailRow
from inbox.permissions import Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.conftest import MakeMember
from tests.scenes import Scene


@pytest.fixture
def scene(app: Flask, at_start: datetime) -> Scene:
    return Scene(at_start)


@pytest.fixture
def supervisor(make_member: MakeMember) -> Actor:
    return make_member(Role.SUPERVISOR)


def post(account_id: int, remote_id: str = "p1") -> int:
    with writing() as current:
        row = Post(account_id=account_id, remote_id=remote_id, text="Our new cup", received_at=clock.now())
        current.add(row)
        current.flush()
        return row.id


def under(post_id: int, conversation_id: int) -> None:
    with writing() as current:
        current.get_one(Conversation, conversation_id).post_id = post_id


def names(account_id: int, post_id: int | None = None, at: datetime | None = None) -> list[str]:
    return [crisis.name for crisis in open_at(session(), account_id, post_id, at or clock.now())]


def test_it_touches_accounts_and_posts_while_it_is_open(scene: Scene, supervisor: Actor) -> None:
    whole, partly = scene.account("Brand"), scene.account("Shop")
    one, other = post(partly), post(partly, "p2")
    crisis = crises.open_crisis(supervisor, "  Leak \n ", [whole], [one])
    assert names(whole) == names(whole, 99) == names(partly, one) == ["Leak"]
    assert names(partly) == names(partly, other) == []
    with clock.frozen(scene.at(10)):
        crises.change_scope(supervisor, crisis.id, [partly], [one])
        assert names(partly, other) == names(partly) == ["Leak"]
        assert names(whole) == []
        assert names(whole, at=scene.at(5)) == ["Leak"], "what it touched then is remembered"
    with clock.frozen(scene.at(20)):
        crises.close_crisis(supervisor, crisis.id)
        assert names(partly) == []
        (shown,) = crises.list_crises(supervisor, closed=True)
    assert [(each.account.name, each.post) for each in shown.touched] == [("Shop", None)]
    assert (shown.opened_by, shown.closed_by) == ("Supervisor", "Supervisor")
    assert crises.list_crises(supervisor) == []


def test_the_latest_of_several_comes_first(scene: Scene, supervisor: Actor) -> None:
    account = scene.account()
    crises.open_crisis(supervisor, "First", [account])
    with clock.frozen(scene.at(1)):
        crises.open_crisis(supervisor, "Second", [account])
        assert names(account) == ["Second", "First"]
        assert crises.count_open(supervisor) == 2


def test_it_counts_what_was_written_since_it_began(scene: Scene, supervisor: Actor) -> None:
    account, elsewhere = scene.account("Brand"), scene.account("Shop")
    scene.comment(account, "early", -120)
    answered = scene.comment(account, "ines", -30)
    scene.answer(answered, -10)
    scene.comment(account, "karim", -20)
    touched = scene.comment(elsewhere, "lea", -15)
    scene.comment(elsewhere, "max", -15)
    under(post(elsewhere), touched)
    crises.open_crisis(supervisor, "Leak", [account], [1], started_at=scene.at(-60))
    (shown,) = crises.list_crises(supervisor)
    extent = shown.extent
    assert (extent.comments, extent.people, extent.waits, extent.waiting) == (3, 3, 3, 2)
    assert extent.oldest_waiting == scene.at(-20)


def test_everybody_concerned_is_told_and_the_trail_says_so(scene: Scene, supervisor: Actor, store: Session) -> None:
    crisis = crises.open_crisis(supervisor, "Leak", [scene.account()])
    crises.change_scope(supervisor, crisis.id, [scene.account("Shop")])
    crises.change_scope(supervisor, crisis.id, [2])
    crises.close_crisis(supervisor, crisis.id)
    rows = store.scalars(select(TrailRow.action).where(TrailRow.object_type == "crisis").order_by(TrailRow.seq))
    assert list(rows) == ["crisis.opened", "crisis.scope_changed", "crisis.closed"]
    roles = store.scalars(select(Notice.role).where(Notice.code == "crisis_opened"))
    assert set(roles) == {Role.SUPERVISOR, Role.COMMUNITY_MANAGER, Role.ADMINISTRATOR}
    with pytest.raises(Conflict):
        crises.close_crisis(supervisor, crisis.id)
    with pytest.raises(Conflict):
        crises.change_scope(supervisor, crisis.id, [1])


@pytest.mark.parametrize(
    ("name", "accounts", "posts", "hours", "code"),
    [
        (" \u200b\n", [1], [], 0, "crisis_name_empty"),
        ("x" * 121, [1], [], 0, "crisis_name_too_long"),
        ("Leak", [], [], 0, "crisis_touches_nothing"),
        ("Leak", [9], [], 0, "account_unknown"),
        ("Leak", [1], [9], 0, "post_unknown"),
        ("Leak", [1], [], 1, "crisis_start_out_of_range"),
        ("Leak", [1], [], -24 * 400, "crisis_start_out_of_range"),
    ],
)
def test_one_that_means_nothing_is_not_opened(
    scene: Scene, supervisor: Actor, name: str, accounts: list[int], posts: list[int], hours: int, code: str
) -> None:
    scene.account()
    with pytest.raises(Problem) as refused:
        crises.open_crisis(supervisor, name, accounts, posts, started_at=scene.start + timedelta(hours=hours))
    assert refused.value.code == code
    assert crises.count_open(supervisor) == 0


def test_only_supervisors_lead_and_analysts_look(scene: Scene, make_member: MakeMember) -> None:
    account = scene.account()
    for role in (Role.COMMUNITY_MANAGER, Role.ANALYST, Role.ADMINISTRATOR):
        actor = make_member(role)
        assert crises.list_crises(actor) == []
        with pytest.raises(Refused):
            crises.open_crisis(actor, "Leak", [account])
    with pytest.raises(Refused):
        crises.list_crises(make_member(Role.APPROVER))
    with pytest.raises(Unknown):
        crises.get_crisis(make_member(Role.SUPERVISOR), 7)
