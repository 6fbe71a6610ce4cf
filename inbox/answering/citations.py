"""Which wording cites which version of which fact, and what of it is stale."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from inbox.models import Citation, Fact, FactVersion
from inbox.models.bulk import among
from inbox.problems import Problem

_TYPED = re.compile(r"\{\s*(?:fact|fait)\s*:\s*([^{}\n]*?)\s*\}", re.IGNORECASE)
"""`{fact:leak}`; spaces and capitals do no harm, and who writes French may type `{fait:leak}`."""

_LEAST_WORDS, _LEAST_WITH_DIGITS = 8, 5


@dataclass(frozen=True, slots=True)
class Expanded:
    """A text with the words of facts in it, and the versions of facts that it cites, ascending."""

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Outdated:
    """A version of a fact that is not to be said any more.

    Attributes:
        newest: what is said now.
        changed: whether the words differ; False where the fact is only retired.
    """

    fact: Fact
    version: FactVersion
    newest: FactVersion
    changed: bool


def expand(session: Session, text: str, language: str) -> Expanded:
    """Put the newest words of facts where `{fact:name}` stands.

    Args:
        session: any session; only reads.
        language: of the text, `en` or `fr-CA`; a fact with words in `fr` serves `fr-CA` too.

    Raises:
        Problem: `fact_unknown`, `fact_retired`, `fact_language_missing`.
    """
    names = {match[1].lower() for match in _TYPED.finditer(text)}
    if not names:
        return Expanded(text, ())
    found = {fact.name: (fact, version) for fact, version in _newest(session, Fact.name.in_(names))}
    cited: set[int] = set()

    def put(match: re.Match[str]) -> str:
        name = match[1].lower()
        if name not in found:
            raise Problem("fact_unknown", name=name)
        fact, version = found[name]
        if fact.retired_at is not None:
            raise Problem("fact_retired", name=name)
        for code in (language, language.partition("-")[0]):
            if code in version.texts:
                cited.add(version.id)
                return str(version.texts[code])
        raise Problem("fact_language_missing", name=name, language=language)

    return Expanded(_TYPED.sub(put, text), tuple(sorted(cited)))


def expand_as_of(session: Session, text: str, language: str, at: datetime | None) -> str:
    """As `expand`, for reading: with the words that held at `at`, or hold now where that is None; raises nothing.

    A retired fact keeps its last words; a name that no fact had then stays as it was typed.
    """
    names = {match[1].lower() for match in _TYPED.finditer(text)}
    if not names:
        return text
    wanted = select(Fact.name, FactVersion.texts).join(FactVersion, FactVersion.fact_id == Fact.id)
    if at is not None:
        wanted = wanted.where(FactVersion.written_at <= at)
    rows = session.execute(wanted.where(Fact.name.in_(names)).order_by(FactVersion.number))
    texts = {row.name: row.texts for row in rows}

    def put(match: re.Match[str]) -> str:
        words = texts.get(match[1].lower(), {})
        return str(words.get(language) or words.get(language.partition("-")[0]) or match[0])

    return _TYPED.sub(put, text)


def cite(
    session: Session,
    fact_version_ids: Iterable[int],
    *,
    template_version_id: int | None = None,
    apology_version_id: int | None = None,
    line_version_id: int | None = None,
    reply_id: int | None = None,
) -> None:
    """Note that one wording cites versions of facts; what is noted already is passed over.

    Args:
        session: inside a write transaction; never committed here.

    Raises:
        ValueError: not exactly one wording cites them.
    """
    wording = {
        "template_version_id": template_version_id,
        "apology_version_id": apology_version_id,
        "line_version_id": line_version_id,
        "reply_id": reply_id,
    }
    cited = set(fact_version_ids)
    if not cited:
        return
    known = cited_in(session, **wording)
    session.add_all(Citation(fact_version_id=version, **wording) for version in sorted(cited - known))
    session.flush()


def cited_in(
    session: Session,
    *,
    template_version_id: int | None = None,
    apology_version_id: int | None = None,
    line_version_id: int | None = None,
    reply_id: int | None = None,
) -> set[int]:
    """The versions of facts that one wording cites.

    Raises:
        ValueError: not exactly one wording is named.
    """
    named = [
        (column, number)
        for column, number in (
            (Citation.template_version_id, template_version_id),
            (Citation.apology_version_id, apology_version_id),
            (Citation.line_version_id, line_version_id),
            (Citation.reply_id, reply_id),
        )
        if number is not None
    ]
    if len(named) != 1:
        raise ValueError("a citation belongs to exactly one wording")
    column, number = named[0]
    return set(session.scalars(select(Citation.fact_version_id).where(column == number)))


def stale_template_versions(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the versions of templates that cite a fact which has changed since, or is retired."""
    return _stale(session, Citation.template_version_id, ids)


def stale_apology_versions(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the versions of apologies that cite a fact which has changed since, or is retired."""
    return _stale(session, Citation.apology_version_id, ids)


def stale_line_versions(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the versions of lines to take that cite a fact which has changed since, or is retired."""
    return _stale(session, Citation.line_version_id, ids)


def outdated_in_reply(session: Session, reply_id: int) -> list[Fact]:
    """The facts that a reply cites and that have changed since, or are retired: it must not leave like that."""
    return outdated_among(session, cited_in(session, reply_id=reply_id))


def outdated_among(session: Session, fact_version_ids: Collection[int]) -> list[Fact]:
    """The facts of which one of the versions says what is not so any more, or which are retired, by name."""
    wanted = set(fact_version_ids)
    found = {
        outdated.fact.id: outdated.fact for outdated in outdated_versions(session) if outdated.version.id in wanted
    }
    return sorted(found.values(), key=lambda fact: fact.name)


def outdated_versions(session: Session) -> list[Outdated]:
    """Every version of a fact that is not to be said any more. Facts are few: they are read together.

    A version is outdated when the newest one says something else in a language that it has, or when its fact is
    retired. Another language, or another source, beside the same words outdates nothing.
    """
    rows = session.execute(
        select(Fact, FactVersion)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .order_by(FactVersion.fact_id, FactVersion.number.desc())
    )
    newest: dict[int, FactVersion] = {}
    found = []
    for fact, version in rows:
        present = newest.setdefault(fact.id, version)
        changed = any(present.texts.get(code) != words for code, words in version.texts.items())
        if changed or fact.retired_at is not None:
            found.append(Outdated(fact, version, present, changed))
    return found


def recognisable(words: str) -> bool:
    """Whether words are found again in a free text without being found everywhere: eight characters, five of them
    where there is a digit ("lot 14"), or a figure of at least three digits ("312")."""
    folded = _folded(words)
    least = _LEAST_WITH_DIGITS if any(character.isdigit() for character in folded) else _LEAST_WORDS
    return len(folded) >= least or re.search(r"\d{3}", folded) is not None


_IN_USE = (
    select(FactVersion)
    .join(Fact, Fact.id == FactVersion.fact_id)
    .where(Fact.retired_at.is_(None))
    .order_by(FactVersion.fact_id, FactVersion.number.desc())
)


def recognised(session: Session, text: str) -> tuple[int, ...]:
    """The versions of facts in use whose words stand in a text that somebody typed, ascending.

    Of each fact the newest version that is found, so that words of an earlier one show that they are outdated. What is
    not `recognisable` is not looked for.
    """
    facts: dict[int, list[FactVersion]] = defaultdict(list)
    for version in session.scalars(_IN_USE):
        facts[version.fact_id].append(version)
    folded = _folded(text)
    found = (
        next((version.id for version in versions if _stands_in(version, folded)), None) for versions in facts.values()
    )
    return tuple(sorted(version for version in found if version is not None))


_other = aliased(FactVersion)
_NEWEST_NUMBER = (
    select(func.max(_other.number))
    .where(_other.fact_id == FactVersion.fact_id)
    .correlate(FactVersion)
    .scalar_subquery()
)
"""Of a row of `fact_versions`: the number of the newest version of its fact."""


def _newest(session: Session, which: ColumnElement[bool]) -> list[tuple[Fact, FactVersion]]:
    rows = session.execute(
        select(Fact, FactVersion)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .where(which, FactVersion.number == _NEWEST_NUMBER)
    )
    return [(fact, version) for fact, version in rows]


def _stale(session: Session, column: InstrumentedAttribute[int | None], ids: Collection[int]) -> set[int]:
    outdated = [each.version.id for each in outdated_versions(session)] if ids else []
    if not outdated:
        return set()
    return {
        number
        for number in session.scalars(
            select(column).where(among(column, sorted(set(ids))), Citation.fact_version_id.in_(outdated))
        )
        if number is not None
    }


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _stands_in(version: FactVersion, folded: str) -> bool:
    for words in version.texts.values():
        wanted = _folded(str(words))
        if recognisable(wanted) and re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded):
            return True
    return False
