"""On a real AT Protocol network: what its staff took down raises an alarm, what its author took back is withheld."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.collecting import accounts, alarms
from inbox.collecting.collect import collect_account
from inbox.collecting.watch import look_again
from inbox.models import Comment, CommentState, Tombstone, TombstoneReason
from inbox.permissions import OPERATOR, WORKER, Role
from tests.atproto_network.fixture import AtprotoNetwork, atproto_network
from tests.conftest import MakeMember

__all__ = ["atproto_network"]


def test_alarm_or_tombstone(
    app: Flask, atproto_network: AtprotoNetwork, make_member: MakeMember, store: Session
) -> None:
    network = atproto_network
    brand, critic = network.new_account("watched"), network.new_account("watcher")
    post = network.client(brand).send_post("Our new bottle glows in the dark.")
    network.settle()
    reference = {"uri": post.uri, "cid": post.cid}
    texts = ("It flakes.", "It leaks.", "It glows.")
    uris = [
        network.client(critic).send_post(text, reply_to={"root": reference, "parent": reference}).uri for text in texts
    ]
    network.settle()
    account = accounts.connect_account(
        OPERATOR,
        "bluesky",
        brand.identifier,
        base_url=brand.server,
        credentials={"app_password": brand.app_password},
    )
    collect_account(WORKER, account.id)
    assert sorted(store.scalars(select(Comment.remote_id))) == sorted(uris)
    store.rollback()

    taken_down, taken_back, left = uris
    cid = network.client(critic).get_posts([taken_down]).posts[0].cid
    network.take_down(taken_down, cid)
    network.client(critic).delete_post(taken_back)
    network.settle()
    found = look_again(WORKER, account.id, settled=timedelta(0))

    assert (found.asked, found.removed, found.vanished) == (3, 1, 1)
    (alarm,) = alarms.list_alarms(make_member(Role.SUPERVISOR))
    assert (alarm.text, alarm.presence) == ("It flakes.", "hidden")
    states = {comment.remote_id: comment.state for comment in store.scalars(select(Comment))}
    assert states == {
        taken_down: CommentState.VANISHED,
        taken_back: CommentState.TOMBSTONED,
        left: CommentState.PRESENT,
    }
    assert store.scalars(select(Tombstone.reason)).all() == [TombstoneReason.REMOVED_BY_AUTHOR]
