"""A conversation as it is put on the screen: the post, the thread in time order, what the writer needs to answer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, select

from inbox import clock, connecting
from inbox.answering import at_hand, holds, threads
from inbox.answering.at_hand import AtHand
from inbox.answering.finding import new_form_key
from inbox.answering.rows import excerpt
from inbox.answering.threads import ShownComment, ShownReply, ThreadItem
from inbox.connectors.shapes import Length
from inbox.extensions import session, writing
from inbox.measuring import waits
from inbox.models import (
    IMPORT,
    Account,
    Author,
    CommentState,
    Conversation,
    ConversationState,
    Member,
    Note,
    Post,
    Team,
)
from inbox.permissions import Actor, Permission, require

MOST_OTHERS = 50
MOST_NOTES = 5


@dataclass(frozen=True, slots=True)
class OtherConversation:
    """Another conversation of the same author on the same account."""

    id: int
    state: ConversationState
    kind: str
    urgency: int
    comment_count: int
    last_comment_at: datetime
    waiting_since: datetime | None
    due_at: datetime | None
    assignee_id: int | None
    excerpt: str | None


class OtherNote(NamedTuple):
    """What a colleague noted in another conversation of the same author on the same account."""

    conversation_id: int
    at: datetime
    member_name: str
    text: str


@dataclass(frozen=True, slots=True)
class History:
    """What is known of an author on this account, and only there.

    Attributes:
        conversations: how many in each state, this one included.
        replies: how many of ours they got.
    """

    first_seen_at: datetime
    comments: int
    replies: int
    conversations: dict[ConversationState, int]


_NONE = dict.fromkeys(ConversationState, 0)


@dataclass(frozen=True, slots=True)
class ConversationView:
    """Everything a conversation's page shows.

    Attributes:
        at_hand: which parts of the page have anything to show.
        thread: comments, replies and notes in time order; the messages of others in the thread are `dimmed`.
        earlier_left_out: how many older items of the thread are not shown.
        seen_up_to: the newest comment version of this conversation in `thread`; goes with every reply written here.
        answered_up_to: the newest of its replies in `thread`, 0 for none; goes with every reply as well.
        waiting_others: the author's other waiting conversations on the account.
        history_others: their further ones, newest first.
        other_notes: what was noted in any of those, newest first, at most `MOST_NOTES`.
        target_comment_id: what a reply answers unless another comment is chosen; None when none is left to answer.
        can_reply: a reply can be sent from here; otherwise `can_reply_code` says why, and how else to answer.
        limit: the longest reply, counted by the network's own counting.
        held_code: why a reply would not leave at present.
        form_key: for the one form on this page.
        own_page_url: where the conversation is in the network's own app.
        opened_at: when a member first had the present wait on screen.
    """

    conversation: Conversation
    account: Account
    author: Author
    at_hand: AtHand
    post: Post | None
    network_title: str
    letter: str
    assignee: Member | None
    team: Team | None
    thread: list[ThreadItem]
    earlier_left_out: int
    seen_up_to: int | None
    answered_up_to: int
    waiting_others: list[OtherConversation]
    history_others: list[OtherConversation]
    other_notes: list[OtherNote]
    history: History
    target_comment_id: int | None
    can_reply: bool
    can_reply_code: str | None
    limit: Length
    held_code: str | None
    form_key: str
    own_page_url: str | None
    opened_at: datetime | None


def open_conversation(actor: Actor, conversation_id: int) -> ConversationView:
    """A conversation, read for the screen; that a member who may answer has it open is noted once per wait.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    here = at_hand.read(current, conversation_id, actor.member_id)
    conversation, account, author = here.conversation, here.account, here.author
    opened_at = _mark_opened(actor, here)
    items, left_out = threads.read_thread(current, conversation, replied=here.replied, noted=here.noted)
    own = [item for item in items if isinstance(item, ShownComment) and not item.dimmed]
    seen_up_to = max((version.id for comment in own for version in comment.versions), default=None)
    replies = [item.id for item in items if isinstance(item, ShownReply) and not item.dimmed]
    answerable = [comment for comment in own if comment.state is CommentState.PRESENT]
    target = answerable[-1] if answerable else None
    can_reply, code = _can_reply(account, target)
    others, counts = _others(conversation) if here.conversations > 1 else ([], _NONE | {conversation.state: 1})
    return ConversationView(
        conversation=conversation,
        account=account,
        author=author,
        at_hand=here,
        post=here.post,
        network_title=connecting.title_of(account.network),
        letter=connecting.letter_of(account.network),
        assignee=current.get(Member, conversation.assignee_id) if conversation.assignee_id else None,
        team=current.get(Team, conversation.team_id) if conversation.team_id else None,
        thread=items,
        earlier_left_out=left_out,
        seen_up_to=seen_up_to,
        answered_up_to=max(replies, default=0),
        waiting_others=[other for other in others if other.state is ConversationState.WAITING],
        history_others=[other for other in others if other.state is not ConversationState.WAITING],
        other_notes=_notes(conversation) if others else [],
        history=History(author.first_seen_at, author.comment_count, here.replies, counts),
        target_comment_id=target.id if target else None,
        can_reply=can_reply,
        can_reply_code=code,
        limit=connecting.length_of(account, ""),
        held_code=holds.why_not(current, account.id) if can_reply and here.held else None,
        form_key=new_form_key(),
        own_page_url=connecting.own_page_url(account, target.url if target else None),
        opened_at=opened_at,
    )


# Statements are built once: to build one takes longer than to run it.
_TALK = Conversation.__table__.c
_OF_AUTHOR = _TALK.author_id == bindparam("author"), _TALK.account_id == bindparam("account")
_COUNTED = select(_TALK.state, func.count(_TALK.id).label("entries")).where(*_OF_AUTHOR).group_by(_TALK.state)
_OTHERS = (
    select(*(_TALK[field.name] for field in fields(OtherConversation) if field.name != "excerpt"))
    .where(*_OF_AUTHOR, _TALK.id != bindparam("conversation"))
    .order_by((_TALK.state != ConversationState.WAITING).asc(), _TALK.last_comment_at.desc())
    .limit(MOST_OTHERS)
)


_NOTED = (
    select(Note.conversation_id, Note.written_at, Member.name, Note.text)
    .join(_TALK.id.table, _TALK.id == Note.conversation_id)
    .join(Member, Member.id == Note.member_id)
    .where(*_OF_AUTHOR, _TALK.id != bindparam("conversation"))
    .order_by(Note.written_at.desc(), Note.id.desc())
    .limit(MOST_NOTES)
)


def _notes(conversation: Conversation) -> list[OtherNote]:
    of = {"author": conversation.author_id, "account": conversation.account_id, "conversation": conversation.id}
    return [OtherNote._make(row) for row in session().connection().execute(_NOTED, of)]


def _mark_opened(actor: Actor, here: AtHand) -> datetime | None:
    if not here.waits or here.first_opened_at is not None:
        return here.first_opened_at
    if actor.member_id is None or not actor.may(Permission.REPLIES_WRITE):
        return None
    now = clock.now()
    with writing(quiet=True) as current:
        waits.mark_opened(current, here.conversation.id, now, member_id=actor.member_id)
    return now


def _can_reply(account: Account, target: ShownComment | None) -> tuple[bool, str | None]:
    if account.network == IMPORT:
        return False, "account_imported"
    if not account.connected:
        return False, holds.ACCOUNT_DISCONNECTED
    if target is None:
        return False, "comment_gone"
    if not target.can_reply:
        return False, target.can_reply_code or "reply_restricted"
    return True, None


def _others(conversation: Conversation) -> tuple[list[OtherConversation], dict[ConversationState, int]]:
    current = session()
    named = {"author": conversation.author_id, "account": conversation.account_id}
    counts = _NONE | {row.state: row.entries for row in current.connection().execute(_COUNTED, named)}
    found = current.connection().execute(_OTHERS, {**named, "conversation": conversation.id}).mappings().all()
    words = threads.newest_words(current, [other["id"] for other in found])
    beginnings = {number: None if text is None else excerpt(text) for number, text in words.items()}
    return [OtherConversation(**other, excerpt=beginnings.get(other["id"])) for other in found], counts
