"""Writing a reply: it is checked, stored once per form, and queued or noted as sent natively."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import beginning, drafts, gate, judging, submitting
from inbox.answering.finding import account_of, conversation_of, move, typed
from inbox.answering.fitness import (
    know_what_was_sent,
    reason_for_likeness,
    refuse_beside_others,
    refuse_too_long,
    refuse_unfilled,
    refuse_unseen,
    target,
    version_of,
)
from inbox.answering.telling import tell
from inbox.answering.template_filling import change_of
from inbox.extensions import writing
from inbox.measuring import waits
from inbox.models import (
    IMPORT,
    Comment,
    CommentVersion,
    Conversation,
    Reply,
    ReplyKind,
    ReplyMove,
    ReplyOrigin,
    ReplyState,
)
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem

KEY_LENGTH = 26
LONGEST_DELAY = 3600
"""Seconds a reply may count down before it leaves."""

LEEWAY = timedelta(minutes=2)
"""How far a member's or a network's clock may be ahead of ours."""

_KEY_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_FORM_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")


def write(
    actor: Actor,
    conversation_id: int,
    text: str,
    *,
    form_key: str,
    seen_up_to: int,
    answered_up_to: int | None = None,
    comment_id: int | None = None,
    template_id: int | None = None,
    template_version_id: int | None = None,
    template_filled: str = "",
    likeness_reason: str = "",
    kind: ReplyKind = ReplyKind.SUBSTANTIVE,
    promise_due_at: datetime | None = None,
    delay_seconds: int = 0,
) -> Reply:
    """Store a reply that is to leave, and ring for it. The same form sent again gives the same reply.

    Its words are judged first: an apology or an admission outside an approved core, a changed core, or a writer or
    account whose replies all wait for a supervisor, and it is submitted instead of queued.

    Args:
        form_key: from `new_form_key`, one per form.
        seen_up_to: the newest comment version of the conversation that the writer had on screen.
        answered_up_to: the newest reply of the conversation that the writer had on screen, 0 for none. Left out, as
            scripts do, they are taken to know no reply of a colleague to what they answer.
        comment_id: what it answers; left out, the newest comment on the writer's screen that is still there.
        template_id: what the writer started from.
        template_version_id: which version of it; the newest when left out.
        template_filled: what templates said before anything was changed by hand.
        likeness_reason: why nearly the same text goes to many, where the account asks for it.
        kind: what its writer says; words that only say that we look into it are a holding reply whatever they say.
        promise_due_at: by when it says that we will write again (aware).
        delay_seconds: how long it can still be taken back before it leaves, from 0 to `LONGEST_DELAY`.

    Returns:
        the reply, queued or submitted; `held_code` says why it does not leave yet.

    Raises:
        Unknown: `conversation_unknown`, `comment_unknown`, `template_unknown`.
        Conflict: `form_key_used`: this form already sent another text; `answered_meanwhile`: there is a reply that the
            writer has not seen; `reply` and `by` tell which and whose; `own_reply_leaving`: their own one to the same
            author still counts down.
        Problem: it cannot be sent as it is, and nothing was stored: `reply_empty`, `reply_too_long`,
            `placeholder_left`, `promise_in_past`, `likeness_reason_needed`, `account_imported`,
            `account_not_connected`, `comment_gone`, `seen_unknown`, or the code with which the network restricts
            replies under the comment; then mark an answer as sent natively.
    """
    require(actor, Permission.REPLIES_WRITE)
    clean = typed(text, empty="reply_empty")
    if not 0 <= delay_seconds <= LONGEST_DELAY:
        raise Problem("delay_out_of_range", most=LONGEST_DELAY)
    due_at = clock.as_utc(promise_due_at) if promise_due_at is not None else None
    if due_at is not None and due_at <= clock.now():
        raise Problem("promise_in_past")

    know_what_was_sent(conversation_id)

    def compose(current: Session, conversation: Conversation, reply: Reply) -> Told:
        refuse_beside_others(current, conversation, actor.member_id, seen_up_to, answered_up_to)
        account = account_of(current, conversation.account_id)
        judged = judging.judge(current, account, conversation, clean, member_id=actor.member_id, lock=True)
        if not account.connected and (account.network != IMPORT or judged.held_code is None):
            raise Problem(
                "account_imported" if account.network == IMPORT else "account_not_connected", account=account.name
            )
        comment = target(current, conversation, comment_id, seen_up_to)
        refuse_too_long(account, clean)
        refuse_unfilled(current, template_id, template_filled, clean)
        reply.likeness_reason = reason_for_likeness(current, account, conversation, judged.rest, likeness_reason)
        reply.comment_id, reply.target_remote_id = comment.id, comment.remote_id
        reply.kind = ReplyKind.HOLDING if gate.only_holds(clean) else kind
        reply.promise_due_at = due_at
        if template_id is not None:
            reply.template_id = template_id
            reply.template_version_id = version_of(current, template_id, template_version_id).id
            reply.template_change = change_of(template_filled, clean) if template_filled else None
        submitting.decide(current, reply, judged, delay=timedelta(seconds=delay_seconds))

        def told() -> None:
            beginning.note_written(current, reply)
            submitting.tell_decided(current, actor, reply, judged)

        return told

    reply, new = _store(actor, conversation_id, clean, form_key, seen_up_to, ReplyOrigin.INBOX, compose)
    if not new and (comment_id is not None and reply.comment_id != comment_id):
        raise Conflict("form_key_used")
    return reply


def mark_sent_natively(
    actor: Actor,
    conversation_id: int,
    text: str,
    *,
    form_key: str,
    seen_up_to: int,
    sent_at: datetime | None = None,
    url: str | None = None,
) -> Reply:
    """Note that the conversation was answered in the network's own app; collection confirms it once it sees it there.

    It covers what its writer had seen and what was posted before it, nothing else.

    Args:
        sent_at: when it was published (aware); now when left out.
        url: where it can be read.

    Raises:
        Unknown: `conversation_unknown`.
        Conflict: `form_key_used`.
        Problem: `reply_empty`, `seen_unknown`, `sent_in_future`, `sent_before_comment`, `url_unusable`.
    """
    require(actor, Permission.REPLIES_WRITE)
    clean = typed(text, empty="reply_empty")
    at = clock.now() if sent_at is None else clock.as_utc(sent_at)
    if at > clock.now() + LEEWAY:
        raise Problem("sent_in_future")
    address = readable_address(url)

    def compose(current: Session, conversation: Conversation, reply: Reply) -> Told:
        covered = current.execute(
            select(CommentVersion.id, CommentVersion.comment_id)
            .join(Comment, Comment.id == CommentVersion.comment_id)
            .where(
                Comment.conversation_id == conversation.id,
                CommentVersion.id <= seen_up_to,
                CommentVersion.written_at <= at,
            )
            .order_by(CommentVersion.id.desc())
            .limit(1)
        ).first()
        if covered is None:
            raise Problem("sent_before_comment")
        reply.seen_up_to, reply.comment_id = covered.id, covered.comment_id
        reply.sent_at, reply.url = at, address
        if gate.only_holds(clean):
            reply.kind = ReplyKind.HOLDING
        move(reply, ReplyMove.SEEN_SENT)

        def told() -> None:
            waits.settle(current, [conversation.id])
            tell(current, actor, reply, "reply.marked_natively")

        return told

    reply, _ = _store(actor, conversation_id, clean, form_key, seen_up_to, ReplyOrigin.NATIVE, compose)
    return reply


def readable_address(url: str | None) -> str | None:
    """An address at which a published reply can be read; None where none was given.

    Raises:
        Problem: `url_unusable`.
    """
    if not url:
        return None
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise Problem("url_unusable")
    return url


_OF_FORM = select(Reply).where(Reply.form_key == bindparam("key"))

Told = Callable[[], None]
"""What is still to be noted and told once the reply has its number."""

Compose = Callable[[Session, Conversation, Reply], Told]


def _store(
    actor: Actor,
    conversation_id: int,
    text: str,
    form_key: str,
    seen_up_to: int,
    origin: ReplyOrigin,
    compose: Compose,
) -> tuple[Reply, bool]:
    """Store one reply per form key.

    Returns:
        the reply, and whether it is new.
    """
    if not _FORM_KEY.fullmatch(form_key):
        raise Problem("form_key_unusable")
    digest = hashlib.sha256(text.encode()).hexdigest()

    def known(current: Session) -> Reply | None:
        reply = current.scalars(_OF_FORM, {"key": form_key}).first()
        if reply is not None and (reply.conversation_id, reply.text_hash, reply.origin, reply.member_id) != (
            conversation_id,
            digest,
            origin,
            actor.member_id,
        ):
            raise Conflict("form_key_used")
        return reply

    try:
        with writing() as current:
            # First: whoever waited for the lock may have waited for the very same form.
            conversation = conversation_of(current, conversation_id, lock=True)
            found = known(current)
            if found is not None:
                return found, False
            refuse_unseen(current, conversation, seen_up_to)
            reply = Reply(
                conversation=conversation,
                conversation_id=conversation.id,
                account_id=conversation.account_id,
                member_id=actor.member_id,
                origin=origin,
                state=ReplyState.DRAFT,
                text=text,
                text_hash=digest,
                seen_up_to=seen_up_to,
                form_key=form_key,
                key="".join(secrets.choice(_KEY_LETTERS) for _ in range(KEY_LENGTH)),
                created_at=clock.now(),
            )
            told = compose(current, conversation, reply)
            current.add(reply)
            current.flush()
            drafts.sent(current, reply)
            told()
            return reply, True
    except IntegrityError:
        # The same key came from another conversation at the same moment and was stored first.
        with writing() as current:
            found = known(current)
        if found is None:
            raise
        return found, False
