"""Prepared replies: the same question asked by many is answered by as many replies, each opened, read and ticked.

A group is begun from people who write nearly the same, or from rows that were chosen. Nothing of it leaves before its
member has ticked every single reply, and each leaves as a reply like any other (`prepared_sending`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.answering import placeholders, prepared_watch, templates
from inbox.answering.finding import LONGEST_TYPED, typed
from inbox.answering.fitness import know_what_was_sent, said_reason
from inbox.answering.prepared_alike import Group, needs_reason
from inbox.answering.prepared_beginning import MOST_PREPARED, begin, begin_alike, seen_in
from inbox.answering.prepared_stopping import take_back_all
from inbox.answering.template_filling import fill_in
from inbox.connecting import length_of
from inbox.extensions import joined, session, writing
from inbox.measuring import waits
from inbox.models import (
    Account,
    BulkReply,
    BulkReplyState,
    Conversation,
    PreparedReply,
    PreparedState,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

__all__ = [
    "LEFT_OUT",
    "MOST_PREPARED",
    "begin",
    "begin_alike",
    "choose_template",
    "fill_everywhere",
    "find",
    "give_reason",
    "leave_out",
    "own",
    "put_away",
    "put_in",
    "refuse_unfit",
    "save",
    "tick",
    "untick",
]

LEFT_OUT = "prepared_left_out"
"""Its member took it out."""

_CAN_CHANGE = (BulkReplyState.PREPARING, BulkReplyState.STOPPED)

_KEEPS_OUT = {prepared_watch.CLAIMED: "taken_by_another", prepared_watch.ANSWERED: "prepared_answer_under_way"}
"""What whoever puts somebody back in is told, where it is not what is said of those taken out."""


def choose_template(
    actor: Actor, bulk_id: int, template_id: int, *, by: datetime | None = None, zone: tzinfo | None = None
) -> None:
    """Begin every reply of a group with a template, each with its own name and in its own language.

    What was changed by hand, or ticked, stays as it is.

    Args:
        by: by when we write again (aware), where the template says that.
        zone: the clock on which that is told; UTC when left out.

    Raises:
        Unknown: `bulk_reply_unknown`, `template_unknown`.
        Problem: `template_stale`, `template_is_retired`, `promise_in_past`.
        Conflict: `bulk_reply_not_now`.
    """
    require(actor, Permission.REPLIES_WRITE)
    if by is not None and clock.as_utc(by) <= clock.now():
        raise Problem("promise_in_past")
    listed = templates.get_template(actor, template_id)
    rows = _open_rows(bulk_id)
    filled = {
        row.id: templates.fill_for(actor, template_id, row.conversation_id, by=by, zone=zone).text for row in rows
    }
    with writing() as current:
        bulk = own(current, actor, bulk_id)
        bulk.template_id, bulk.template_version_id = listed.id, listed.version.id
        bulk.promise_due_at = clock.as_utc(by) if by is not None and listed.template.holding else None
        for row in _open(current, bulk):
            if row.ticked_at is None and row.text == row.filled and row.id in filled:
                row.text = row.filled = filled[row.id]
                row.number += 1
        params = {"template": listed.id, "version": listed.version.id}
        trail.record(current, actor, "bulk_reply.template_chosen", of=("bulk_reply", bulk.id), params=params)


def fill_everywhere(actor: Actor, bulk_id: int, values: Mapping[str, str]) -> int:
    """Put values into the places that are still open, in every reply that is not ticked.

    Returns:
        in how many something was put in.

    Raises:
        Unknown: `bulk_reply_unknown`.
        Conflict: `bulk_reply_not_now`.
    """
    require(actor, Permission.REPLIES_WRITE)
    changed = 0
    with writing() as current:
        for row in _open(current, own(current, actor, bulk_id)):
            if row.ticked_at is not None:
                continue
            by_hand = row.text != row.filled
            text = fill_in(row.text, values).text
            if text != row.text:
                row.filled = row.filled if by_hand else text
                row.text = text
                row.number += 1
                changed += 1
    return changed


def save(actor: Actor, bulk_id: int, prepared_id: int, text: str, *, number: int) -> PreparedReply:
    """Keep what one reply says now; a tick goes when its words change.

    Args:
        number: that of the save this page knows last.

    Raises:
        Unknown: `bulk_reply_unknown`, `prepared_unknown`.
        Conflict: `bulk_reply_not_now`; `prepared_elsewhere`: other words were saved from another screen.
        Problem: `text_too_long_to_store`.
    """
    require(actor, Permission.REPLIES_WRITE)
    if len(text) > LONGEST_TYPED:
        raise Problem("text_too_long_to_store", most=LONGEST_TYPED)
    with writing() as current:
        row = _one(current, own(current, actor, bulk_id), prepared_id)
        _keep(row, text, number)
    return row


def tick(actor: Actor, bulk_id: int, prepared_id: int, text: str, *, number: int) -> PreparedReply:
    """Say that one reply was read and may leave as it stands. Whoever is ticked is taken on, where they are free.

    Everything that would refuse it later is asked now; it is asked once more when it leaves.

    Returns:
        the reply, ticked; or taken out, where somebody else was quicker.

    Raises:
        Unknown: `bulk_reply_unknown`, `prepared_unknown`.
        Conflict: `bulk_reply_not_now`, `prepared_elsewhere`.
        Problem: `reply_empty`, `reply_too_long`, `placeholder_left`, `likeness_reason_needed`,
            `same_words_need_reason`, `text_too_long_to_store`.
    """
    require(actor, Permission.REPLIES_WRITE)
    clean = typed(text, empty="reply_empty")
    _know_what_was_sent(actor, bulk_id, prepared_id)
    with writing() as current:
        bulk = own(current, actor, bulk_id)
        row = _one(current, bulk, prepared_id)
        _keep(row, clean, number)
        current.flush()
        prepared_watch.look_over(current, bulk)
        if row.state is not PreparedState.OPEN:
            return row
        refuse_unfit(current, bulk, row)
        now = clock.now()
        conversation = current.get_one(Conversation, row.conversation_id)
        with joined(current):
            taken = prepared_watch.take_on(actor, conversation)
        if not taken:
            prepared_watch.take_out(current, actor, bulk, row, prepared_watch.CLAIMED)
            return row
        waits.mark_opened(current, row.conversation_id, now, member_id=actor.member_id)
        waits.mark_drafted(current, row.conversation_id, now, member_id=actor.member_id)
        row.ticked_at = now
        params = {"conversation": row.conversation_id}
        trail.record(current, actor, "prepared_reply.ticked", of=("bulk_reply", bulk.id), params=params)
    return row


def untick(actor: Actor, bulk_id: int, prepared_id: int) -> PreparedReply:
    """Take a tick back.

    Raises:
        Unknown: `bulk_reply_unknown`, `prepared_unknown`.
        Conflict: `bulk_reply_not_now`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        row = _one(current, own(current, actor, bulk_id), prepared_id)
        row.ticked_at = None
    return row


def leave_out(actor: Actor, bulk_id: int, prepared_id: int) -> PreparedReply:
    """Take one reply out; its person waits on, and can be put back in.

    Raises:
        Unknown: `bulk_reply_unknown`, `prepared_unknown`.
        Conflict: `bulk_reply_not_now`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        bulk = own(current, actor, bulk_id)
        row = _one(current, bulk, prepared_id)
        prepared_watch.take_out(current, actor, bulk, row, LEFT_OUT)
    return row


def put_in(actor: Actor, bulk_id: int, prepared_id: int) -> PreparedReply:
    """Put one back in that was taken out, with everything that was written meanwhile on screen; it is to be read anew.

    An answer that has left stands in the row; one that is under way keeps its person out, whoever gives it.

    Raises:
        Unknown: `bulk_reply_unknown`, `prepared_unknown`.
        Conflict: `bulk_reply_not_now`; `prepared_not_waiting`: nobody waits there any more; `taken_by_another`;
            `prepared_answer_under_way`, `prepared_being_written`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        bulk = own(current, actor, bulk_id)
        row = _one(current, bulk, prepared_id, state=PreparedState.OUT)
        seen = seen_in(current, [row.conversation_id])
        if not seen:
            raise Conflict("prepared_not_waiting")
        _, row.seen_up_to, row.answered_up_to = seen[0]
        row.prepared_at, row.state, row.ticked_at = clock.now(), PreparedState.OPEN, None
        row.code = row.out_by = row.settled_at = None
        current.flush()
        why = prepared_watch.look_over(current, bulk).get(row.id)
        if why is not None:
            raise Conflict(_KEEPS_OUT.get(why, why))
        params = {"conversation": row.conversation_id}
        trail.record(current, actor, "prepared_reply.put_in", of=("bulk_reply", bulk.id), params=params)
    return row


def give_reason(actor: Actor, bulk_id: int, reason: str) -> None:
    """Say why nearly the same words go to several; kept with every reply that needs it.

    Raises:
        Unknown: `bulk_reply_unknown`.
        Problem: `reason_empty`, `likeness_reason_short`.
        Conflict: `bulk_reply_not_now`.
    """
    require(actor, Permission.REPLIES_WRITE)
    words = said_reason(reason) if reason.strip() else ""
    with writing() as current:
        bulk = own(current, actor, bulk_id)
        if bulk.likeness_reason == words:
            return
        bulk.likeness_reason = words
        if not words:
            current.flush()
            group = Group(current, bulk)
            for row in _open(current, bulk):
                if row.ticked_at is not None and needs_reason(current, bulk, row, group):
                    row.ticked_at = None


def put_away(actor: Actor, bulk_id: int) -> None:
    """Give a group up: nothing of it leaves any more, and its words are let go of.

    Raises:
        Unknown: `bulk_reply_unknown`.
        Conflict: `bulk_reply_not_now`.
    """
    require(actor, Permission.REPLIES_WRITE)
    with writing() as current:
        bulk = own(current, actor, bulk_id)
        take_back_all(current, actor, bulk)
        bulk.state, bulk.finished_at = BulkReplyState.PUT_AWAY, clock.now()
        for row in current.scalars(select(PreparedReply).where(PreparedReply.bulk_id == bulk.id)):
            row.text = row.filled = ""
        trail.record(current, actor, "bulk_reply.put_away", of=("bulk_reply", bulk.id))


def refuse_unfit(current: Session, bulk: BulkReply, row: PreparedReply, group: Group | None = None) -> None:
    """Let nothing be ticked that could not be sent as it stands.

    Args:
        group: the words of the group, where they are at hand already.

    Raises:
        Problem: as `tick`.
    """
    account = current.get_one(Account, current.get_one(Conversation, row.conversation_id).account_id)
    if not row.text.strip():
        raise Problem("reply_empty")
    length = length_of(account, row.text)
    if not length.fits:
        raise Problem("reply_too_long", used=length.used, limit=length.limit)
    # Nobody types a place by chance into one of forty: whatever looks like one is a place that was forgotten.
    left = placeholders.names_in(row.text)
    if left:
        raise Problem("placeholder_left", name=left[0])
    found = needs_reason(current, bulk, row, group)
    if found and not bulk.likeness_reason:
        raise Problem("same_words_need_reason" if found.same else "likeness_reason_needed", people=found.people)


def find(current: Session, actor: Actor, bulk_id: int) -> BulkReply:
    """A group, for its member.

    Raises:
        Unknown: `bulk_reply_unknown`: there is none, or it is a colleague's.
    """
    bulk = current.get(BulkReply, bulk_id, populate_existing=True)
    if bulk is None or actor.member_id is None or bulk.member_id != actor.member_id:
        raise Unknown("bulk_reply_unknown")
    return bulk


def own(current: Session, actor: Actor, bulk_id: int) -> BulkReply:
    """A group, locked, whose replies its member may change at this moment.

    Raises:
        Unknown: `bulk_reply_unknown`.
        Conflict: `bulk_reply_not_now`: it is being sent, or over.
    """
    find(current, actor, bulk_id)
    bulk = current.get_one(BulkReply, bulk_id, populate_existing=True, with_for_update={"key_share": True})
    if bulk.state not in _CAN_CHANGE:
        raise Conflict("bulk_reply_not_now")
    return bulk


def _one(
    current: Session, bulk: BulkReply, prepared_id: int, *, state: PreparedState = PreparedState.OPEN
) -> PreparedReply:
    row = current.get(PreparedReply, prepared_id, populate_existing=True, with_for_update={"key_share": True})
    if row is None or row.bulk_id != bulk.id:
        raise Unknown("prepared_unknown")
    if row.state is not state:
        raise Conflict("bulk_reply_not_now")
    return row


def _know_what_was_sent(actor: Actor, bulk_id: int, prepared_id: int) -> None:
    find(session(), actor, bulk_id)
    row = session().get(PreparedReply, prepared_id)
    if row is not None:
        know_what_was_sent(row.conversation_id)


def _open(current: Session, bulk: BulkReply) -> list[PreparedReply]:
    return list(
        current.scalars(
            select(PreparedReply)
            .where(PreparedReply.bulk_id == bulk.id, PreparedReply.state == PreparedState.OPEN)
            .order_by(PreparedReply.position)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def _open_rows(bulk_id: int) -> list[PreparedReply]:
    return list(
        session().scalars(
            select(PreparedReply).where(PreparedReply.bulk_id == bulk_id, PreparedReply.state == PreparedState.OPEN)
        )
    )


def _keep(row: PreparedReply, text: str, number: int) -> None:
    words = text.replace("\r\n", "\n")
    if words.strip() == row.text.strip():
        return
    if number != row.number:
        raise Conflict("prepared_elsewhere")
    row.text, row.ticked_at = words, None
    row.number += 1
