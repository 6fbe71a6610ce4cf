"""Finding what a deed is about, locked for the deed, and moving it: what all rooms of answering share."""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.orm import Session

from inbox.models import (
    Account,
    Conversation,
    ConversationMove,
    NotNow,
    Reply,
    ReplyMove,
    move_conversation,
    move_reply,
)
from inbox.models.reply import AWAITS_SOMEBODY, IN_OUTBOX
from inbox.problems import Conflict, Problem, Unknown

IN_THE_OUTBOX = text(f"replies.{IN_OUTBOX}")
"""Narrows a query to the short index of the outbox; the exact state stands beside it."""

AWAITING_SOMEBODY = text(f"replies.{AWAITS_SOMEBODY}")
"""Narrows a query to the short index of what waits for an approval or for its writer."""

LONGEST_TYPED = 20_000
"""Characters of anything that a member types; no network takes a longer reply."""

Noun = TypeVar("Noun", Account, Conversation, Reply)

_UNTYPABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_END = re.compile("\r\n?|\u2028|\u2029|\x85")


def new_form_key() -> str:
    """A key for one form: whatever is sent with it again is the same reply."""
    return secrets.token_urlsafe(24)


def conversation_of(session: Session, conversation_id: int, *, lock: bool = False) -> Conversation:
    """The conversation as it stands now.

    Args:
        lock: for a deed: nobody else changes it until the end of the transaction.

    Raises:
        Unknown: `conversation_unknown`.
    """
    return _find(session, Conversation, conversation_id, "conversation_unknown", lock)


def reply_of(session: Session, reply_id: int, *, lock: bool = False) -> Reply:
    """The reply as it stands now.

    Raises:
        Unknown: `reply_unknown`.
    """
    return _find(session, Reply, reply_id, "reply_unknown", lock)


def account_of(session: Session, account_id: int) -> Account:
    """The account as it stands now.

    Raises:
        Unknown: `account_unknown`.
    """
    return _find(session, Account, account_id, "account_unknown", False)


def _find(session: Session, noun: type[Noun], number: int, code: str, lock: bool) -> Noun:
    # Without the key: rows that point to this one may be written meanwhile.
    locked = {"of": noun, "key_share": True} if lock else None
    found = session.get(noun, number, populate_existing=True, with_for_update=locked)
    if found is None:
        raise Unknown(code, id=number)
    return found


def move(of: Conversation | Reply, to: ConversationMove | ReplyMove) -> None:
    """Make a named move.

    Raises:
        Conflict: `conversation_not_now` or `reply_not_now`: somebody else was quicker, or it never was possible.
    """
    try:
        if isinstance(of, Conversation) and isinstance(to, ConversationMove):
            move_conversation(of, to)
        elif isinstance(of, Reply) and isinstance(to, ReplyMove):
            move_reply(of, to)
        else:
            raise TypeError(f"{to} is no move of {type(of).__name__}")
    except NotNow as error:
        noun = "conversation" if isinstance(of, Conversation) else "reply"
        raise Conflict(f"{noun}_not_now", id=of.id, move=error.move, state=error.state) from None


def typed(words: str, *, empty: str) -> str:
    """What a member typed, ready to be stored and sent.

    Line ends become newlines; what no keyboard types and no network takes (NUL, other controls, lone surrogates,
    noncharacters) is left out, and so is space around the whole.

    Args:
        empty: the code of the problem when nothing that can be seen is left.

    Raises:
        Problem: `empty`, or `text_too_long_to_store`.
    """
    if len(words) > LONGEST_TYPED:
        raise Problem("text_too_long_to_store", most=LONGEST_TYPED)
    clean = _UNTYPABLE.sub("", _LINE_END.sub("\n", words)).strip()
    if all(character.isspace() or unicodedata.category(character) == "Cf" for character in clean):
        raise Problem(empty)
    return clean
