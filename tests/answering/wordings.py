"""A wording that two members approved, and what has left, for the tests of replies that hold it."""

from __future__ import annotations

from sqlalchemy import select

from inbox.answering import apologies, outbox
from inbox.answering.apology_wording import Wording
from inbox.extensions import session
from inbox.models import (
    Apology,
    Reply,
    ReplyState,
)
from inbox.permissions import WORKER, Actor
from tests.answering.stage import Stage

CORE = "We apologise for the broken seals. Every jar is replaced by Friday."
NAMED = "{author_name}, we apologise for the broken seals. Every jar is replaced by Friday."


def approved(cm: Actor, supervisor: Actor, core: str = CORE, **options: object) -> Apology:
    apology = apologies.create(cm, "Seals", "en", Wording(core, **options))  # type: ignore[arg-type]
    seen = apologies.newest_version(session(), apology.id).binding_hash
    apologies.submit(cm, apology.id, seen_hash=seen)
    return apologies.confirm(supervisor, apology.id, seen_hash=seen)


def sent(stage: Stage) -> list[str]:
    outbox.send_due(WORKER)
    return [reply.text for reply in session().scalars(select(Reply).where(Reply.state == ReplyState.SENT))]
