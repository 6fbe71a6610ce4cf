"""Notes that name colleagues behind an @: who is told, where they are led, and whom a text names, on both engines."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from inbox import notices
from inbox.answering import conversations, noting
from inbox.answering.conversations import ShownNote
from inbox.answering.noting import Named, mentions_in, where_named
from inbox.extensions import session, writing
from inbox.models import Member, Notice
from inbox.permissions import Actor, Role
from inbox.problems import Problem, Unknown
from inbox.sharing import absences, teams
from tests.answering.stage import Stage, deeds, later, member


def told(actor: Actor) -> list[tuple[str, str, str]]:
    return [(one.code, one.object_type, one.object_id) for one in notices.recent(actor)]


def named(email: str, name: str, *roles: Role) -> Actor:
    actor = member(*(roles or (Role.COMMUNITY_MANAGER,)), email=email)
    with writing() as current:
        current.get_one(Member, actor.member_id).name = name
    return actor


def test_whoever_is_named_and_sees_conversations_is_told_once(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    elodie = named("e.durand@example.org", "Élodie Durand")
    for role in (Role.ANALYST, Role.APPROVER):
        member(role, email=f"{role.value}@example.org")
    talk = stage.comment("ines")
    words = "@elodie durand and @Supervisor: ask @analyst, @approver, not me@cm.example.org. @Élodie, @cm!"
    note = conversations.add_note(cm, talk, words)
    assert told(elodie) == told(supervisor) == [("mentioned", "note", str(note.id))]
    assert told(cm) == [], "nobody is told of what they wrote themselves"
    everybody = set(session().scalars(select(Notice.member_id)))
    assert everybody == {elodie.member_id, supervisor.member_id}, "who sees no conversations is not told of one"
    assert noting.conversation_with(elodie, note.id) == talk
    with pytest.raises(Unknown, match="note_unknown"):
        noting.conversation_with(elodie, 10**9)
    (shown,) = [item for item in conversations.open_conversation(cm, talk).thread if isinstance(item, ShownNote)]
    marked = [words[start:end] for start, end in where_named(shown.text, shown.mentions)]
    assert marked == ["@elodie durand", "@Supervisor", "@cm"]


def test_a_name_that_two_have_names_neither(stage: Stage, cm: Actor) -> None:
    first, second = named("lea.b@example.org", "Léa Blanc"), named("lea.n@example.org", "Léa Noir")
    talk = stage.comment("ines")
    conversations.add_note(cm, talk, "@Léa, have a look")
    assert told(first) == told(second) == []
    conversations.add_note(cm, talk, "@lea.n, have a look; @Léa Blanc too")
    assert [len(told(one)) for one in (first, second)] == [1, 1]


def test_handing_over_with_a_note_tells_whoever_gets_it(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    talk = stage.comment("ines")
    conversations.hand_over(cm, talk, "She asked for @Supervisor.", member_id=supervisor.member_id)
    (one,) = told(supervisor)
    assert one[:2] == ("handed_over", "note"), "one notice for one deed, and it leads to the note"
    view = conversations.open_conversation(supervisor, talk)
    assert view.assignee is not None
    assert view.assignee.id == supervisor.member_id
    assert deeds("conversation", talk) == ["conversation.assigned", "note.written"]
    north = teams.make(supervisor, "North")
    for who in (cm, supervisor):
        teams.put_in(supervisor, north.id, who.member_id or 0)
    conversations.hand_over(supervisor, talk, team_id=north.id)
    assert told(cm) == [("handed_to_team", "conversation", str(talk))]
    assert len(told(supervisor)) == 1
    for both in ({}, {"member_id": 1, "team_id": north.id}):
        with pytest.raises(Problem, match="hand_over_to_nobody"):
            conversations.hand_over(cm, talk, "x", **both)
    absences.mark(cm, cm.member_id or 0, later(hours=1))
    with pytest.raises(Problem, match="assignee_away"):
        conversations.hand_over(supervisor, talk, "Yours", member_id=cm.member_id)
    notes = [item for item in conversations.open_conversation(cm, talk).thread if isinstance(item, ShownNote)]
    assert len(notes) == 1, "what was refused has left no note"


NAMES = st.text(min_size=1, max_size=8).filter(
    lambda name: noting._folded(name).strip("@").strip() == noting._folded(name)
)


@given(before=st.text(max_size=12), name=NAMES, after=st.text(max_size=12), others=st.lists(NAMES, max_size=3))
def test_what_is_found_is_what_stands_there(before: str, name: str, after: str, others: list[str]) -> None:
    everybody = [Named(number, each, (noting._folded(each),)) for number, each in enumerate([name, *others])]
    text = f"{before}@{name}{after}"
    for found in mentions_in(text, everybody):
        words = text[found.start : found.end]
        assert words.startswith("@")
        folded = noting._folded(words[1:])
        (way,) = everybody[found.member_id].ways
        assert folded.startswith(way), "the whole of the name stands behind the sign"
        assert (found.start, found.end) in where_named(text, [words[1:]])
    spaced = f"{before} @{name} {after}"
    assert any(spaced[found.start :].startswith(f"@{name}") for found in mentions_in(spaced, everybody))
