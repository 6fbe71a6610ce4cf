"""The texts an account sent lately, normalised and kept in memory: what `likeness` compares with.

Every process keeps its own. Rows are the truth: before each use what is new is read, replies that were still being
written are looked at again, and what an erasure withheld is forgotten; whoever finds something here asks the row once
more.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Row, Select, func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import Account, Author, Conversation, Decision, Erasure, Reply, ReplyState
from inbox.models.bulk import among

LEFT = (ReplyState.QUEUED, ReplyState.SENDING, ReplyState.SENT, ReplyState.UNCONFIRMED)
"""The states of replies that left or are about to."""

_MAY_LEAVE = frozenset(
    {ReplyState.DRAFT, ReplyState.SUBMITTED, ReplyState.RETURNED, ReplyState.APPROVED, ReplyState.FAILED}
)

_OVERLAP = 200
"""Rows that are read again: on PostgreSQL a lower number may be committed after a higher one."""

_LEEWAY = timedelta(minutes=5)
"""How long an erasure may take from its decision to its commit, and how far clocks may be apart."""

_PRUNED_EVERY = timedelta(hours=6)

_ADDRESS = re.compile(r"(?i)\b(?:https?://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/\S+")
_MENTION = re.compile(r"[@＠][\w.@-]+")
_GREETING = re.compile(
    r"^\W*(?:hello|hi|hey|dear|good (?:morning|afternoon|evening|day)|bonjour|bonsoir|salut|coucou|cher|chere"
    r"|thank you|thanks|merci)\b(?:[ ,]+[^\W\d_][\w'.-]*){0,3}? *[,!.:;–-]+ *"
)
_SENTENCE = re.compile(r"[^.!?…\n]+[.!?…]*")
_WORDS = re.compile(r"\w+")
_MARKS = re.compile("[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u0652]+")


def plain(text: str, names: Collection[str], *, greeting: bool = True) -> str:
    """`text` as it is compared: one sentence a line, in small letters without accents and signs.

    Args:
        names: of the person it is for; their words are taken out wherever they stand.
        greeting: whether a greeting with a name at the beginning is taken out.
    """
    if "/" in text or "www." in text:
        text = _ADDRESS.sub(" ", text)
    if "@" in text or "＠" in text:
        text = _MENTION.sub(" ", text)
    folded = folded_letters(text)
    if greeting:
        folded = _GREETING.sub("", folded, count=1)
    theirs = _words_of(names)
    lines = []
    for sentence in _SENTENCE.findall(folded):
        words = _WORDS.findall(sentence)
        if not theirs.isdisjoint(words):
            words = [word for word in words if word not in theirs]
        if words:
            lines.append(" ".join(words))
    return "\n".join(lines)


def folded_letters(text: str) -> str:
    """`text` in small letters without accents."""
    plainly = text.casefold().replace("’", "'")
    return plainly if plainly.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", plainly))


def _words_of(names: Collection[str]) -> set[str]:
    """The words of names that are taken out. Short ones ("de", "al") only where they are the whole name."""
    found: set[str] = set()
    for name in names:
        words = _WORDS.findall(folded_letters(name))
        found.update(words if len(words) == 1 else (word for word in words if len(word) > 2))
    return found


def sentences_of(text: str) -> list[str]:
    """The sentences of `text`, as they were typed."""
    return [sentence for sentence in _SENTENCE.findall(text) if sentence.strip()]


@dataclass(frozen=True, slots=True)
class KnownReply:
    """A reply as it is compared."""

    author_id: int
    at: datetime
    text: str


class Known:
    """The replies of one account, by id, by text and by the length of the text. Equal texts are kept once."""

    def __init__(self) -> None:
        self.refreshing = threading.Lock()
        self.since: datetime | None = None
        self.read_up_to = 0
        self.erasures_read_at: datetime | None = None
        self.pending: set[int] = set()
        self._replies: dict[int, KnownReply] = {}
        self._by_text: dict[str, set[int]] = {}
        self._by_length: dict[int, set[str]] = {}
        self._changing = threading.Lock()

    def __contains__(self, reply_id: int) -> bool:
        return reply_id in self._replies

    def __len__(self) -> int:
        return len(self._replies)

    def text_of(self, reply_id: int) -> str:
        """The text of a reply as it is compared; empty where it was forgotten meanwhile."""
        known = self._replies.get(reply_id)
        return known.text if known is not None else ""

    def between(self, shortest: int, longest: int) -> list[str]:
        """The texts whose length lies between the two, both included."""
        with self._changing:
            fitting = [texts for length, texts in self._by_length.items() if shortest <= length <= longest]
            return [text for texts in fitting for text in texts]

    def replies(self, text: str) -> list[int]:
        """The replies with exactly this text."""
        with self._changing:
            return list(self._by_text.get(text, ()))

    def add(self, reply_id: int, reply: KnownReply) -> None:
        """Remember a reply."""
        with self._changing:
            self._replies[reply_id] = reply
            self._by_text.setdefault(reply.text, set()).add(reply_id)
            self._by_length.setdefault(len(reply.text), set()).add(reply.text)

    def forget(self, reply_ids: Iterable[int]) -> None:
        """Forget replies, and texts that no other reply has."""
        with self._changing:
            for reply_id in reply_ids:
                reply = self._replies.pop(reply_id, None)
                if reply is None:
                    continue
                others = self._by_text[reply.text]
                others.discard(reply_id)
                if not others:
                    del self._by_text[reply.text]
                    self._by_length[len(reply.text)].discard(reply.text)

    def written_by(self, author_ids: Collection[int]) -> list[int]:
        """The replies to these authors."""
        return [number for number, reply in list(self._replies.items()) if reply.author_id in author_ids]

    def before(self, moment: datetime) -> list[int]:
        """The replies that are older than `moment`."""
        return [number for number, reply in list(self._replies.items()) if reply.at < moment]


_kept: WeakKeyDictionary[Engine, dict[int, Known]] = WeakKeyDictionary()
_keeping = threading.Lock()


def of_account(current: Session, account_id: int, since: datetime) -> Known:
    """What an account sent since a moment, brought up to date.

    One thread brings it up to date, the others wait for it: they only read, so that nobody waits for them in turn.
    """
    with _keeping:
        known = _kept.setdefault(current.get_bind().engine, {}).setdefault(account_id, Known())
    with known.refreshing:
        if known.since is None or since < known.since:
            _read_all(current, account_id, known, since)
        else:
            _read_news(current, account_id, known)
            if since - known.since > _PRUNED_EVERY:
                known.forget(known.before(since))
                known.since = since
        _forget_erased(current, known)
    return known


def _read_all(current: Session, account_id: int, known: Known, since: datetime) -> None:
    newest = current.scalar(select(func.max(Reply.id))) or 0
    for row in current.execute(_replies_of(account_id).where(Reply.created_at >= since)):
        _take(known, row)
    known.read_up_to, known.since = max(known.read_up_to, newest), since


def _read_news(current: Session, account_id: int, known: Known) -> None:
    """First how the newest replies and the unfinished ones stand, then the words of those that were not known."""
    states = select(Reply.id, Reply.state).where(Reply.account_id == account_id)
    rows = list(current.execute(states.where(Reply.id > known.read_up_to - _OVERLAP)))
    if known.pending:
        rows += current.execute(states.where(among(Reply.id, sorted(known.pending))))
    known.forget([row.id for row in rows if row.state not in LEFT])
    unread = [row.id for row in rows if row.id not in known and (row.state in LEFT or row.id not in known.pending)]
    if unread:
        for row in current.execute(_replies_of(account_id).where(among(Reply.id, unread))):
            _take(known, row)
    known.read_up_to = max([known.read_up_to, *(row.id for row in rows)])


def _take(known: Known, row: Row[Any]) -> None:
    known.pending.discard(row.id)
    if row.state in LEFT and row.text:
        text = plain(row.text, (row.display_name, row.identifier, row.account_name))
        known.add(row.id, KnownReply(row.author_id, row.created_at, text))
    elif row.state in _MAY_LEAVE:
        known.pending.add(row.id)


def _replies_of(account_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Reply.id,
            Reply.state,
            Reply.text,
            Reply.created_at,
            Conversation.author_id,
            Author.display_name,
            Author.identifier,
            Account.name.label("account_name"),
        )
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Author, Author.id == Conversation.author_id)
        .join(Account, Account.id == Reply.account_id)
        .where(Reply.account_id == account_id, Reply.automatic.is_(False))
    )


def _forget_erased(current: Session, known: Known) -> None:
    """What was withheld leaves the memory too, whether or not anybody compares with it again."""
    now = clock.now()
    if known.erasures_read_at is not None:
        erased = current.scalars(
            select(Erasure.author_id).where(
                Erasure.decision == Decision.CONFIRMED, Erasure.decided_at >= known.erasures_read_at - _LEEWAY
            )
        )
        authors = set(erased)
        if authors:
            known.forget(known.written_by(authors))
    known.erasures_read_at = now
