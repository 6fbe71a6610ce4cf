"""A second look: what an author removed is withheld, what vanished otherwise is kept and written down."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from inbox import clock
from inbox.collecting import accounts, watch_plan
from inbox.collecting.collect import collect_account
from inbox.collecting.watch import LookReport, look_again
from inbox.connectors.base import Connector
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.shapes import AccountAccess, Presence
from inbox.extensions import session
from inbox.models import (
    Account,
    Comment,
    CommentVersion,
    RawPayload,
    Tombstone,
    TombstoneReason,
    TrailRow,
    Wait,
)
from inbox.permissions import OPERATOR, WORKER, Refused, Role
from inbox.problems import Problem
from tests.conftest import MakeMember

STAGE = "gobelune"


@pytest.fixture
def network(config: Config) -> DemoNetwork:
    """A demo network with one account and three comments."""
    demo = DemoNetwork(config.data_dir)
    demo.open_stage(STAGE, "Gobelune")
    return demo


@pytest.fixture
def account(app: object, at_start: datetime, network: DemoNetwork) -> Account:
    """The account with its three comments collected."""
    account = accounts.connect_account(OPERATOR, "demo", STAGE, credentials={})
    for number in range(3):
        network.write(STAGE, f"critic-{number}", f"Cup {number} caught fire.")
    assert collect_account(WORKER, account.id).stored == 3
    return account


def ids(store: Session) -> list[str]:
    return list(store.scalars(select(Comment.remote_id).order_by(Comment.id)))


def later(minutes: float = 20) -> datetime:
    return clock.now() + timedelta(minutes=minutes)


def states(store: Session) -> list[str]:
    store.expire_all()
    return list(store.scalars(select(Comment.state).order_by(Comment.id)))


def test_an_author_who_removes_a_comment_is_obeyed(account: Account, network: DemoNetwork, store: Session) -> None:
    removed = ids(store)[0]
    waits = [tuple(row) for row in store.execute(select(Wait.id, Wait.opened_at, Wait.seconds, Wait.comment_id))]
    digest = store.scalars(select(CommentVersion.digest).order_by(CommentVersion.id)).first()
    network.author_takes_back(removed)
    with clock.frozen(later()):
        assert look_again(WORKER, account.id) == LookReport(asked=3, removed=1)
        assert look_again(WORKER, account.id).asked == 0
    assert states(store) == ["tombstoned", "present", "present"]
    version = store.scalars(select(CommentVersion).order_by(CommentVersion.id)).first()
    assert version is not None
    assert (version.text, version.salt, version.digest) == (None, None, digest)
    assert store.scalars(select(RawPayload.payload).where(RawPayload.remote_id == removed)).all() == [None]
    assert store.scalars(select(Comment.reasons).order_by(Comment.id)).first() == []
    tombstone = store.scalars(select(Tombstone)).one()
    assert (tombstone.reason, tombstone.by) == (TombstoneReason.REMOVED_BY_AUTHOR, "system")
    trail = store.scalars(select(TrailRow).where(TrailRow.action == "comment.tombstoned")).one()
    assert trail.actor == "system"
    assert "fire" not in "".join(store.scalars(select(TrailRow.params)))
    assert waits == [
        tuple(row) for row in store.execute(select(Wait.id, Wait.opened_at, Wait.seconds, Wait.comment_id))
    ]
    network.deliver_again(STAGE, removed)
    collect_account(WORKER, account.id)
    assert states(store)[0] == "tombstoned"


def test_what_vanishes_otherwise_is_kept_and_written_down(
    account: Account, network: DemoNetwork, store: Session
) -> None:
    first, second, _ = ids(store)
    network.somebody_conceals(first)
    network.vanish(second)
    with clock.frozen(later()):
        assert look_again(WORKER, account.id) == LookReport(asked=3, vanished=2)
    with clock.frozen(later(60)):
        assert look_again(WORKER, account.id) == LookReport(asked=3)
    assert states(store) == ["vanished", "vanished", "present"]
    assert all(store.scalars(select(CommentVersion.text)))
    rows = store.scalars(select(TrailRow.params).where(TrailRow.action == "comment.vanished").order_by(TrailRow.seq))
    assert sorted(rows) == ['{"presence":"gone"}', '{"presence":"hidden"}']


class Doubtful(DemoConnector):
    """The network says once that the author removed everything, and takes it back."""

    def _look_up(self, remote_ids: object) -> dict[str, Presence]:
        assert not session().in_transaction()
        asked = [call.call for call in self.calls].count("look_up")
        answer = Presence.PRESENT if asked else Presence.REMOVED_BY_AUTHOR
        return dict.fromkeys(remote_ids, answer)  # type: ignore[call-overload, no-any-return]


def test_one_answer_is_not_enough_to_withhold_a_text(account: Account, store: Session) -> None:
    def opener(_: str, access: AccountAccess) -> Connector:
        return Doubtful(access)

    with clock.frozen(later()):
        assert look_again(WORKER, account.id, opener=opener) == LookReport(asked=3)
    assert states(store) == ["present", "present", "present"]


def test_what_comes_back_is_there_again(account: Account, network: DemoNetwork, store: Session) -> None:
    network.vanish(ids(store)[0])
    with clock.frozen(later()):
        look_again(WORKER, account.id)

    class Back(DemoConnector):
        """Everything is there."""

        def _look_up(self, remote_ids: object) -> dict[str, Presence]:
            return dict.fromkeys(remote_ids, Presence.PRESENT)  # type: ignore[call-overload, no-any-return]

    with clock.frozen(later(60)):
        assert look_again(WORKER, account.id, opener=lambda _, access: Back(access)).back == 1
    assert states(store) == ["present", "present", "present"]


def test_the_newest_go_first_and_the_longest_unseen_are_not_forgotten(
    account: Account, network: DemoNetwork, store: Session
) -> None:
    with clock.frozen(later()):
        look_again(WORKER, account.id)
        for number in range(10):
            network.write(STAGE, f"late-{number}", "Another cup.")
        collect_account(WORKER, account.id)
    with clock.frozen(later(60)):
        assert look_again(WORKER, account.id, limit=4).asked == 4
    store.expire_all()
    looked = store.scalars(
        select(Comment.remote_id).where(Comment.looked_up_at == later(60)).order_by(Comment.id)
    ).all()
    assert looked[:2] == ids(store)[:2]
    assert len(looked) == 4


def test_old_and_fresh_comments_are_left_alone(account: Account) -> None:
    assert look_again(WORKER, account.id).asked == 0
    with clock.frozen(clock.now() + watch_plan.HORIZON + timedelta(hours=1)):
        assert look_again(WORKER, account.id).asked == 0


def test_a_network_that_does_not_answer_changes_nothing(account: Account, network: DemoNetwork, store: Session) -> None:
    network.author_takes_back(ids(store)[0])
    network.unreachable()
    with clock.frozen(later()), pytest.raises(Problem, match="unreachable"):
        look_again(WORKER, account.id)
    assert states(store) == ["present", "present", "present"]
    assert store.scalars(select(Comment.looked_up_at)).all() == [None, None, None]


@pytest.mark.parametrize("role", [Role.COMMUNITY_MANAGER, Role.APPROVER, Role.ANALYST])
def test_who_may_not_look_does_not(account: Account, make_member: MakeMember, role: Role) -> None:
    with pytest.raises(Refused):
        look_again(make_member(role), account.id)
