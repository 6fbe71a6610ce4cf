"""What became of answers that began with a template."""

from __future__ import annotations

from datetime import timedelta

from inbox import clock
from inbox.answering import conversations, outbox, templates
from inbox.answering.template_figures import DAYS, TemplateFigures, figures
from inbox.extensions import writing
from inbox.models import Account, NoAnswerReason, Purpose, Reply
from inbox.permissions import WORKER, Actor
from tests.answering.stage import Stage, later, written


def test_each_answer_counts_once_and_what_came_next_is_told(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "Thanks", {"en": "Thank you."})
    unused = templates.create(cm, "Never", {"en": "Thank you."})
    began = clock.now()
    told = {}
    for number, author in enumerate(("calm", "angry", "silent", "noted", "fresh")):
        told[author] = stage.comment(author, posted_at=began - timedelta(minutes=10 * (number + 1)), thread=author)
        at = began if author != "fresh" else began + timedelta(hours=30)
        with clock.frozen(at):
            reply = written(cm, told[author], f"Thank you, {author}, that is kind.", template_id=template.id)
            outbox.send_due(WORKER)
        with writing() as current:
            current.get_one(Reply, reply.id).template_change = number / 10
    with clock.frozen(began + timedelta(hours=2)):
        stage.comment("calm", "Thanks!", thread="calm", kind="praise")
        stage.comment("calm", "But still", thread="calm", kind="criticism")
        stage.comment("angry", "No.", thread="angry", kind="criticism")
        stage.comment("noted", "Well, ok.", thread="noted", kind="other")
        conversations.mark_no_answer(cm, told["noted"], NoAnswerReason.THANKS)
    with clock.frozen(began + timedelta(hours=31)):
        found = figures(cm)
        assert set(found) == {template.id}
        assert found[template.id] == TemplateFigures(
            uses=5,
            changed=0.2,
            changed_of=5,
            seconds=found[template.id].seconds,
            waits=5,
            calmed=2,
            continued=1,
            silent=1,
            too_early=1,
        )
        assert found[template.id].seconds == 30 * 60
        assert figures(cm, [unused.id]) == {}
    with clock.frozen(later(days=DAYS + 2)):
        assert figures(cm) == {}


def test_answers_of_a_demo_do_not_count_beside_real_ones(stage: Stage, cm: Actor) -> None:
    template = templates.create(cm, "Thanks", {"en": "Thank you."})
    written(cm, stage.comment(), "Thank you, that is kind.", template_id=template.id)
    assert figures(cm) == {}, "what has not left is no use"
    outbox.send_due(WORKER)
    assert figures(cm)[template.id].uses == 1
    with writing() as current:
        current.add(Account(network="demo", identifier="d", name="d", purpose=Purpose.DEMO, created_at=clock.now()))
    assert figures(cm)[template.id].uses == 1
