"""The line to take: what we say, what we do not, and where our statement stands; one per crisis, and a standing one.

It is written in versions. Whoever answers sees the newest, with the facts it cites as they are now, and what of it has
changed since they last wrote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.citations import cite, expand
from inbox.answering.finding import typed
from inbox.answering.line_reading import (
    LineShown,
    ListedVersion,
    Pieces,
    Question,
    code_of,
    crisis_of,
    current,
    diff,
    of_crisis,
    versions,
)
from inbox.extensions import writing
from inbox.models import LineToTake, LineVersion, hash_of_words
from inbox.notices.telling import tell
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem

__all__ = ["LineShown", "ListedVersion", "Pieces", "Question", "current", "diff", "of_crisis", "versions", "write"]

MOST_QUESTIONS = 40
_LANGUAGE = re.compile(r"[a-z]{2,3}")


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
    crisis = crisis_of(present, crisis_id)
    if crisis is not None and crisis.closed_at is not None:
        raise Conflict("crisis_is_closed", name=crisis.name)
    line = present.scalars(
        select(LineToTake).where(LineToTake.code == code_of(crisis_id)).with_for_update(key_share=True)
    ).first()
    now = clock.now()
    if line is None:
        line = LineToTake(code=code_of(crisis_id), crisis_id=crisis_id, created_at=now)
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


def _questions(pairs: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    asked = [pair for pair in pairs if any(words.strip() for words in pair)]
    if len(asked) > MOST_QUESTIONS:
        raise Problem("line_too_many_questions", most=MOST_QUESTIONS)
    clean = [[typed(words, empty="line_question_half") for words in pair] for pair in asked]
    return [{"question": question, "answer": answer} for question, answer in clean]


def _texts_of(texts: dict[str, Any]) -> list[str]:
    pairs = [words for pair in texts["questions"] for words in (pair["question"], pair["answer"])]
    return [texts["position"], texts["not_to_say"], *pairs, texts["statement_url"]]
