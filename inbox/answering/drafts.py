"""Half-written replies: kept as they are typed, per member and conversation, until they are sent.

What is kept are words about a person: an erasure reaches them (`collecting.withholding`).
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering.finding import LONGEST_TYPED, conversation_of, new_form_key
from inbox.extensions import session, writing
from inbox.models import Draft, Presence, Reply, ReplyKind, ReplyTemplate, ReplyTemplateVersion
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem

SHORTEST_KEY, LONGEST_KEY = 8, 64


def save(
    actor: Actor,
    conversation_id: int,
    text: str,
    *,
    form_key: str,
    screen: str,
    number: int,
    template_id: int | None = None,
    template_version_id: int | None = None,
    filled: str = "",
    holding: bool = False,
) -> Draft | None:
    """Keep what a member has written so far. An empty text keeps nothing, and lets go of what was kept.

    Args:
        form_key: of the form it is typed into.
        screen: a name the page gave itself; saves of the same page follow each other without asking.
        number: that of the draft this page knows last, 0 for none.

    Returns:
        the draft; None where there is nothing to keep: it was sent meanwhile, or nothing was typed.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `draft_elsewhere`: the member wrote other words on another screen; `number` tells which.
        Problem: `member_needed`, `form_key_unusable`, `text_too_long_to_store`.
    """
    require(actor, Permission.REPLIES_WRITE)
    if actor.member_id is None:
        raise Problem("member_needed")
    if not SHORTEST_KEY <= len(form_key) <= LONGEST_KEY or len(screen) > LONGEST_KEY:
        raise Problem("form_key_unusable")
    if max(len(text), len(filled)) > LONGEST_TYPED:
        raise Problem("text_too_long_to_store", most=LONGEST_TYPED)
    kept = _Typed(text, form_key, screen, number, template_id, template_version_id, filled, holding)
    try:
        return _save(actor.member_id, conversation_id, kept)
    except IntegrityError:
        # Another screen of the member kept the first words here at the same moment.
        return _save(actor.member_id, conversation_id, kept)


class _Typed(NamedTuple):
    text: str
    form_key: str
    screen: str
    number: int
    template_id: int | None
    template_version_id: int | None
    filled: str
    holding: bool


def _save(member_id: int, conversation_id: int, typed: _Typed) -> Draft | None:
    with writing() as current:
        conversation_of(current, conversation_id)
        if current.scalar(select(Reply.id).where(Reply.form_key == typed.form_key)) is not None:
            # A save that was on its way while the reply was sent.
            return None
        draft = _locked(current, member_id, conversation_id)
        empty = not typed.text.strip()
        if draft is None and empty:
            return None
        template_id = _there(current, ReplyTemplate, typed.template_id)
        version_id = _there(current, ReplyTemplateVersion, typed.template_version_id)
        if draft is None:
            draft = Draft(member_id=member_id, conversation_id=conversation_id, number=0)
            current.add(draft)
        elif _unseen_elsewhere(draft, typed):
            raise Conflict("draft_elsewhere", number=draft.number)
        draft.number += 1
        draft.text, draft.filled = ("", "") if empty else (typed.text, typed.filled)
        draft.form_key, draft.screen, draft.holding = typed.form_key, typed.screen, typed.holding
        draft.template_id, draft.template_version_id, draft.saved_at = template_id, version_id, clock.now()
        if empty:
            draft.stopped_id = None
        current.flush()
        return draft


def _unseen_elsewhere(draft: Draft, typed: _Typed) -> bool:
    """Whether a save would overwrite words that the screen it comes from has not shown."""
    if not draft.text.strip() or draft.text == typed.text:
        return False
    return draft.screen != typed.screen and draft.number != typed.number


def of(actor: Actor, conversation_id: int) -> Draft | None:
    """What the member has half-written in a conversation; None where there is nothing."""
    require(actor, Permission.REPLIES_WRITE)
    return (
        session()
        .scalars(
            select(Draft)
            .where(Draft.member_id == actor.member_id, Draft.conversation_id == conversation_id, Draft.text != "")
            .execution_options(populate_existing=True)
        )
        .first()
    )


def sent(current: Session, reply: Reply) -> None:
    """The draft became `reply`, in the transaction of the reply: what was sent is kept here no more.

    An author whom they took on by writing stays theirs from now on, whether they are at their screen or not.
    """
    here = {"member": reply.member_id, "conversation": reply.conversation_id}
    current.connection().execute(_SENT, {**here, "key": reply.form_key, "words": reply.text})
    current.connection().execute(_UNCLAIMED, here)


# Built once, since every reply that is written asks for them.
_D, _P = Draft.__table__.c, Presence.__table__.c
_SENT = (
    update(Draft)
    .where(
        _D.member_id == bindparam("member"),
        _D.conversation_id == bindparam("conversation"),
        or_(_D.form_key == bindparam("key"), _D.text == bindparam("words")),
    )
    .values(text="", filled="", stopped_id=None, number=_D.number + 1)
)
_UNCLAIMED = (
    update(Presence)
    .where(_P.member_id == bindparam("member"), _P.conversation_id == bindparam("conversation"))
    .values(claimed_until=None)
)


def put_back(current: Session, reply: Reply) -> None:
    """The words of a reply that did not leave go back to its writer's composer, before what they typed there since."""
    if reply.member_id is None:
        return
    draft = _locked(current, reply.member_id, reply.conversation_id)
    if draft is None:
        draft = Draft(member_id=reply.member_id, conversation_id=reply.conversation_id, number=0, text="", filled="")
    since = "" if draft.text.strip() == reply.text else draft.text.strip()
    draft.text = f"{reply.text}\n\n{since}" if since else reply.text
    draft.number += 1
    # Its own form has been used: what is sent next is another reply.
    draft.form_key, draft.screen = new_form_key(), ""
    draft.template_id, draft.template_version_id = reply.template_id, reply.template_version_id
    draft.holding, draft.stopped_id, draft.saved_at = reply.kind is ReplyKind.HOLDING, reply.id, clock.now()
    current.add(draft)
    current.flush()


def _locked(current: Session, member_id: int, conversation_id: int) -> Draft | None:
    return current.scalars(
        select(Draft)
        .where(Draft.member_id == member_id, Draft.conversation_id == conversation_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).first()


def _there(current: Session, of: type[ReplyTemplate | ReplyTemplateVersion], number: int | None) -> int | None:
    """A number that a form brought, where it names something."""
    return number if number is not None and current.get(of, number) is not None else None
