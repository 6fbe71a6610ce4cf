"""What is put before the supervisors: told, visible, in the trail, and nothing called."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DBAPIError

from inbox import notices
from inbox.answering import escalations
from inbox.connectors.base import networks
from inbox.extensions import session, writing
from inbox.models import Comment, Concern, Escalation
from inbox.permissions import OPERATOR, Actor, Refused
from inbox.problems import Problem, Unknown
from tests.answering.stage import Stage, deeds


def test_the_supervisors_are_told_and_everybody_sees_it(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    conversation_id = stage.comment(text="I will come to your shop.")
    comment = session().query(Comment).one()
    escalations.escalate(cm, conversation_id, Concern.THREAT, comment_id=comment.id, note=" She means it. ")
    (shown,) = escalations.of_conversation(cm, conversation_id)
    assert (shown.concern, shown.comment_id, shown.note, shown.member_name) == (
        Concern.THREAT,
        comment.id,
        "She means it.",
        "Cm",
    )
    (notice,) = notices.recent(supervisor)
    assert (notice.code, notice.object_type, notice.object_id) == ("escalated", "conversation", str(conversation_id))
    assert "escalated" in deeds("conversation", conversation_id)[-1]
    assert "She means it." not in str(notice.params)


def test_nothing_is_called(stage: Stage, cm: Actor) -> None:
    conversation_id = stage.comment()
    calls = len(stage.demo.calls())
    escalations.escalate(cm, conversation_id, Concern.ILLEGAL_CONTENT)
    assert len(stage.demo.calls()) == calls


def test_what_cannot_be_escalated(stage: Stage, cm: Actor) -> None:
    conversation_id = stage.comment()
    stage.comment("karim", "Mine too.")
    other = session().query(Comment).order_by(Comment.id.desc()).first()
    assert other is not None
    with pytest.raises(Unknown, match="comment_unknown"):
        escalations.escalate(cm, conversation_id, Concern.THREAT, comment_id=other.id)
    with pytest.raises(Unknown, match="conversation_unknown"):
        escalations.escalate(cm, 99, Concern.THREAT)
    with pytest.raises(Problem, match="escalation_note_too_long"):
        escalations.escalate(cm, conversation_id, Concern.THREAT, note="x" * 3000)
    with pytest.raises(Refused):
        escalations.escalate(OPERATOR, conversation_id, Concern.THREAT)


def test_it_is_not_rewritten(stage: Stage, cm: Actor) -> None:
    escalations.escalate(cm, stage.comment(), Concern.THREAT, note="She means it.")
    with pytest.raises(DBAPIError, match="no criticism"), writing() as current:
        current.execute(Escalation.__table__.update().values(note="Nothing."))  # type: ignore[attr-defined]


def test_each_network_names_its_page_for_such_things() -> None:
    for name, connector in networks().items():
        page = connector.safety_page
        assert page is None if name == "demo" else page is not None and page.startswith("https://")
        assert escalations.safety_page_of(name) == page
