"""Personal, not copied: how many people were sent nearly the text that is about to leave.

Networks punish copies and critics photograph them. A reply, its approved cores cut out by the caller, is compared with
what the account sent in the last days, on texts that are normalised: names, mentions, addresses and greetings do not
make two copies different. `known_texts` keeps the texts of an account in memory.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import judging, known_texts
from inbox.answering.finding import account_of, conversation_of
from inbox.answering.known_texts import LEFT, plain, sentences_of
from inbox.extensions import session
from inbox.models import Account, Author, Comment, CommentVersion, Conversation, Reply
from inbox.models.bulk import among
from inbox.permissions import Actor, Permission, require

DAYS = 7
THRESHOLD = 85
"""From which similarity, of 100, two normalised texts are nearly the same. rapidfuzz's `ratio`: characters put in and
taken out, as a share of both texts."""

FEWEST_WORDS = 4
"""Shorter texts are never called copies: "Thank you, Inès" is said as often as it is meant."""

MOST_COUNTED = 1_000
"""People are counted up to here; who sent that many copies needs no exact figure."""

MOST_SHOWN = 3

_COMPARED = 20
_SAME_SENTENCE = 90
_LONG_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True)
class Example:
    """One person who was sent nearly this text."""

    reply_id: int
    conversation_id: int
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much of a copy a text is.

    Attributes:
        people: how many other people were sent nearly this text, `MOST_COUNTED` at most.
        examples: the newest of them.
        common: the sentences of the text, as they were typed, that most of them got as well.
        advice: what would make it personal, as codes: `name_them`, `take_up_words`, `other_opening`, `own_sentence`.
    """

    people: int
    examples: list[Example]
    common: list[str]
    advice: list[str]


NOTHING_LIKE_IT = Likeness(0, [], [], [])


def check(
    current: Session,
    account_id: int,
    text: str,
    *,
    conversation_id: int | None = None,
    days: int = DAYS,
    now: datetime | None = None,
) -> Likeness:
    """Compare a text with what an account sent in the last days.

    Args:
        current: any session; only reads.
        text: what is about to leave, without its approved cores.
        conversation_id: where it goes: its author's name does not make it personal by itself, what was sent to them
            before does not count, and the advice is about what they wrote.
    """
    author, comment = _whom(current, conversation_id)
    names = [account_of(current, account_id).name]
    if author is not None:
        names += [author.display_name, author.identifier]
    wanted = plain(text, names)
    if len(wanted.split()) < FEWEST_WORDS:
        return NOTHING_LIKE_IT
    since = (now or clock.now()) - timedelta(days=days)
    known = known_texts.of_account(current, account_id, since)
    replies = _nearly(wanted, known)
    found = _still_so(current, replies, since, excluded=author.id if author else None)
    if not found:
        return NOTHING_LIKE_IT
    common = _common(text, names, [known.text_of(example.reply_id) for example in found[:_COMPARED]])
    people = list({example.author_id: example for example in reversed(found)}.values())
    shown = sorted(people, key=lambda example: example.reply_id, reverse=True)[:MOST_SHOWN]
    return Likeness(
        people=min(len(people), MOST_COUNTED),
        examples=[Example(each.reply_id, each.conversation_id, each.name, each.at) for each in shown],
        common=common,
        advice=_advice(text, author, comment, common),
    )


def needed_reason(account: Account, likeness: Likeness) -> bool:
    """Whether a supervisor wants a reason for so many copies."""
    return account.likeness_limit is not None and likeness.people >= account.likeness_limit


def look(actor: Actor, conversation_id: int, text: str) -> Likeness:
    """As `check`, for the member who is writing in a conversation; approved cores are cut out here.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.REPLIES_WRITE)
    current = session()
    conversation = conversation_of(current, conversation_id)
    account = account_of(current, conversation.account_id)
    own_words = judging.judge(current, account, conversation, text, member_id=actor.member_id).rest
    return check(current, account.id, own_words, conversation_id=conversation_id)


@dataclass(frozen=True, slots=True)
class _Found:
    reply_id: int
    author_id: int
    conversation_id: int
    name: str
    at: datetime


def _nearly(wanted: str, known: known_texts.Known) -> list[int]:
    """The replies whose text is nearly `wanted`, the newest first."""
    # Texts whose length differs by more cannot reach the threshold: 2·shorter / (shorter + longer) < threshold.
    share = THRESHOLD / (200 - THRESHOLD)
    texts = known.between(int(len(wanted) * share), int(len(wanted) / share) + 1)
    like = process.extract(wanted, texts, scorer=fuzz.ratio, score_cutoff=THRESHOLD, limit=None)
    replies = sorted((reply for text, _, _ in like for reply in known.replies(text)), reverse=True)
    return replies[: 2 * MOST_COUNTED]


def _still_so(current: Session, replies: Sequence[int], since: datetime, *, excluded: int | None) -> list[_Found]:
    """Those that left, or are about to, whose text was not withheld meanwhile, the newest first."""
    if not replies:
        return []
    rows = current.execute(
        select(Reply.id, Conversation.author_id, Reply.conversation_id, Author.display_name, Reply.created_at)
        .join(Conversation, Conversation.id == Reply.conversation_id)
        .join(Author, Author.id == Conversation.author_id)
        .where(
            among(Reply.id, replies),
            Reply.text != "",
            Reply.state.in_(LEFT),
            Reply.created_at >= since,
            Conversation.author_id != (excluded or 0),
        )
        .order_by(Reply.id.desc())
    )
    return [_Found(*row) for row in rows]


def _whom(current: Session, conversation_id: int | None) -> tuple[Author | None, str]:
    """Who is answered, and the newest words of theirs."""
    if conversation_id is None:
        return None, ""
    author = current.scalars(
        select(Author).join(Conversation, Conversation.author_id == Author.id).where(Conversation.id == conversation_id)
    ).one()
    words = current.scalar(
        select(CommentVersion.text)
        .join(Comment, Comment.id == CommentVersion.comment_id)
        .where(Comment.conversation_id == conversation_id)
        .order_by(CommentVersion.id.desc())
        .limit(1)
    )
    return author, words or ""


def _common(text: str, names: Collection[str], sent: Sequence[str]) -> list[str]:
    """The sentences of `text` that at least half of `sent` hold."""
    common = []
    for sentence in sentences_of(text):
        wanted = plain(sentence, names)
        if len(wanted.split()) < FEWEST_WORDS:
            continue
        holds = sum(
            any(fuzz.ratio(wanted, other) >= _SAME_SENTENCE for other in normalised.split("\n")) for normalised in sent
        )
        if 2 * holds >= len(sent):
            common.append(sentence.strip())
    return common


def _advice(text: str, author: Author | None, comment: str, common: Sequence[str]) -> list[str]:
    advice = []
    words = Counter(_LONG_WORD.findall(plain(text, ())))
    if author is not None and not _is_named(text, author):
        advice.append("name_them")
    theirs = set(_LONG_WORD.findall(plain(comment, ())))
    if theirs and not theirs & set(words):
        advice.append("take_up_words")
    sentences = [
        sentence.strip() for sentence in sentences_of(text) if len(plain(sentence, ()).split()) >= FEWEST_WORDS
    ]
    if sentences and sentences[0] in common:
        advice.append("other_opening")
    if sentences and all(sentence in common for sentence in sentences):
        advice.append("own_sentence")
    return advice


def _is_named(text: str, author: Author) -> bool:
    written = f" {plain(text, (), greeting=False)} ".replace("\n", " ")
    names = [author.identifier, author.display_name, *author.display_name.split()[:1]]
    return any(words and f" {words} " in written for words in (plain(name, (), greeting=False) for name in names))
