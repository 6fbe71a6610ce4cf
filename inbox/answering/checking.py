"""What would become of a text if it were sent now: told while it is written, so that nothing comes as a surprise."""

from __future__ import annotations

from inbox.answering import judging
from inbox.answering.finding import account_of, conversation_of, typed
from inbox.answering.judging import Judgement
from inbox.extensions import session
from inbox.permissions import Actor, Permission, require


def check(actor: Actor, conversation_id: int, text: str) -> Judgement | None:
    """How a text would be judged as a reply in a conversation; None while there is nothing to judge.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `text_too_long_to_store`.
    """
    require(actor, Permission.REPLIES_WRITE)
    if not text.strip():
        return None
    current = session()
    conversation = conversation_of(current, conversation_id)
    account = account_of(current, conversation.account_id)
    clean = typed(text, empty="reply_empty")
    return judging.judge(current, account, conversation, clean, member_id=actor.member_id)
