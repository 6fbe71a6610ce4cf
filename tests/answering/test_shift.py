"""The end of a shift: what stands open, who gets it, and what is kept of it, on both engines."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from inbox import notices
from inbox.answering import conversations, drafts, outbox, shift
from inbox.answering.shift import Kind
from inbox.collecting import erasure
from inbox.extensions import session
from inbox.models import Author, Conversation, HandOver, ReplyKind
from inbox.permissions import WORKER, Actor, Role
from inbox.problems import Problem, Unknown
from inbox.sharing import teams
from tests.answering.stage import Stage, deeds, later, member, written


def kinds(actor: Actor) -> list[tuple[Kind, int]]:
    return [(one.item.kind, one.item.conversation_id) for one in shift.overview(actor)]


def held_by(conversation_id: int) -> tuple[int | None, int | None]:
    row = session().get_one(Conversation, conversation_id, populate_existing=True)
    return row.assignee_id, row.team_id


@pytest.fixture
def day(stage: Stage, cm: Actor) -> dict[str, int]:
    """A day of the community manager, with something open of every kind."""
    talks = {name: stage.comment(name) for name in ("held", "snoozed", "promised", "approval", "draft", "free")}
    for name in ("held", "snoozed"):
        conversations.assign(cm, talks[name], cm.member_id)
    conversations.snooze(cm, talks["snoozed"], later(hours=2))
    promise = written(cm, talks["promised"], "We look into it.", kind=ReplyKind.HOLDING, promise_due_at=later(hours=3))
    outbox.send_one(WORKER, promise.id)
    written(cm, talks["approval"], "We are sorry: it was our fault.")
    drafts.save(cm, talks["draft"], "Dear", form_key="k" * 24, screen="s", number=0)
    return talks


def test_what_stands_open(stage: Stage, cm: Actor, supervisor: Actor, day: dict[str, int]) -> None:
    assert kinds(cm) == [
        (Kind.HELD, day["held"]),
        (Kind.SNOOZED, day["snoozed"]),
        (Kind.PROMISED, day["promised"]),
        (Kind.APPROVAL, day["approval"]),
        (Kind.DRAFT, day["draft"]),
    ]
    due = {one.item.kind: one.item.at for one in shift.overview(cm)}
    assert (due[Kind.SNOOZED], due[Kind.PROMISED]) == (later(hours=2), later(hours=3))
    assert kinds(supervisor) == []
    with pytest.raises(Problem, match="hand_over_empty"):
        shift.give(supervisor, " ", member_id=cm.member_id)


def test_a_colleague_gets_it_and_holds_it_where_that_is_ticked(
    stage: Stage, cm: Actor, supervisor: Actor, day: dict[str, int]
) -> None:
    made = shift.give(cm, "The tone turns: be brief.", member_id=supervisor.member_id, pass_on=True)
    assert held_by(day["held"]) == held_by(day["snoozed"]) == (supervisor.member_id, None)
    assert held_by(day["free"]) == (None, None)
    assert (Kind.HELD, day["held"]) in kinds(supervisor)
    notice = notices.recent(supervisor)[0]
    assert (notice.code, notice.object_type, notice.object_id) == ("shift_handed_over", "hand_over", str(made.id))
    assert deeds("hand_over", made.id) == ["shift.handed_over"]
    shown, items = shift.read(supervisor, made.id)
    assert (shown.by, shown.to_member, shown.noticed, shown.passed_on) == (
        "Cm",
        "Supervisor",
        "The tone turns: be brief.",
        True,
    )
    assert [one.item.kind for one in items] == [Kind.HELD, Kind.SNOOZED, Kind.PROMISED, Kind.APPROVAL, Kind.DRAFT]
    assert items[1].item.at == later(hours=2)
    assert (
        [one.id for one in shift.given_and_got(cm)] == [one.id for one in shift.given_and_got(supervisor)] == [made.id]
    )
    third = member(Role.COMMUNITY_MANAGER, email="third@example.org")
    assert shift.given_and_got(third) == []
    with pytest.raises(Unknown, match="hand_over_unknown"):
        shift.read(third, made.id)
    chief = member(Role.SUPERVISOR, email="chief@example.org")
    assert shift.read(chief, made.id)[0].noticed == "The tone turns: be brief."
    with pytest.raises(Unknown, match="hand_over_unknown"):
        shift.read(cm, 10**9)


def test_a_team_gets_it_and_who_holds_what_stays_where_nothing_is_ticked(
    stage: Stage, cm: Actor, supervisor: Actor, day: dict[str, int]
) -> None:
    north = teams.make(supervisor, "North")
    for who in (cm, supervisor):
        teams.put_in(supervisor, north.id, who.member_id or 0)
    shift.give(cm, team_id=north.id)
    assert held_by(day["held"]) == (cm.member_id, None)
    told = [one.code for one in notices.recent(supervisor)]
    assert told.count("shift_handed_over") == 1
    assert notices.recent(cm) == []
    got = shift.given_and_got(supervisor)[0]
    colleague, outsider = (member(Role.COMMUNITY_MANAGER, email=f"{who}@example.org") for who in ("in", "out"))
    teams.put_in(supervisor, north.id, colleague.member_id or 0)
    assert shift.read(colleague, got.id)[0].to_team == "North"
    with pytest.raises(Unknown, match="hand_over_unknown"):
        shift.read(outsider, got.id)
    shift.give(cm, team_id=north.id, pass_on=True)
    assert held_by(day["held"]) == (None, north.id)
    for whom, code in (
        ({}, "hand_over_to_nobody"),
        ({"member_id": cm.member_id}, "hand_over_to_self"),
        ({"member_id": 10**9}, "assignee_unfit"),
    ):
        with pytest.raises(Problem, match=code):
            shift.give(cm, "x", **whom)


def test_it_holds_no_words_of_a_person_but_those_that_an_erasure_reaches(
    stage: Stage, cm: Actor, supervisor: Actor, day: dict[str, int]
) -> None:
    made = shift.give(cm, "Draft Held is very hurt", member_id=supervisor.member_id)
    stored = json.dumps(session().get_one(HandOver, made.id).items).lower()
    assert "held" in stored
    assert "is it safe" not in stored
    author = session().scalars(select(Author).where(Author.identifier == "held")).one()
    administrator = member(Role.ADMINISTRATOR, email="admin@example.org")
    asked = erasure.request(supervisor, author.id)
    (remark,) = [one for one in erasure.remarks(administrator, asked.id) if one.kind == "hand_over"]
    erasure.confirm(administrator, asked.id, hand_overs=[remark.id])
    shown, items = shift.read(cm, made.id)
    assert shown.noticed == ""
    assert items[0].author_identifier == f"person-{author.id}"
