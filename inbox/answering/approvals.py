"""Replies that wait for approval: confirmed by a second member, returned with words, or edited in place.

What is confirmed is a hash: a form that shows an older text confirms nothing.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.answering import gate, judging, placeholders, submitting
from inbox.answering.finding import account_of, conversation_of, move, reply_of, typed
from inbox.answering.fitness import refuse_second, refuse_too_long
from inbox.answering.standing_behind import check_second, complete, needed_for, still_standing
from inbox.answering.telling import tell
from inbox.extensions import writing
from inbox.models import (
    Account,
    Conversation,
    Reply,
    ReplyKind,
    ReplyMove,
    ReplyReturn,
    ReplyState,
    Stage,
    hash_of_words,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem


def confirm(actor: Actor, reply_id: int, *, seen_hash: str) -> Reply:
    """Stand behind the text that was seen. With enough different members behind it, it leaves.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_changed`: it is not the text that was on screen; `reply_not_now`: it does not wait;
            `confirmed_already`: one member is one member.
        Problem: `member_needed`, `second_member_made_by_first`; `reply_of_another`: whoever may not approve accepts
            only what they wrote themselves; `fact_changed`: it says what is no longer so.
    """
    _require_part(actor)
    with writing() as current:
        _, account, reply = _waiting(current, reply_id, seen_hash)
        if actor.member_id is None:
            raise Problem("member_needed")
        if judging.says_what_changed(current, reply):
            raise Problem("fact_changed")
        approves = submitting.may_approve(actor, reply)
        if not approves and actor.member_id != reply.member_id:
            raise Problem("reply_of_another", 403)
        check_second(current, actor.member_id, [one.member_id for one in judging.behind_now(current, reply)])
        submitting.stand_behind(current, actor, reply)
        behind = still_standing(current, judging.behind_now(current, reply), submitting.right_over(reply))
        if complete(behind, needed_for(current, account.id)):
            submitting.release(current, actor, reply, account)
            _tell_writer(current, actor, reply, "reply_approved")
        else:
            tell(current, actor, reply, "reply.confirmed")
    return reply


def send_back(actor: Actor, reply_id: int, words: str, *, seen_hash: str) -> Reply:
    """Return a reply to its writer, saying what is to be changed.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_changed`, `reply_not_now`.
        Problem: `return_words_empty`, `member_needed`.
    """
    require(actor, Permission.REPLIES_APPROVE)
    clean = typed(words, empty="return_words_empty")
    with writing() as current:
        _, _, reply = _waiting(current, reply_id, seen_hash)
        if actor.member_id is None:
            raise Problem("member_needed")
        move(reply, ReplyMove.RETURN)
        current.add(
            ReplyReturn(
                reply_id=reply.id,
                conversation_id=reply.conversation_id,
                text_hash=reply.text_hash,
                member_id=actor.member_id,
                words=clean,
                at=clock.now(),
            )
        )
        submitting.note_stage(current, actor, reply, Stage.RETURNED)
        tell(current, actor, reply, "reply.returned")
        _tell_writer(current, actor, reply, "reply_returned")
    return reply


def edit(actor: Actor, reply_id: int, text: str, *, seen_hash: str) -> Reply:
    """Change a reply that waits for approval or was returned.

    Its writer's new words are judged afresh and may leave at once. A member with the right to approve edits in place:
    the reply waits with their confirmation, and leaves once another member accepts it.

    Raises:
        Unknown: `reply_unknown`.
        Conflict: `reply_changed`, `reply_not_now`; `reply_returned_unchanged`: these very words were returned;
            `answered_meanwhile`: a colleague answered since it was written.
        Problem: `reply_empty`, `reply_too_long`, `placeholder_left`, `member_needed`; `reply_of_another`: neither its
            writer nor allowed to approve it.
    """
    _require_part(actor)
    clean = typed(text, empty="reply_empty")
    with writing() as current:
        conversation, account, reply = _waiting(current, reply_id, seen_hash, returned_too=True)
        if actor.member_id is None:
            raise Problem("member_needed")
        own = actor.member_id == reply.member_id
        if not own and not submitting.may_approve(actor, reply):
            raise Problem("reply_of_another", 403)
        if judging.was_returned(current, reply.id, hash_of_words(clean)):
            raise Conflict("reply_returned_unchanged")
        if own:
            refuse_second(current, conversation, reply.id)
        if left := placeholders.names_in(clean):
            raise Problem("placeholder_left", name=left[0])
        refuse_too_long(account, clean)
        judged = judging.judge(
            current, account, conversation, clean, member_id=reply.member_id, reply_id=reply.id, lock=True
        )
        reply.text, reply.text_hash = clean, hash_of_words(clean)
        if gate.only_holds(clean):
            reply.kind = ReplyKind.HOLDING
        if own and (account.connected or judged.held_code is not None):
            submitting.decide(current, reply, judged)
            current.flush()
            submitting.tell_decided(current, actor, reply, judged)
        else:
            if reply.state is ReplyState.RETURNED:
                move(reply, ReplyMove.SUBMIT)
            reply.gate_outcome, reply.submitted_at = judged.outcome, clock.now()
            current.flush()
            submitting.note_cores(current, reply, judged)
            submitting.add_version(current, actor, reply)
            submitting.stand_behind(current, actor, reply)
            submitting.note_stage(current, actor, reply, Stage.SUBMITTED)
            tell(current, actor, reply, "reply.edited_in_place")
            _tell_writer(current, actor, reply, "reply_edited")
    return reply


def _waiting(
    current: Session, reply_id: int, seen_hash: str, *, returned_too: bool = False
) -> tuple[Conversation, Account, Reply]:
    """A reply that waits, locked behind its conversation as everywhere, if it still says what was seen."""
    conversation = conversation_of(current, reply_of(current, reply_id).conversation_id, lock=True)
    reply = reply_of(current, reply_id, lock=True)
    waits = {ReplyState.SUBMITTED, ReplyState.RETURNED} if returned_too else {ReplyState.SUBMITTED}
    if reply.state not in waits:
        raise Conflict("reply_not_now", id=reply.id, move="approve", state=reply.state.value)
    if reply.text_hash != seen_hash:
        raise Conflict("reply_changed")
    return conversation, account_of(current, reply.account_id), reply


def _require_part(actor: Actor) -> None:
    """Whoever writes replies may accept or edit their own, whoever approves them anybody's."""
    if not actor.may(Permission.REPLIES_WRITE):
        require(actor, Permission.REPLIES_APPROVE)


def _tell_writer(current: Session, actor: Actor, reply: Reply, code: str) -> None:
    if reply.member_id is not None and reply.member_id != actor.member_id:
        notices.tell_member(current, reply.member_id, code, of=("reply", reply.id), params={"actor": actor.name})
