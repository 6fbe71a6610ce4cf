"""The line to take: who sees which, what has changed since they last wrote, and facts as they are now."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import facts, lines
from inbox.crisis import crises
from inbox.models import Notice, TrailRow
from inbox.permissions import Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, member, written


def said(pieces: lines.Pieces) -> str:
    return "".join(text for op, text in pieces if op != "gone")


def marked(pieces: lines.Pieces) -> str:
    marks = {"same": "", "gone": "-", "added": "+"}
    return " ".join(f"{marks[op]}{text.strip()}" for op, text in pieces if text.strip())


def write(actor: Actor, crisis_id: int | None = None, position: str = "We are looking into it.", **more: object) -> int:
    more.setdefault("language", "en")
    more.setdefault("seen_number", 0)
    return lines.write(actor, crisis_id, position, **more).number  # type: ignore[arg-type]


def test_without_a_line_there_is_none(stage: Stage, cm: Actor) -> None:
    assert lines.current(cm, stage.comment()) is None
    assert lines.of_crisis(cm, None) is None
    assert lines.versions(cm, None) == []


def test_the_line_of_the_latest_crisis_that_touches_it_comes_first(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    write(supervisor, position="Standing.")
    assert said(lines.current(cm, conversation).position) == "Standing."  # type: ignore[union-attr]
    crisis = crises.open_crisis(supervisor, "Leak", [stage.account_id])
    assert lines.current(cm, conversation).crisis is None, "it has no line yet"  # type: ignore[union-attr]
    write(supervisor, crisis.id, "The leak is stopped.")
    shown = lines.current(cm, conversation)
    assert shown is not None
    assert shown.crisis is not None
    assert (shown.crisis.name, said(shown.position), shown.writer) == ("Leak", "The leak is stopped.", "Supervisor")
    crises.close_crisis(supervisor, crisis.id)
    with clock.frozen(clock.now() + timedelta(seconds=1)):
        assert said(lines.current(cm, conversation).position) == "Standing."  # type: ignore[union-attr]
    assert said(lines.of_crisis(cm, crisis.id).position) == "The leak is stopped."  # type: ignore[union-attr]


def test_what_changed_since_the_member_last_wrote_is_marked(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    write(
        supervisor,
        position="The blue one is safe.",
        not_to_say="Nothing about the supplier.",
        questions=[("Is it safe?", "Yes, the blue one."), ("When?", "Today.")],
    )
    unwritten = lines.current(cm, conversation)
    assert unwritten is not None
    assert (unwritten.changed, unwritten.last_wrote_at) == (False, None), "who never wrote has nothing to compare"
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        written(cm, conversation)
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        same = lines.current(cm, conversation)
        assert same is not None
        assert same.changed is False
        write(
            supervisor,
            position="The blue one and the red one are safe.",
            not_to_say="Nothing about the supplier.",
            questions=[("Is it safe?", "Yes, both."), ("Who pays?", "We do.")],
            statement_url="https://brand.example/statement",
            seen_number=1,
        )
        shown = lines.current(cm, conversation)
        assert shown is not None
        assert shown.changed
        assert "+and the red one are" in marked(shown.position)
        assert "-is" in marked(shown.position)
        assert marked(shown.not_to_say) == "Nothing about the supplier."
        assert [(each.op, each.question) for each in shown.questions] == [
            ("same", "Is it safe?"),
            ("added", "Who pays?"),
            ("gone", "When?"),
        ]
        assert said(shown.questions[0].answer) == "Yes, both."
        fresh = lines.current(supervisor, conversation)
        assert fresh is not None
        assert fresh.changed is False
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        written(cm, conversation, "And again.", answered_up_to=None)
        again = lines.current(cm, conversation)
        assert again is not None
        assert again.changed is False


def test_a_line_that_is_new_since_then_is_new_as_a_whole(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation = stage.comment()
    written(cm, conversation)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        write(supervisor, position="New.")
        shown = lines.current(cm, conversation)
    assert shown is not None
    assert (shown.changed, shown.position) == (True, (("added", "New."),))


def test_facts_stand_in_it_as_they_are_now_and_their_change_is_told(
    store: Session, stage: Stage, cm: Actor, supervisor: Actor
) -> None:
    conversation = stage.comment()
    leak = facts.create(supervisor, "leak", {"en": "312 people"})
    write(supervisor, position="It affected {fact:leak}.")
    shown = lines.current(cm, conversation)
    assert shown is not None
    assert (said(shown.position), shown.stale) == ("It affected 312 people.", ())
    written(cm, conversation)
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        facts.change(supervisor, leak.id, {"en": "340 people"}, seen_number=1)
        shown = lines.current(cm, conversation)
        assert shown is not None
        assert said(shown.position) == "It affected 340 people."
        assert marked(shown.position) == "It affected -312 +340 people."
        assert [(each.fact.name, each.version.texts["en"]) for each in shown.stale] == [("leak", "312 people")]
        assert facts.stale_line_versions(store, [shown.version.id]) == {shown.version.id}
        facts.retire(supervisor, leak.id)
        shown = lines.current(cm, conversation)
        assert shown is not None
        assert said(shown.position) == "It affected 340 people.", "the last words, and the mark that it is stale"
        assert len(shown.stale) == 1


def test_versions_are_kept_told_and_compared(store: Session, stage: Stage, supervisor: Actor, cm: Actor) -> None:
    write(supervisor, position="One fact.")
    with pytest.raises(Conflict) as refused:
        write(supervisor, position="Another fact.")
    assert refused.value.code == "line_changed"
    write(supervisor, position="Another fact.", seen_number=1)
    assert [each.version.number for each in lines.versions(cm, None)] == [2, 1]
    assert marked(lines.diff(cm, None, 1, 2).position) == "-One +Another fact."
    assert marked(lines.diff(cm, None, 2, 1).position) == "-Another +One fact."
    with pytest.raises(Unknown):
        lines.diff(cm, None, 1, 3)
    assert deeds("line", 1) == ["line.written"] * 2
    row = store.scalars(select(TrailRow).order_by(TrailRow.seq.desc())).first()
    assert row is not None
    assert "Another" not in str(row.params)
    told = store.execute(select(Notice.role, Notice.code).where(Notice.code.like("%line%"))).all()
    assert set(told) == {
        (Role.SUPERVISOR, "standing_line_written"),
        (Role.COMMUNITY_MANAGER, "standing_line_written"),
    }


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"position": "  "}, "line_empty"),
        ({"questions": [("Why?", " ")]}, "line_question_half"),
        ({"questions": [("Why?", "x")] * 41}, "line_too_many_questions"),
        ({"statement_url": "javascript:alert(1)"}, "url_unusable"),
        ({"language": "English"}, "language_code_unknown"),
        ({"position": "{fact:none}"}, "fact_unknown"),
        ({"crisis_id": 7}, "crisis_unknown"),
    ],
)
def test_a_line_nobody_could_take_is_not_stored(supervisor: Actor, more: dict[str, object], code: str) -> None:
    with pytest.raises(Problem) as refused:
        write(supervisor, **more)  # type: ignore[arg-type]
    assert refused.value.code == code
    assert lines.of_crisis(supervisor, None) is None


def test_only_supervisors_write_it_and_a_closed_crisis_takes_none(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    with pytest.raises(Refused):
        write(cm)
    with pytest.raises(Refused):
        lines.current(member(Role.ANALYST, email="analyst@example.org"), stage.comment())
    crisis = crises.open_crisis(supervisor, "Leak", [stage.account_id])
    crises.close_crisis(supervisor, crisis.id)
    with pytest.raises(Conflict) as refused:
        write(supervisor, crisis.id)
    assert refused.value.code == "crisis_is_closed"
