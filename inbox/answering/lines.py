"""The line to take: what we say, what we do not, and where our statement stands; one per crisis, and a standing one.

It is written in versions. Whoever answers sees the newest, with the facts it cites as they are now, and what of it has
changed since they last wrote.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.citations import Outdated, cite, expand, expand_as_of, outdated_versions
from inbox.answering.differences import Op, words_changed
from inbox.answering.finding import conversation_of, typed
from inbox.extensions import session, writing
from inbox.measuring import crises
from inbox.models import Citation, Crisis, LineToTake, LineVersion, Member, Reply, hash_of_words
from inbox.notices.telling import tell
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown

STANDING = "standing"
"""The code of the line that holds outside any crisis."""

MOST_QUESTIONS = 40
_LANGUAGE = re.compile(r"[a-z]{2,3}")

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
        version = _newest(present, _code(crisis.id if crisis else None))
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
    crisis = _crisis(present, crisis_id)
    version = _newest(present, _code(crisis_id))
    return _shown(present, actor, version, crisis) if version is not None else None


def versions(actor: Actor, crisis_id: int | None) -> list[ListedVersion]:
    """Every version of a line, newest first.

    Raises:
        Unknown: `crisis_unknown`.
    """
    require(actor, Permission.LINES_VIEW)
    present = session()
    _crisis(present, crisis_id)
    found = present.scalars(_of(_code(crisis_id)).order_by(LineVersion.number.desc())).all()
    names = _names(present, found)
    return [ListedVersion(version, names.get(version.written_by, version.written_by)) for version in found]


def diff(actor: Actor, crisis_id: int | None, old_number: int, new_number: int) -> LineShown:
    """One version of a line beside another, word by word, with facts as each of them cited them when it was written.

    Raises:
        Unknown: `crisis_unknown`, `line_version_unknown`.
    """
    require(actor, Permission.LINES_VIEW)
    present = session()
    crisis = _crisis(present, crisis_id)
    found = {
        version.number: version
        for version in present.scalars(_of(_code(crisis_id)).where(LineVersion.number.in_((old_number, new_number))))
    }
    for number in (old_number, new_number):
        if number not in found:
            raise Unknown("line_version_unknown", number=number)
    old, new = found[old_number], found[new_number]
    return _between(
        present, crisis, new, _said(present, old, old.written_at), _said(present, new, new.written_at), None
    )


def write(
    actor: Actor,
    crisis_id: int | None,
    position: str,
    not_to_say: str = "",
    questions: Sequence[tuple[str, str]] = (),
    statement_url: str = "",
    *,
    language: str,
    seen_number: int,
) -> LineVersion:
    """Write a line, or its next version. Whoever answers is told.

    Args:
        crisis_id: None for the standing line.
        position: what we say. It may cite facts as `{fact:name}`, like every text here.
        questions: pairs of what people ask and what we answer; pairs without any words are left out.
        language: `en` or `fr`: in which it is written, and cites facts.
        seen_number: the number of the version that was on screen, 0 for none.

    Raises:
        Unknown: `crisis_unknown`.
        Conflict: `line_changed`: a colleague was quicker; `crisis_is_closed`.
        Problem: `line_empty`, `line_question_half`, `line_too_many_questions`, `url_unusable`, `language_code_unknown`,
            or what `facts.expand` raises.
    """
    require(actor, Permission.LINES_WRITE)
    if not _LANGUAGE.fullmatch(language):
        raise Problem("language_code_unknown", language=language)
    url = statement_url.strip()
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname):
        raise Problem("url_unusable")
    texts: dict[str, Any] = {
        "language": language,
        "position": typed(position, empty="line_empty"),
        "not_to_say": typed(not_to_say, empty="line_empty") if not_to_say.strip() else "",
        "questions": _questions(questions),
        "statement_url": url,
    }
    try:
        with writing() as present:
            return _write(present, actor, crisis_id, texts, seen_number)
    except IntegrityError:
        # Two who wrote the first version at the same moment: one was stored.
        raise Conflict("line_changed") from None


def _write(
    present: Session, actor: Actor, crisis_id: int | None, texts: dict[str, Any], seen_number: int
) -> LineVersion:
    crisis = _crisis(present, crisis_id)
    if crisis is not None and crisis.closed_at is not None:
        raise Conflict("crisis_is_closed", name=crisis.name)
    line = present.scalars(
        select(LineToTake).where(LineToTake.code == _code(crisis_id)).with_for_update(key_share=True)
    ).first()
    now = clock.now()
    if line is None:
        line = LineToTake(code=_code(crisis_id), crisis_id=crisis_id, created_at=now)
        present.add(line)
        present.flush()
    number = present.scalar(select(func.max(LineVersion.number)).where(LineVersion.line_id == line.id)) or 0
    if number != seen_number:
        raise Conflict("line_changed")
    cited = {version for text in _texts_of(texts) for version in expand(present, text, texts["language"]).cited}
    version = LineVersion(line_id=line.id, number=number + 1, written_at=now, written_by=actor.name, **texts)
    present.add(version)
    present.flush()
    cite(present, cited, line_version_id=version.id)
    words = "\n".join(_texts_of(texts))
    trail.record(
        present,
        actor,
        "line.written",
        of=("line", line.id),
        params={"crisis": crisis_id, "number": version.number, "text_hash": hash_of_words(words)},
    )
    for role in (Role.SUPERVISOR, Role.COMMUNITY_MANAGER):
        tell(
            present,
            role,
            "line_written" if crisis is not None else "standing_line_written",
            of=("line", crisis_id or ""),
            params={"actor": actor.name, **({"name": crisis.name} if crisis else {})},
        )
    bell.ring(present, "line.changed", line_id=line.id)
    return version


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


def _questions(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    asked = [pair for pair in pairs if any(words.strip() for words in pair)]
    if len(asked) > MOST_QUESTIONS:
        raise Problem("line_too_many_questions", most=MOST_QUESTIONS)
    clean = [[typed(words, empty="line_question_half") for words in pair] for pair in asked]
    return [{"question": question, "answer": answer} for question, answer in clean]


def _texts_of(texts: dict[str, Any]) -> list[str]:
    pairs = [words for pair in texts["questions"] for words in (pair["question"], pair["answer"])]
    return [texts["position"], texts["not_to_say"], *pairs, texts["statement_url"]]


def _code(crisis_id: int | None) -> str:
    return STANDING if crisis_id is None else f"crisis-{crisis_id}"


def _crisis(present: Session, crisis_id: int | None) -> Crisis | None:
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
