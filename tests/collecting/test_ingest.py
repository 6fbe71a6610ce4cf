"""A delivered page into rows: edits, profiles, answers of the brand, and what the trail keeps of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.collecting import ingest, tombstones
from inbox.collecting.sifting import payload_of
from inbox.collecting.triage import Hint, Kind, Reason, Urgency
from inbox.connectors.shapes import Item, Quota
from inbox.extensions import writing
from inbox.models import (
    Account,
    Author,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    ConversationState,
    OwnMessage,
    Post,
    Quarantined,
    RawPayload,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    TombstoneReason,
    TrailRow,
    Wait,
    digest_over,
)
from inbox.permissions import OPERATOR, SYSTEM, WORKER, Refused
from tests.collecting.deliveries import POST, at, comment, make_account, own, page
from tests.collecting.snapshots import adds_up

DANGER = Hint("en", Kind.CRITICISM, -0.5, Urgency.DANGER, (Reason("mentions_danger", {"word": "fire\x00"}),))
CALM = Hint("a-very-long-tag", Kind.PRAISE, 0.5, Urgency.NORMAL, ())


@pytest.fixture
def account(store: Session, at_start: object) -> Account:
    """An account without comments."""
    return make_account()


def put(account: Account, *items: Item, hints: dict[str, Hint] | None = None, **more: Any) -> ingest.Stored:
    """Store one page in a transaction of its own."""
    with writing() as current:
        return ingest.store_page(current, account, page(*items, **more), hints)


def texts(store: Session, remote_id: str) -> list[str | None]:
    """The versions of a comment in the order of their arrival."""
    store.expire_all()
    return [one.text for one in store.scalars(select(Comment).filter_by(remote_id=remote_id)).one().versions]


def test_what_stands_around_a_comment_is_stored(account: Account, store: Session) -> None:
    put(account, comment("c1", post=POST, followers=12), comment("c2", "omar", thread="c1", parent_id="c1", minute=1))
    assert store.scalars(select(Post)).one().text == "Our cups are back."
    assert [(one.identifier, one.followers) for one in store.scalars(select(Author))] == [("ines", 12), ("omar", None)]
    assert store.scalar(select(func.count()).select_from(Conversation)) == 2
    first, second = store.scalars(select(Comment).order_by(Comment.id))
    assert (first.post_id, first.parent_remote_id, second.parent_remote_id) == (1, None, "c1")
    assert account.newest_comment_at == at(1)
    assert account.last_success_at == clock.now()


def test_the_same_thread_of_an_author_is_one_conversation(account: Account, store: Session) -> None:
    put(account, comment("c1", minute=0), comment("c2", minute=1, thread="c1"))
    put(account, comment("c3", minute=2, thread="c1"), comment("c4", minute=3))
    counts = store.execute(select(Conversation.thread_id, Conversation.comment_count)).all()
    assert sorted(map(tuple, counts)) == [("c1", 3), ("c4", 1)]
    assert store.scalars(select(Author.comment_count)).all() == [4]


def test_an_edit_adds_a_version_and_reopens(account: Account, store: Session) -> None:
    put(account, comment("c1"), own("o1", minute=5, thread="c1", parent_id="c1"))
    assert store.scalars(select(Conversation)).one().state is ConversationState.ANSWERED
    stored = put(account, comment("c1", text="Where is it?!", edited_at=at(9)))
    assert (stored.comments, stored.edits) == (0, 1)
    assert texts(store, "c1") == ["Where is my parcel?", "Where is it?!"]
    conversation = store.scalars(select(Conversation)).one()
    assert (conversation.state, conversation.waiting_since) == (ConversationState.WAITING, at(9))


def test_an_edit_that_tells_no_time_counts_from_when_it_is_seen(account: Account, store: Session) -> None:
    put(account, comment("c1", text="first"))
    put(account, comment("c1", text="second"))
    put(account, comment("c1", text="first"))
    assert texts(store, "c1") == ["first", "second"]
    times = store.scalars(select(CommentVersion.written_at).order_by(CommentVersion.number)).all()
    assert times == [at(0), clock.now()]


def test_an_edit_changes_what_triage_said_unless_a_member_corrected_it(
    account: Account, store: Session, make_member: Any
) -> None:
    put(account, comment("c1"), comment("c2", minute=1), hints={"c1": CALM, "c2": CALM})
    assert store.scalars(select(Comment.language)).all() == ["und", "und"]
    with writing() as current:
        corrected = current.scalars(select(Comment).filter_by(remote_id="c2")).one()
        corrected.corrected_by = make_member_id(current)
    edits = [
        comment(name, text="It is on fire", edited_at=at(5), can_reply=False, minute=minute)
        for minute, name in enumerate(("c1", "c2"))
    ]
    put(account, *edits, hints={"c1": DANGER, "c2": DANGER})
    store.expire_all()
    first, second = store.scalars(select(Comment).order_by(Comment.remote_id))
    assert (first.urgency, first.kind, first.reasons) == (
        0,
        "criticism",
        [{"code": "mentions_danger", "params": {"word": "fire"}}],
    )
    assert (second.urgency, second.kind) == (2, "praise")
    assert not first.can_reply
    assert not second.can_reply


def make_member_id(current: Session) -> int:
    from inbox.models import Member

    member = Member(email="m@example.org", name="M", password_hash="!", created_at=clock.now())
    current.add(member)
    current.flush()
    return member.id


def test_an_older_version_delivered_late_changes_nothing_that_is_newer(account: Account, store: Session) -> None:
    put(account, comment("c1", text="now", edited_at=at(9)), hints={"c1": DANGER})
    put(account, comment("c1", text="before"), hints={"c1": CALM})
    store.expire_all()
    kept = store.scalars(select(Comment)).one()
    assert (kept.urgency, texts(store, "c1")) == (0, ["now", "before"])
    assert store.scalars(select(CommentVersion.written_at).order_by(CommentVersion.number)).all() == [at(9), at(0)]


def test_the_newest_profile_and_post_stand(account: Account, store: Session) -> None:
    put(account, comment("c1", post=POST, followers=5))
    renamed = comment("c2", minute=1, post=replace(POST, text="", url="https://example.org/p"))
    put(account, replace(renamed, author=replace(renamed.author, display_name="Inès")))
    author, post = store.scalars(select(Author)).one(), store.scalars(select(Post)).one()
    assert (author.display_name, author.followers, author.comment_count) == ("Inès", 5, 2)
    assert (post.text, post.url) == ("Our cups are back.", "https://example.org/p")


def test_a_withheld_text_never_comes_back(account: Account, store: Session) -> None:
    put(account, comment("c1"), hints={"c1": DANGER})
    with writing() as current:
        assert tombstones.lay(current, SYSTEM, [1], TombstoneReason.REMOVED_BY_AUTHOR) == 1
        assert tombstones.lay(current, SYSTEM, [1], TombstoneReason.REMOVED_BY_AUTHOR) == 0
    again = put(account, comment("c1"), comment("c1", text="edited", edited_at=at(9), raw={"text": "edited"}))
    assert (again.known, again.stored) == (2, 0)
    assert texts(store, "c1") == [None]
    assert store.scalars(select(RawPayload.payload)).all() == [None]
    kept = store.scalars(select(Comment)).one()
    assert (kept.state, kept.reasons, kept.urgency) == (CommentState.TOMBSTONED, [], 0)


def test_only_the_system_withholds(account: Account) -> None:
    put(account, comment("c1"))
    with pytest.raises(Refused), writing() as current:
        tombstones.lay(current, OPERATOR, [1], TombstoneReason.REMOVED_BY_AUTHOR)


def test_the_trail_holds_the_digest_over_the_versions_of_a_page(account: Account, store: Session) -> None:
    put(account, comment("c1"), comment("c2", minute=1), cursor={"at": 2})
    put(account, comment("c1"))
    rows = store.scalars(select(TrailRow).where(TrailRow.action == "comments.stored")).all()
    assert len(rows) == 1
    params = json.loads(rows[0].params)
    versions = store.scalars(select(CommentVersion).order_by(CommentVersion.id)).all()
    assert params["versions"] == [[versions[0].id, versions[1].id]]
    assert params["digest"] == digest_over(version.digest for version in versions)
    assert rows[0].actor == WORKER.name


def test_health_follows_the_page(account: Account, store: Session) -> None:
    put(account, quota=Quota(300, 7, at(15)), next_at=at(15))
    put(account)
    store.expire_all()
    assert (account.quota_limit, account.quota_remaining, account.quota_reset_at) == (300, 7, at(15))
    assert account.next_collection_at is None


def test_a_payload_that_json_does_not_know_is_kept() -> None:
    assert "object at" in payload_of({"odd": object()}).text
    assert payload_of({"b": 1, "a": 2}) == payload_of({"a": 2, "b": 1})
    assert payload_of({"a": "\x00\ud800"}).text == '{"a":"\\u0000\\ud800"}'


# What the brand wrote itself.


def reply_of_ours(account: Account, state: ReplyState, text: str = "We are sorry.", **more: Any) -> int:
    """A reply to the first comment, as the outbox left it."""
    with writing() as current:
        reply = Reply(
            conversation_id=1,
            account_id=account.id,
            comment_id=1,
            origin=ReplyOrigin.INBOX,
            kind=ReplyKind.SUBSTANTIVE,
            text=text,
            text_hash=hashlib.sha256(text.encode()).hexdigest(),
            state=state,
            form_key="form",
            key="k" * 13,
            target_remote_id="c1",
            created_at=at(1),
            **more,
        )
        current.add(reply)
        current.flush()
        return reply.id


def test_a_message_answers_the_comment_it_names(account: Account, store: Session) -> None:
    put(account, comment("c1"), comment("c2", "omar", minute=1, thread="c1"))
    put(account, own("o1", minute=3, thread="c1", parent_id="c2"))
    reply = store.scalars(select(Reply)).one()
    assert (reply.comment_id, reply.sent_at, reply.origin, reply.state) == (2, at(3), "native", "sent")
    waits = store.execute(select(Wait.comment_id, Wait.seconds).order_by(Wait.comment_id)).all()
    assert [tuple(wait) for wait in waits] == [(1, None), (2, 120.0)]


def test_an_answer_in_parts_answers_whom_its_first_part_answered(account: Account, store: Session) -> None:
    put(account, own("o3", minute=5, thread="c1", parent_id="o2"))
    put(account, own("o2", minute=4, thread="c1", parent_id="o1"))
    put(account, own("o1", minute=3, thread="c1", parent_id="c1"))
    assert store.scalar(select(func.count()).select_from(Reply)) == 0
    put(account, comment("c1"))
    assert store.scalars(select(Reply.comment_id)).all() == [1, 1, 1]
    assert store.scalars(select(Wait.closed_at)).all() == [at(3)]


def test_a_message_that_names_nothing_answers_who_began_the_thread(account: Account, store: Session) -> None:
    put(account, own("o1", minute=3, thread="c1"), own("post", minute=0, thread="post"))
    put(account, comment("c1"), comment("c2", "omar", minute=1, thread="post"))
    assert [(one.remote_id, one.comment_id) for one in store.scalars(select(Reply))] == [("o1", 1)]
    assert store.scalars(select(OwnMessage.remote_id).where(OwnMessage.reply_id.is_(None))).all() == ["post"]


def test_a_reply_of_ours_is_not_stored_as_a_native_one(account: Account, store: Session) -> None:
    put(account, comment("c1"))
    reply_id = reply_of_ours(account, ReplyState.SENT, remote_id="o1", sent_at=at(3))
    put(account, own("o1", minute=3, thread="c1", parent_id="c1"))
    put(account, own("o2", "And a voucher.", minute=4, thread="c1", parent_id="o1"))
    assert store.scalars(select(OwnMessage.reply_id).order_by(OwnMessage.remote_id)).all() == [reply_id, reply_id + 1]
    assert store.scalars(select(Reply.origin).order_by(Reply.id)).all() == ["inbox", "native"]


@pytest.mark.parametrize("state", [ReplyState.QUEUED, ReplyState.SENDING, ReplyState.UNCONFIRMED])
def test_a_reply_whose_outcome_is_open_is_left_to_the_outbox(
    account: Account, store: Session, state: ReplyState
) -> None:
    put(account, comment("c1"))
    reply_id = reply_of_ours(account, state, "We are sorry: https://example.org/long")
    put(account, own("o1", "We are  sorry: https://short.example", minute=3, thread="c1", parent_id="c1"))
    store.expire_all()
    assert [(one.id, one.state, one.remote_id) for one in store.scalars(select(Reply))] == [(reply_id, state, None)]
    assert store.scalars(select(Wait.closed_at)).all() == [None]
    with writing() as current:
        reply = current.get_one(Reply, reply_id)
        reply.state, reply.remote_id, reply.sent_at = ReplyState.SENT, "o1", at(3)
    put(account)
    store.expire_all()
    assert store.scalars(select(OwnMessage.reply_id)).all() == [reply_id]
    assert store.scalar(select(func.count()).select_from(Reply)) == 1


def test_a_reply_that_is_found_not_to_have_left_makes_room_for_the_native_one(account: Account, store: Session) -> None:
    put(account, comment("c1"))
    reply_id = reply_of_ours(account, ReplyState.SENDING)
    put(account, own("o1", "Written in the app.", minute=3, thread="c1", parent_id="c1"))
    assert store.scalar(select(func.count()).select_from(Reply)) == 1
    with writing() as current:
        current.get_one(Reply, reply_id).state = ReplyState.UNCONFIRMED
    put(account)
    assert store.scalars(select(Reply.origin).order_by(Reply.id)).all() == ["inbox", "native"]


@pytest.mark.parametrize("state", [ReplyState.FAILED, ReplyState.SENT])
def test_the_network_confirms_what_counted_as_failed_or_was_marked_as_sent(
    account: Account, store: Session, state: ReplyState
) -> None:
    put(account, comment("c1"))
    reply_id = reply_of_ours(account, state, sent_at=at(30) if state is ReplyState.SENT else None)
    put(account, own("o1", minute=3, thread="c1", parent_id="c1", url="https://example.org/o1"))
    store.expire_all()
    reply = store.scalars(select(Reply)).one()
    assert (reply.id, reply.state, reply.remote_id, reply.sent_at) == (reply_id, "sent", "o1", at(3))
    assert store.scalars(select(Wait.closed_at)).all() == [at(3)]
    assert "reply.seen" in store.scalars(select(TrailRow.action)).all()


def test_counts_add_up(account: Account, store: Session) -> None:
    put(account, comment("c1"), comment("c1"), own("o1", minute=1, thread="c1"), own("o1", minute=1, thread="c1"))
    assert (account.received_count, account.stored_count, account.known_count) == (4, 2, 2)
    assert adds_up(store, account.id)


def test_what_nobody_can_have_written_then_waits_in_quarantine(store: Session, account: Account) -> None:
    late, early = datetime(9999, 12, 31, 23, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)
    whole = comment("whole", post=POST)
    stored = put(
        account,
        replace(comment("late"), posted_at=late),
        replace(comment("early"), posted_at=early),
        replace(comment("edited"), edited_at=clock.now() + timedelta(hours=25)),
        replace(own("ours", minute=0, thread="whole"), posted_at=early),
        replace(whole, post=replace(POST, published_at=late)),
        replace(comment("ahead"), posted_at=clock.now() + timedelta(hours=23)),
    )
    assert (stored.received, stored.comments, stored.known, stored.quarantined) == (6, 2, 0, 4)
    assert set(store.scalars(select(Quarantined.code))) == {"time_out_of_range"}
    assert adds_up(store, account.id)
