"""Erasure by two roles, the end of retention, and access: words and names go, every figure stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from config import Config
from inbox import clock, members
from inbox.answering import many, reassuring, tags
from inbox.collecting import access_export, erasure, retention
from inbox.extensions import db, session, writing
from inbox.measuring.report_rows import Breakdown, ReportQuery
from inbox.measuring.reports import response_times
from inbox.models import (
    Author,
    AuthorLink,
    BulkReply,
    Comment,
    CommentState,
    CommentVersion,
    Conversation,
    DeedOfMany,
    Draft,
    Escalation,
    HandOver,
    Note,
    OwnMessage,
    PreparedReply,
    PreparedState,
    Quarantined,
    RawPayload,
    Reply,
    ReplyState,
    Tag,
    Tombstone,
    TombstoneReason,
    TrailRow,
    Wait,
)
from inbox.models.escalation import Concern
from inbox.permissions import OPERATOR, SYSTEM, WORKER, Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from inbox.verify import verify
from tests.collecting.stage import STAGE, Stage, again, author_of, deeds, told
from tests.conftest import MakeMember

NAME = "Zebulonie"
"""Nobody is called so, so that nothing but her own data can hold it."""
WORDS = "quagmirical"
"""A word that only she wrote."""


@pytest.fixture
def comment(stage: Stage, cm: Actor) -> Comment:
    """A critic with an edited comment, an answer in the network's own app, a note, an escalation, a
    half-written reply and a bad payload."""
    comment = stage.comment(NAME, f"This is {WORDS}.")
    stage.network.author_edits(comment.remote_id, f"This is quite {WORDS}.")
    stage.network.answer_natively(STAGE, f"Dear {NAME}, it is not {WORDS}.", answers=comment.remote_id)
    payload = {"id": "odd-1", "by": {"id": author_of(comment).remote_id}, "said": WORDS}
    stage.network.deliver_raw(STAGE, payload)
    stage.network.deliver_raw(STAGE, {"id": "odd-2", "by": {"id": "somebody-else"}, "said": "other"})
    stage.collect()
    assert cm.member_id is not None
    with writing() as current:
        of = {"conversation_id": comment.conversation_id, "member_id": cm.member_id}
        current.add(Note(**of, text=f"{NAME} called us.", written_at=clock.now()))
        current.add(
            Draft(**of, number=1, text=f"Dear {NAME}, {WORDS}", filled=NAME, form_key="f" * 8, saved_at=clock.now())
        )
        current.add(Escalation(**of, concern=Concern.THREAT, note=f"{NAME} is at risk.", at=clock.now()))
        _prepare(current, comment.conversation_id, cm.member_id)
    tags.put_on(cm, comment.conversation_id, NAME)
    tags.put_on(cm, comment.conversation_id, "bottle")
    return again(comment)


def _prepare(current: Session, conversation_id: int, member_id: int, form_key: str = "g" * 8) -> None:
    """A reply to her, prepared among others."""
    bulk = BulkReply(member_id=member_id, created_at=clock.now())
    current.add(bulk)
    current.flush()
    seen = current.scalars(
        select(CommentVersion.id).join(Comment).where(Comment.conversation_id == conversation_id)
    ).first()
    current.add(
        PreparedReply(
            bulk_id=bulk.id,
            position=1,
            conversation_id=conversation_id,
            seen_up_to=seen,
            prepared_at=clock.now(),
            text=f"Dear {NAME}, {WORDS}",
            filled=f"Dear {NAME},",
            form_key=form_key,
        )
    )


def everything(store: Session) -> str:
    """Every value of every table."""
    engine = store.get_bind()
    assert isinstance(engine, Engine)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        return "\n".join(str(row) for name in tables for row in connection.execute(text(f'SELECT * FROM "{name}"')))


def erase(administrator: Actor, supervisor: Actor, author_id: int) -> None:
    asked = erasure.request(administrator, author_id)
    remarks = erasure.remarks(supervisor, asked.id)
    erasure.confirm(
        supervisor,
        asked.id,
        notes=[one.id for one in remarks if one.kind == "note"],
        escalations=[one.id for one in remarks if one.kind == "escalation"],
    )


def _named_after_her(store: Session) -> int:
    return store.scalars(select(Tag.id).where(Tag.retired_at.is_not(None))).one()


def test_nothing_of_the_person_is_left_and_every_figure_stays(
    stage: Stage, comment: Comment, cm: Actor, administrator: Actor, supervisor: Actor, store: Session
) -> None:
    tags.put_on(cm, stage.comment("karim", "Mine too.").conversation_id, "bottle")
    ids = {row.remote_id for row in store.scalars(select(Comment))} | {author_of(comment).remote_id}
    queries = [ReportQuery(), *(ReportQuery(by=by) for by in (Breakdown.LANGUAGE, Breakdown.KIND, Breakdown.ACCOUNT))]
    before = [response_times(OPERATOR, query) for query in queries]
    waits = [(wait.opened_at, wait.seconds, wait.reply_id) for wait in store.scalars(select(Wait).order_by(Wait.id))]
    assert before[0].total.answered == 1
    erase(administrator, supervisor, comment.author_id)
    store.expire_all()
    for remote_id in sorted(ids, key=len, reverse=True):
        assert remote_id
    left = everything(store).replace(author_of(comment).remote_id, "")
    assert NAME not in left
    assert WORDS not in left
    assert "somebody-else" in left
    assert sorted(store.scalars(select(Tag.name))) == ["bottle", f"tag-{_named_after_her(store)}"]
    row = store.scalars(select(PreparedReply)).one()
    assert (row.state, row.code) == (PreparedState.OUT, "prepared_withheld")
    after = [response_times(OPERATOR, query) for query in queries]
    assert [report.total for report in after] == [report.total for report in before]
    assert [report.groups for report in after] == [report.groups for report in before]
    assert waits == [
        (wait.opened_at, wait.seconds, wait.reply_id) for wait in store.scalars(select(Wait).order_by(Wait.id))
    ]
    assert again(comment).state is CommentState.TOMBSTONED
    tombstone = store.scalars(select(Tombstone).where(Tombstone.comment_id == comment.id)).one()
    assert (tombstone.reason, tombstone.by) == (TombstoneReason.LEGAL_ERASURE, "system")
    assert author_of(comment).identifier == f"person-{comment.author_id}"
    assert verify(OPERATOR) is None


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_file_itself_forgets(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, config: Config, store: Session
) -> None:
    store.commit()
    files = [Path(str(db.engine.url.database)), Path(f"{db.engine.url.database}-wal")]
    erase(administrator, supervisor, comment.author_id)
    store.commit()
    assert all(WORDS.encode() not in file.read_bytes() for file in files if file.exists())


def test_a_next_collection_brings_nothing_back(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, store: Session
) -> None:
    erase(administrator, supervisor, comment.author_id)
    stage.network.deliver_again(STAGE, comment.remote_id)
    stage.collect()
    assert again(comment).state is CommentState.TOMBSTONED
    assert author_of(comment).display_name == ""
    assert WORDS not in everything(store)


def test_two_members_of_both_roles(stage: Stage, comment: Comment, make_member: MakeMember, cm: Actor) -> None:
    administrator, other = make_member(Role.ADMINISTRATOR), make_member(Role.ADMINISTRATOR, email="b@example.org")
    supervisor = make_member(Role.SUPERVISOR)
    both = make_member(Role.ADMINISTRATOR, Role.SUPERVISOR)
    asked = erasure.request(administrator, comment.author_id)
    assert told()[-1] == "supervisor erasure_requested"
    with pytest.raises(Conflict, match="erasure_requested_already"):
        erasure.request(supervisor, comment.author_id)
    for actor, code in ((administrator, "erasure_own"), (other, "erasure_needs_other_role")):
        with pytest.raises(Problem, match=code):
            erasure.confirm(actor, asked.id)
    for actor in (cm, OPERATOR, WORKER, SYSTEM):
        with pytest.raises(Refused):
            erasure.confirm(actor, asked.id)
    erasure.decline(supervisor, asked.id)
    with pytest.raises(Conflict, match="erasure_decided_already"):
        erasure.confirm(supervisor, asked.id)
    again_asked = erasure.request(both, comment.author_id)
    with pytest.raises(Problem, match="erasure_own"):
        erasure.confirm(both, again_asked.id)
    assert told()[-1] == "supervisor erasure_requested"
    assert again(comment).state is CommentState.PRESENT
    erasure.confirm(supervisor, again_asked.id)
    assert deeds("erasure") == ["erasure.requested", "erasure.declined", "erasure.requested", "erasure.confirmed"]


def test_a_person_looks_at_the_notes(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, cm: Actor, store: Session
) -> None:
    other = stage.comment("karim", "Mine too.")
    assert cm.member_id is not None
    with writing() as current:
        for words in (f"Friend of {NAME.lower()}.", "Nothing to do with her."):
            current.add(
                Note(
                    conversation_id=other.conversation_id,
                    member_id=cm.member_id,
                    text=words,
                    written_at=clock.now(),
                )
            )
    asked = erasure.request(administrator, comment.author_id)
    remarks = erasure.remarks(supervisor, asked.id)
    found = [one.text for one in remarks]
    assert found == [f"{NAME} called us.", f"Friend of {NAME.lower()}.", f"{NAME} is at risk."]
    with pytest.raises(Problem, match="remark_unknown"):
        erasure.confirm(supervisor, asked.id, notes=[99])
    assert again(comment).state is CommentState.PRESENT
    erasure.confirm(supervisor, asked.id, notes=[remarks[0].id])
    kept = list(store.scalars(select(Note.text).order_by(Note.id)))
    assert kept == ["", f"Friend of {NAME.lower()}.", "Nothing to do with her."]


def test_every_word_of_colleagues_that_may_name_the_person_is_offered_and_goes(
    stage: Stage,
    comment: Comment,
    administrator: Actor,
    supervisor: Actor,
    cm: Actor,
    store: Session,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    paul, again_she = stage.comment("paul", "Mine too."), stage.comment("zeb2", "As I said.")
    with writing() as current:
        low, high = sorted((comment.author_id, again_she.author_id))
        link = AuthorLink(
            author_id=low, other_id=high, reason=NAME, linked_at=clock.now(), linked_by=cm.member_id, end_reason=""
        )
        current.add(link)
        of = {"conversation_id": again_she.conversation_id, "member_id": cm.member_id}
        current.add(Note(**of, text="She signs in another way here.", written_at=clock.now()))
        current.add(
            HandOver(
                member_id=cm.member_id,
                to_member_id=supervisor.member_id,
                noticed="Zébulonie is fierce tonight.",
                items=[],
                passed_on=False,
                given_at=clock.now(),
            )
        )
        _prepare(current, paul.conversation_id, cm.member_id or 0, form_key="h" * 8)
        current.get_one(BulkReply, 1).likeness_reason = f"{NAME} and Paul ask."
    for each in (comment, again_she):
        tags.put_on(cm, each.conversation_id, "zebulonie-case")
    monkeypatch.setattr(many, "AT_ONCE", 0)
    both = [comment.conversation_id, paul.conversation_id]
    asked_for = many.ask(cm, both, DeedOfMany.NOTE, words=f"{NAME} and friends.")
    asked = erasure.request(administrator, comment.author_id)
    offered = erasure.remarks(supervisor, asked.id)
    kinds = ["note", "note", "escalation", "hand_over", "note_for_many", "reason", "prepared_reply", "tag"]
    assert [one.kind for one in offered] == kinds
    ticked = {kind: [one.id for one in offered if one.kind == kind] for kind in kinds}
    erasure.confirm(
        supervisor,
        asked.id,
        notes=ticked["note"],
        escalations=ticked["escalation"],
        hand_overs=ticked["hand_over"],
        notes_for_many=ticked["note_for_many"],
        reasons=ticked["reason"],
        prepared_replies=ticked["prepared_reply"],
        tags=ticked["tag"],
    )
    many.carry_out_due(WORKER)
    assert [part.code for part in many.result(cm, asked_for.id).parts] == ["note_withheld"] * 2
    # The network's own id stays, without which a collection would bring her back.
    left = everything(store).lower().replace(f"gobelune-{NAME.lower()}", "")
    assert NAME.lower() not in left
    assert "zébulonie" not in left
    assert store.scalars(select(Note.text).where(Note.text != "")).all() == []
    states = store.execute(select(PreparedReply.state, PreparedReply.code).order_by(PreparedReply.id)).all()
    assert [tuple(row) for row in states] == [
        (PreparedState.OUT, "prepared_withheld"),
        (PreparedState.OUT, "prepared_words_withheld"),
    ]
    assert verify(OPERATOR) is None


def test_a_reply_on_its_way_is_settled_first(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, store: Session
) -> None:
    with writing() as current:
        for number, state in enumerate((ReplyState.QUEUED, ReplyState.DRAFT)):
            current.add(
                Reply(
                    conversation_id=comment.conversation_id,
                    account_id=comment.account_id,
                    text=f"Dear {NAME}",
                    text_hash="0" * 64,
                    state=state,
                    form_key=f"f{number}",
                    key=f"k{number}",
                    created_at=clock.now(),
                )
            )
    asked = erasure.request(administrator, comment.author_id)
    with pytest.raises(Conflict, match="erasure_reply_on_its_way"):
        erasure.confirm(supervisor, asked.id)
    with writing() as current:
        queued = current.scalars(select(Reply).where(Reply.state == ReplyState.QUEUED)).one()
        queued.state = ReplyState.WITHDRAWN
    erasure.confirm(supervisor, asked.id)
    store.expire_all()
    drafts = store.scalars(select(Reply).where(Reply.form_key.in_(["f0", "f1"])))
    assert [(reply.state, reply.text) for reply in drafts] == [(ReplyState.WITHDRAWN, "")] * 2


def test_the_trail_names_nobody(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, store: Session
) -> None:
    erase(administrator, supervisor, comment.author_id)
    row = store.scalars(select(TrailRow).where(TrailRow.action == "erasure.confirmed")).one()
    assert (row.object_type, row.object_id) == ("author", str(comment.author_id))
    assert json.loads(row.params) == {
        "erasure": 1,
        "remarks": 2,
        "comments": 1,
        "payloads": 1,
        "replies": 1,
        "own_messages": 1,
        "posts": 0,
        "quarantined": 1,
    }


BEHIND_AN_ERASURE = (
    "UPDATE replies SET text = '' WHERE state = 'sent'",
    "UPDATE own_messages SET text = ''",
    "UPDATE quarantine SET payload = '{}' WHERE id = 1",
    "UPDATE raw_payloads SET payload = NULL",
    "UPDATE comment_versions SET text = NULL, salt = NULL",
)


@pytest.mark.parametrize("statement", BEHIND_AN_ERASURE)
def test_the_database_opens_for_an_erasure_and_for_nothing_else(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(text(statement))
    asked = erasure.request(administrator, comment.author_id)
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(text(statement))
    erasure.decline(supervisor, asked.id)
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(text(statement))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE replies SET text = 'We said something else.' WHERE state = 'sent'",
        "UPDATE own_messages SET text = 'x'",
        "UPDATE quarantine SET payload = 'x'",
        "UPDATE quarantine SET payload = '{}' WHERE payload LIKE '%somebody-else%'",
        "UPDATE raw_payloads SET payload = 'x'",
        "UPDATE comment_versions SET text = 'x'",
        "UPDATE notes SET text = 'x'",
        "UPDATE erasures SET decision = NULL",
        "UPDATE erasures SET author_id = 2",
        "UPDATE authors SET remote_id = 'x'",
        "DELETE FROM erasures",
    ],
)
def test_after_an_erasure_nothing_more_is_open(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, statement: str
) -> None:
    stage.comment("karim", "Mine too.")
    erase(administrator, supervisor, comment.author_id)
    with pytest.raises(DBAPIError, match=r"no criticism|not authorized"), writing() as current:
        current.execute(text(statement))


def test_another_persons_words_do_not_open(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor
) -> None:
    other = stage.comment("karim", "Mine too.")
    stage.network.answer_natively(STAGE, "Dear Karim.", answers=other.remote_id)
    stage.collect()
    erase(administrator, supervisor, comment.author_id)
    for table, column, value in (
        ("replies", "text", "''"),
        ("own_messages", "text", "''"),
        ("declarations", "note", "''"),
    ):
        with writing() as current:
            rows = current.execute(
                text(f"SELECT id FROM {table} WHERE conversation_id = {other.conversation_id}")
            ).all()
        for row in rows:
            with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
                current.execute(text(f"UPDATE {table} SET {column} = {value} WHERE id = {row.id}"))
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(text(f"UPDATE raw_payloads SET payload = NULL WHERE comment_id = {other.id}"))


def test_verify_names_a_reply_that_was_withheld_without_an_erasure(
    stage: Stage, comment: Comment, database_url: str, tamper: Callable[[str], None]
) -> None:
    assert verify(OPERATOR) is None
    session().rollback()
    tamper("UPDATE replies SET text = '' WHERE state = 'sent'")
    fault = verify(OPERATOR)
    assert fault is not None
    assert fault.code == "fault_reply_withheld"


def aged(months: int) -> datetime:
    return clock.now() + timedelta(days=31 * months)


def test_retention_withholds_what_is_old_and_no_figure_changes(
    stage: Stage, comment: Comment, administrator: Actor, store: Session
) -> None:
    with clock.frozen(aged(20)):
        young = stage.comment("karim", "Mine too.")
        retention.set_retention(administrator, stage.account_id, 24)
    with clock.frozen(aged(25)):
        before = response_times(OPERATOR, ReportQuery()).total
        assert retention.withhold_what_is_old(SYSTEM) == retention.RetentionReport(comments=1, authors=1)
        assert retention.withhold_what_is_old(SYSTEM) == retention.RetentionReport()
        assert response_times(OPERATOR, ReportQuery()).total == before
        assert verify(OPERATOR) is None
    store.expire_all()
    left = everything(store).replace(author_of(comment).remote_id, "")
    assert WORDS not in left
    assert store.scalars(select(Tombstone.reason)).all() == [TombstoneReason.RETENTION]
    assert (again(young).state, author_of(young).display_name) == (CommentState.PRESENT, "karim")
    assert deeds("retention") == ["retention.passed", "retention.passed"]


def test_a_person_who_still_writes_keeps_their_name(stage: Stage, comment: Comment, store: Session) -> None:
    with clock.frozen(aged(20)):
        stage.comment(NAME, "And again.")
    with clock.frozen(aged(25)):
        assert retention.withhold_what_is_old(SYSTEM) == retention.RetentionReport(comments=1)
    assert author_of(comment).display_name == NAME


def test_what_was_imported_late_is_kept_from_then_on(stage: Stage, comment: Comment, store: Session) -> None:
    with writing() as current:
        assert current.get_one(Comment, comment.id).received_at == clock.now()
    with clock.frozen(aged(23)):
        assert retention.withhold_what_is_old(SYSTEM) == retention.RetentionReport()


@pytest.mark.parametrize(
    ("moment", "months", "earlier"),
    [
        ("2026-03-31T10:00:00+00:00", 1, "2026-02-28T10:00:00+00:00"),
        ("2026-01-15T10:00:00+00:00", 24, "2024-01-15T10:00:00+00:00"),
        ("2028-02-29T00:00:00+00:00", 12, "2027-02-28T00:00:00+00:00"),
    ],
)
def test_months_are_those_of_the_calendar(moment: str, months: int, earlier: str) -> None:
    assert retention.months_before(datetime.fromisoformat(moment), months) == datetime.fromisoformat(earlier)


def test_only_the_system_withholds(stage: Stage, administrator: Actor) -> None:
    for actor in (administrator, OPERATOR, WORKER):
        with pytest.raises(Refused):
            retention.withhold_what_is_old(actor)
    with pytest.raises(Problem, match="retention_out_of_range"):
        retention.set_retention(administrator, stage.account_id, 0)


def test_everything_about_one_person_and_nothing_about_another(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, cm: Actor, store: Session
) -> None:
    stage.comment("karim", "Mine too.")
    reassuring.move_to_private(cm, comment.conversation_id)
    made = access_export.export(administrator, comment.author_id)
    told_of = json.dumps(made)
    assert json.loads(told_of) == made
    assert [version["text"] for version in made["versions"]] == [f"This is {WORDS}.", f"This is quite {WORDS}."]
    assert made["replies"][0]["text"] == f"Dear {NAME}, it is not {WORDS}."
    assert made["notes"][0]["text"] == f"{NAME} called us."
    assert [tag["name"] for tag in made["tags"]] == [NAME, "bottle"]
    assert made["drafts"][0]["text"] == f"Dear {NAME}, {WORDS}"
    assert [one["reason"] for one in made["follow_ups"]] == ["private"]
    assert made["prepared_replies"][0]["text"] == f"Dear {NAME}, {WORDS}"
    assert made["author"]["identifier"] == author_of(comment).identifier
    assert "karim" not in told_of
    assert "member_id" not in told_of
    assert deeds("author") == ["author.exported"]
    with pytest.raises(Unknown):
        access_export.export(administrator, 99)
    with pytest.raises(Refused):
        access_export.export(supervisor, comment.author_id)


def test_the_scene_is_what_it_is_meant_to_be(stage: Stage, comment: Comment, store: Session) -> None:
    held = everything(store)
    assert held.count(WORDS) >= 5
    assert store.scalars(select(OwnMessage.conversation_id)).all() == [comment.conversation_id]
    assert len(store.scalars(select(Quarantined.id)).all()) == 2
    assert store.scalars(select(Author.display_name)).all() == [NAME]
    assert len(store.scalars(select(Conversation.id)).all()) == 1


def test_an_author_called_like_a_key_takes_nobody_elses_words(
    stage: Stage, comment: Comment, administrator: Actor, supervisor: Actor, store: Session
) -> None:
    with writing() as current:
        crafted = Author(
            account_id=comment.account_id,
            remote_id="said",
            identifier="said",
            display_name="said",
            first_seen_at=clock.now(),
        )
        current.add(crafted)
    before = payloads(store)
    erase(administrator, supervisor, crafted.id)
    assert payloads(store) == before


def payloads(store: Session) -> list[str | None]:
    store.expire_all()
    kept: list[str | None] = list(store.scalars(select(RawPayload.payload).order_by(RawPayload.id)))
    return kept + list(store.scalars(select(Quarantined.payload).order_by(Quarantined.id)))


def test_nobody_makes_their_own_second_member(
    stage: Stage, comment: Comment, administrator: Actor, make_member: MakeMember
) -> None:
    member, _ = members.add_member(administrator, "puppet@example.org", [Role.SUPERVISOR])
    puppet = members.actor_of(member)
    asked = erasure.request(administrator, comment.author_id)
    with pytest.raises(Problem, match="second_member_made_by_first"):
        erasure.confirm(puppet, asked.id)
    erasure.decline(make_member(Role.SUPERVISOR), asked.id)
    asked = erasure.request(puppet, comment.author_id)
    with pytest.raises(Problem, match="second_member_made_by_first"):
        erasure.confirm(administrator, asked.id)


def test_a_shorter_retention_is_told_and_has_a_floor(stage: Stage, comment: Comment, administrator: Actor) -> None:
    retention.set_retention(administrator, comment.account_id, 12)
    assert told()[-1] == "supervisor retention_shortened"
    with pytest.raises(Problem, match="retention_out_of_range"):
        retention.set_retention(administrator, comment.account_id, 5)
