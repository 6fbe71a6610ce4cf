"""Reading a line to take: which one holds for a conversation, and what changed in it since its reader last wrote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering.citations import Outdated, expand_as_of, outdated_versions
from inbox.answering.differences import Op, words_changed
from inbox.answering.finding import conversation_of
from inbox.extensions import session
from inbox.measuring import crises
from inbox.models import Citation, Crisis, LineToTake, LineVersion, Member, Reply
from inbox.permissions import Actor, Permission, require
from inbox.problems import Unknown

STANDING = "standing"
"""The code of the line that holds outside any crisis."""

Pieces = tuple[tuple[Op, str], ...]
"""A text in pieces: what stayed, what is gone, what was added."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question that people ask, and what we answer. `op` says whether the pair as a whole is new, or gone."""

    op: Op
    question: str
    answer: Pieces


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line as its reader sees it.

    Attributes:
        crisis: None for the standing line.
        writer: who wrote the newest version.
        stale: facts that have changed, or were retired, since the version was written; its texts have the new words.
        last_wrote_at: when the reader last wrote a reply; None if never.
        changed: whether anything differs from what the reader could know then; the pieces say what.
    """

    version: LineVersion
    crisis: Crisis | None
    writer: str
    position: Pieces
    not_to_say: Pieces
    questions: tuple[Question, ...]
    statement_url: str
    stale: tuple[Outdated, ...]
    last_wrote_at: datetime | None
    changed: bool


@dataclass(frozen=True, slots=True)
class ListedVersion:
    """One version in the history of a line. `number` counts from 1."""

    version: LineVersion
    writer: str


def current(actor: Actor, conversation_id: int) -> LineShown | None:
    """The line to take for a conversation: that of the latest crisis that touches it and has one, else the standing.

    Returns:
        None where none was written.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.LINES_VIEW)
    present = session()
    conversation = conversation_of(present, conversation_id)
    touching = crises.open_at(present, conversation.account_id, conversation.post_id, clock.now())
    for crisis in (*touching, None):
        version = _newest(present, code_of(crisis.id if crisis else None))
        if version is not None:
            return _shown(present, actor, version, crisis)
    return None


def of_crisis(actor: Actor, crisis_id: int | None) -> LineShown | None:
    """The line of one crisis, open or closed, or the standing line for None; None where it was not written yet.

    Raises:
        Unknown: `crisis_unknown`.
    """
    require(actor, Permission.LINES_VIEW)
    present = session()
    crisis = crisis_of(present, crisis_id)
    version = _newest(present, code_of(crisis_id))
    return _shown(present, actor, version, crisis) if version is not None else None


def versions(actor: Actor, crisis_id: int | None) -> list[ListedVersion]:
    """Every version of a line, newest first.

    Raises:
        Unknown: `crisis_unknown`.
    """
    require(actor, Permission.LINES_VIEW)
    present = session()
    crisis_of(present, crisis_id)
    found = present.scalars(_of(code_of(crisis_id)).order_by(LineVersion.number.desc())).all()
    names = _names(present, found)
    return [ListedVersion(version, names.get(version.written_by, version.written_by)) for version in found]


def diff(actor: Actor, crisis_id: int | None, old_number: int, new_number: int) -> LineShown:
    """One version of a line beside another, word by word, with facts as each of them cited them when it was written.

    Raises:
        Unknown: `crisis_unknown`, `line_version_unknown`.
    """
    require(actor, Permission.LINES_VIEW)
    present = session()
    crisis = crisis_of(present, crisis_id)
    found = {
        version.number: version
        for version in present.scalars(_of(code_of(crisis_id)).where(LineVersion.number.in_((old_number, new_number))))
    }
    for number in (old_number, new_number):
        if number not in found:
            raise Unknown("line_version_unknown", number=number)
    old, new = found[old_number], found[new_number]
    return _between(
        present, crisis, new, _said(present, old, old.written_at), _said(present, new, new.written_at), None
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """The texts of one version, with the words of facts in them."""

    position: str = ""
    not_to_say: str = ""
    questions: tuple[tuple[str, str], ...] = ()
    statement_url: str = ""


def _said(present: Session, version: LineVersion, at: datetime | None) -> _Said:
    """The texts with facts as they were at `at`, or as they are now where that is None."""

    def full(text: str) -> str:
        return expand_as_of(present, text, version.language, at)

    return _Said(
        full(version.position),
        full(version.not_to_say),
        tuple((full(pair["question"]), full(pair["answer"])) for pair in version.questions),
        version.statement_url,
    )


def _shown(present: Session, actor: Actor, version: LineVersion, crisis: Crisis | None) -> LineShown:
    last = None
    if actor.member_id is not None:
        last = present.scalar(select(func.max(Reply.created_at)).where(Reply.member_id == actor.member_id))
    new = _said(present, version, None)
    old = new
    if last is not None:
        # What they could know then; a line that was not there yet is new as a whole.
        known = present.scalars(
            select(LineVersion)
            .where(LineVersion.line_id == version.line_id, LineVersion.written_at <= last)
            .order_by(LineVersion.number.desc())
            .limit(1)
        ).first()
        old = _said(present, known, last) if known is not None else _Said()
    return _between(present, crisis, version, old, new, last)


def _between(
    present: Session, crisis: Crisis | None, version: LineVersion, old: _Said, new: _Said, last: datetime | None
) -> LineShown:
    cited = set(present.scalars(select(Citation.fact_version_id).where(Citation.line_version_id == version.id)))
    return LineShown(
        version=version,
        crisis=crisis,
        writer=_names(present, [version]).get(version.written_by, version.written_by),
        position=_pieces(old.position, new.position),
        not_to_say=_pieces(old.not_to_say, new.not_to_say),
        questions=_compared(old.questions, new.questions),
        statement_url=new.statement_url,
        stale=tuple(each for each in outdated_versions(present) if each.version.id in cited) if cited else (),
        last_wrote_at=last,
        changed=old != new,
    )


def _pieces(old: str, new: str) -> Pieces:
    if old == new:
        return (("same", new),) if new else ()
    return tuple(words_changed(old, new))


def _compared(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> tuple[Question, ...]:
    """Answers are compared where the question is the same; what is asked no longer comes last."""
    before = dict(old)
    now = dict(new)
    return (
        *(
            Question("same", question, _pieces(before[question], answer))
            if question in before
            else Question("added", question, (("added", answer),))
            for question, answer in new
        ),
        *(Question("gone", question, (("gone", answer),)) for question, answer in old if question not in now),
    )


def code_of(crisis_id: int | None) -> str:
    """What the line of a crisis, or the standing one, is stored under."""
    return STANDING if crisis_id is None else f"crisis-{crisis_id}"


def crisis_of(present: Session, crisis_id: int | None) -> Crisis | None:
    """The crisis, None for none.

    Raises:
        Unknown: `crisis_unknown`.
    """
    if crisis_id is None:
        return None
    crisis = present.get(Crisis, crisis_id)
    if crisis is None:
        raise Unknown("crisis_unknown", id=crisis_id)
    return crisis


def _of(code: str) -> Any:
    return select(LineVersion).join(LineToTake, LineToTake.id == LineVersion.line_id).where(LineToTake.code == code)


def _newest(present: Session, code: str) -> LineVersion | None:
    found: LineVersion | None = present.scalars(_of(code).order_by(LineVersion.number.desc()).limit(1)).first()
    return found


def _names(present: Session, found: Collection[LineVersion]) -> dict[str, str]:
    ids = [int(version.written_by[7:]) for version in found if version.written_by.startswith("member:")]
    rows = present.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {f"member:{row.id}": row.name for row in rows}
