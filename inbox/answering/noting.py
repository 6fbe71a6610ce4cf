"""Notes of a conversation, and the colleagues that they name behind an @: these are told, and led to the note."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock, notices, trail
from inbox.answering.finding import conversation_of, typed
from inbox.extensions import session, writing
from inbox.models import Member, Mention, Note
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem, Unknown
from inbox.sharing import people

SIGN = "@"

MOST_MENTIONED = 20
"""Members that one note tells; whoever names more means a meeting."""


_LONGEST_WORDS = 254


@dataclass(frozen=True, slots=True)
class Named:
    """A member as notes may name them: `ways`, without case and accents, the longest first."""

    id: int
    name: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """That a text names a member from `start`, where the sign stands, to `end`."""

    start: int
    end: int
    member_id: int


def add_note(actor: Actor, conversation_id: int, text: str, *, tells: bool = True) -> Note:
    """Add an internal remark; it never leaves. Who is named in it behind an @ and sees the queue is told.

    Args:
        tells: false where the same deed has told them of the same words at another conversation.

    Raises:
        Unknown: `conversation_unknown`.
        Problem: `note_empty`, `member_needed`: who writes is no member.
    """
    require(actor, Permission.NOTES_WRITE)
    clean = typed(text, empty="note_empty")
    with writing() as current:
        return write(current, actor, conversation_id, clean, tells=tells)


def write(
    current: Session,
    actor: Actor,
    conversation_id: int,
    clean: str,
    *,
    told_already: Collection[int] = (),
    tells: bool = True,
) -> Note:
    """The same inside a write transaction, with a text that `typed` gave.

    Args:
        told_already: members who are told of this conversation by the same deed.
        tells: as for `add_note`.

    Raises: as `add_note`.
    """
    if actor.member_id is None:
        raise Problem("member_needed")
    conversation = conversation_of(current, conversation_id)
    note = Note(conversation_id=conversation.id, member_id=actor.member_id, text=clean, written_at=clock.now())
    current.add(note)
    current.flush()
    named: dict[int, str] = {}
    for found in mentions_in(clean, audience()) if SIGN in clean else ():
        named.setdefault(found.member_id, clean[found.start + 1 : found.end][:_LONGEST_WORDS])
    mentioned = dict(list(named.items())[:MOST_MENTIONED])
    current.add_all(Mention(note_id=note.id, member_id=number, words=words) for number, words in mentioned.items())
    params = {"note": note.id, **({"mentioned": sorted(mentioned)} if mentioned else {})}
    trail.record(current, actor, "note.written", of=("conversation", conversation.id), params=params)
    for number in mentioned.keys() - {actor.member_id, *told_already} if tells else ():
        notices.tell_member(current, number, "mentioned", of=("note", note.id), params={"actor": actor.name})
    bell.ring(current, "note.written", conversation_id=conversation.id)
    return note


def audience() -> list[Named]:
    """The members who see conversations and what they are told, by name: whoever else is named is not told.

    A first name alone names somebody where nobody else has it; what stands before the @ of their address always does.
    """
    rows = session().execute(
        select(Member.id, Member.name, Member.email)
        .where(
            Member.deactivated_at.is_(None), people.holds(Permission.QUEUE_VIEW), people.holds(Permission.NOTICES_VIEW)
        )
        .order_by(Member.name, Member.id)
    )
    everybody = [(row.id, row.name, row.email.partition("@")[0]) for row in rows]
    wholes = Counter(_folded(name) for _, name, _ in everybody)
    firsts = Counter(_folded(name.partition(" ")[0]) for _, name, _ in everybody)
    locals_ = Counter(_folded(local) for _, _, local in everybody)
    found = []
    for number, name, local in everybody:
        ways = {_folded(local)} if locals_[_folded(local)] == 1 else set()
        ways |= {_folded(name)} if wholes[_folded(name)] == 1 else set()
        first = _folded(name.partition(" ")[0])
        ways |= {first} if firsts[first] == 1 else set()
        found.append(Named(number, name, tuple(sorted((way for way in ways if way), key=len, reverse=True))))
    return found


def mentions_in(text: str, members: Sequence[Named]) -> Iterator[Found]:
    """Whom a text names behind an @, in the order of the text; of two readings the longer one counts.

    An @ inside a word (an e-mail address) names nobody, nor does a name that goes on in further letters.
    """
    folded, places = _folded_with_places(text)
    ways = sorted(((way, one.id) for one in members for way in one.ways), key=lambda pair: -len(pair[0]))
    at = folded.find(SIGN)
    while at >= 0:
        following = at + 1
        if at == 0 or not folded[at - 1].isalnum():
            for way, number in ways:
                end = at + 1 + len(way)
                if folded.startswith(way, at + 1) and not (end < len(folded) and folded[end].isalnum()):
                    yield Found(places[at], places[end], number)
                    following = end
                    break
        at = folded.find(SIGN, following)


def where_named(text: str, words: Iterable[str]) -> list[tuple[int, int]]:
    """Where a note names members, as (start, end), from the words by which it was noted that it names them."""
    ways = sorted({f"{SIGN}{each}" for each in words if each}, key=len, reverse=True)
    found: list[tuple[int, int]] = []
    at = text.find(SIGN) if ways else -1
    while at >= 0:
        way = next((way for way in ways if text.startswith(way, at) and not text[at + len(way) :][:1].isalnum()), None)
        if way is not None and (at == 0 or not text[at - 1].isalnum()):
            found.append((at, at + len(way)))
        at = text.find(SIGN, at + (len(way) if way else 1))
    return found


def conversation_with(actor: Actor, note_id: int) -> int:
    """The conversation in which a note stands.

    Raises:
        Unknown: `note_unknown`.
    """
    require(actor, Permission.QUEUE_VIEW)
    found = session().scalar(select(Note.conversation_id).where(Note.id == note_id))
    if found is None:
        raise Unknown("note_unknown")
    return found


def _folded(words: str) -> str:
    return _folded_with_places(words)[0]


def _folded_with_places(words: str) -> tuple[str, list[int]]:
    """Words without case and accents, and for each letter where it stood; last where the whole ends."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(words):
        for plain in unicodedata.normalize("NFKD", letter).casefold():
            if not unicodedata.combining(plain):
                letters.append(plain)
                places.append(place)
    return "".join(letters), [*places, len(words)]
