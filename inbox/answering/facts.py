"""Facts: what we say is so, in versions. Wordings cite them as `{fact:name}`, and are stale once a fact has changed.

What follows from a change is derived when it is asked for (`citations`, `corrections`): nothing is rewritten.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from inbox import bell, clock, trail
from inbox.answering.citations import (
    Expanded,
    cite,
    cited_in,
    expand,
    outdated_in_reply,
    recognisable,
    recognised,
    stale_apology_versions,
    stale_line_versions,
    stale_template_versions,
)
from inbox.answering.corrections import (
    ChangedFact,
    FollowUp,
    ToCorrect,
    count_to_correct,
    decide,
    decide_together,
    start_correction,
    to_correct,
)
from inbox.answering.finding import typed
from inbox.extensions import session, writing
from inbox.models import (
    ApologyVersion,
    Citation,
    Fact,
    FactVersion,
    LineVersion,
    Member,
    ReplyTemplateVersion,
    hash_of_words,
)
from inbox.notices.telling import tell
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown

__all__ = [
    "ChangedFact",
    "CitedBy",
    "Expanded",
    "FactShown",
    "FollowUp",
    "ToCorrect",
    "bring_back",
    "change",
    "cite",
    "cited_in",
    "count_to_correct",
    "create",
    "decide",
    "decide_together",
    "expand",
    "get_fact",
    "list_facts",
    "names_of",
    "outdated_in_reply",
    "recognised",
    "retire",
    "stale_apology_versions",
    "stale_line_versions",
    "stale_template_versions",
    "start_correction",
    "to_correct",
]

LONGEST_NAME = 40
LONGEST_WORDS = 500
"""Characters of what a fact says in one language: it stands inside a sentence."""

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class CitedBy:
    """How many templates, apologies, lines to take and replies cite a fact, each counted once, in any version."""

    templates: int
    apologies: int
    lines: int
    replies: int


@dataclass(frozen=True, slots=True)
class FactShown:
    """A fact with its versions, newest first, and what cites it."""

    fact: Fact
    versions: tuple[FactVersion, ...]
    cited_by: CitedBy

    @property
    def newest(self) -> FactVersion:
        """What we say now."""
        return self.versions[0]


def list_facts(actor: Actor, *, retired: bool = False) -> list[FactShown]:
    """The facts in use, or the retired ones, by name."""
    require(actor, Permission.FACTS_VIEW)
    current = session()
    wanted = Fact.retired_at.is_not(None) if retired else Fact.retired_at.is_(None)
    return _shown(current, list(current.scalars(select(Fact).where(wanted).order_by(Fact.name))))


def get_fact(actor: Actor, fact_id: int) -> FactShown:
    """One fact, retired or not.

    Raises:
        Unknown: `fact_unknown`.
    """
    require(actor, Permission.FACTS_VIEW)
    current = session()
    return _shown(current, [_fact(current, fact_id)])[0]


def create(actor: Actor, name: str, texts: Mapping[str, str], source: str = "") -> Fact:
    """Note something that we say is so.

    Args:
        name: what is typed to cite it, `leak` for `{fact:leak}`: small letters, digits, `-` and `_`.
        texts: the words by language code, as they stand inside a sentence; at least one.
        source: how we know.

    Raises:
        Problem: `fact_name_unusable`, `fact_words_empty`, `fact_words_too_long`, `fact_words_too_short`,
            `fact_braces`, `language_code_unknown`.
        Conflict: `fact_name_taken`.
    """
    require(actor, Permission.FACTS_WRITE)
    name, words, known_from = _name(name), _texts(texts), _source(source)
    now = clock.now()
    try:
        with writing() as current:
            if current.scalar(select(Fact.id).where(Fact.name == name)) is not None:
                raise Conflict("fact_name_taken", name=name)
            fact = Fact(name=name, created_at=now, created_by=actor.name)
            current.add(fact)
            current.flush()
            _add_version(current, actor, fact, 1, words, known_from)
            _record(current, actor, fact, "fact.created", 1, words)
    except IntegrityError:
        raise Conflict("fact_name_taken", name=name) from None
    return fact


def change(actor: Actor, fact_id: int, texts: Mapping[str, str], source: str = "", *, seen_number: int) -> FactVersion:
    """Say anew what is so. Wordings that cite it are stale from now on, and replies sent with it are to be corrected.

    Supervisors and community managers are told. The same words again change nothing.

    Args:
        seen_number: the number of the version that was on screen.

    Raises:
        Unknown: `fact_unknown`.
        Conflict: `fact_changed_meanwhile`: a colleague was quicker.
        Problem: as `create`, and `fact_retired`.
    """
    require(actor, Permission.FACTS_WRITE)
    words, known_from = _texts(texts), _source(source)
    with writing() as current:
        fact = _fact(current, fact_id, lock=True)
        if fact.retired_at is not None:
            raise Problem("fact_retired", name=fact.name)
        newest = _newest(current, fact.id)
        if newest.number != seen_number:
            raise Conflict("fact_changed_meanwhile", name=fact.name)
        if (newest.texts, newest.source) == (words, known_from):
            return newest
        version = _add_version(current, actor, fact, newest.number + 1, words, known_from)
        _record(current, actor, fact, "fact.changed", version.number, words)
        if newest.texts != words:
            _tell(current, actor, fact, "fact_changed")
    return version


def retire(actor: Actor, fact_id: int) -> Fact:
    """Cite a fact no longer: wordings that cite it are stale. Retiring it twice changes nothing.

    Raises:
        Unknown: `fact_unknown`.
    """
    return _set_retired(actor, fact_id, True)


def bring_back(actor: Actor, fact_id: int) -> Fact:
    """Let a retired fact be cited again.

    Raises:
        Unknown: `fact_unknown`.
    """
    return _set_retired(actor, fact_id, False)


def names_of(actors: Collection[str]) -> dict[str, str]:
    """What members are called who are named as the trail names them, `member:12`; others are left out."""
    ids = [int(name.removeprefix("member:")) for name in actors if name.startswith("member:")]
    rows = session().execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {f"member:{row.id}": row.name for row in rows}


def _set_retired(actor: Actor, fact_id: int, retired: bool) -> Fact:
    require(actor, Permission.FACTS_WRITE)
    with writing() as current:
        fact = _fact(current, fact_id, lock=True)
        if (fact.retired_at is not None) != retired:
            fact.retired_at = clock.now() if retired else None
            newest = _newest(current, fact.id)
            deed = "fact.retired" if retired else "fact.brought_back"
            _record(current, actor, fact, deed, newest.number, newest.texts)
            _tell(current, actor, fact, "fact_retired" if retired else "fact_brought_back")
    return fact


def _shown(current: Session, facts: list[Fact]) -> list[FactShown]:
    ids = [fact.id for fact in facts]
    versions: dict[int, list[FactVersion]] = defaultdict(list)
    for version in current.scalars(
        select(FactVersion).where(FactVersion.fact_id.in_(ids)).order_by(FactVersion.number.desc())
    ):
        versions[version.fact_id].append(version)
    counts = {
        row[0]: CitedBy(*row[1:])
        for row in current.execute(
            select(
                FactVersion.fact_id,
                func.count(func.distinct(ReplyTemplateVersion.template_id)),
                func.count(func.distinct(ApologyVersion.apology_id)),
                func.count(func.distinct(LineVersion.line_id)),
                func.count(func.distinct(Citation.reply_id)),
            )
            .join(Citation, Citation.fact_version_id == FactVersion.id)
            .outerjoin(ReplyTemplateVersion, ReplyTemplateVersion.id == Citation.template_version_id)
            .outerjoin(ApologyVersion, ApologyVersion.id == Citation.apology_version_id)
            .outerjoin(LineVersion, LineVersion.id == Citation.line_version_id)
            .where(FactVersion.fact_id.in_(ids))
            .group_by(FactVersion.fact_id)
        )
    }
    nothing = CitedBy(0, 0, 0, 0)
    return [FactShown(fact, tuple(versions[fact.id]), counts.get(fact.id, nothing)) for fact in facts]


def _fact(current: Session, fact_id: int, *, lock: bool = False) -> Fact:
    fact = current.get(Fact, fact_id, populate_existing=True, with_for_update=lock or None)
    if fact is None:
        raise Unknown("fact_unknown", name=fact_id)
    return fact


def _newest(current: Session, fact_id: int) -> FactVersion:
    return current.scalars(
        select(FactVersion).where(FactVersion.fact_id == fact_id).order_by(FactVersion.number.desc()).limit(1)
    ).one()


def _add_version(
    current: Session, actor: Actor, fact: Fact, number: int, words: dict[str, str], source: str
) -> FactVersion:
    version = FactVersion(
        fact_id=fact.id, number=number, texts=words, source=source, written_at=clock.now(), written_by=actor.name
    )
    current.add(version)
    return version


def _record(current: Session, actor: Actor, fact: Fact, deed: str, number: int, words: Mapping[str, str]) -> None:
    params = {
        "name": fact.name,
        "number": number,
        "text_hash": {code: hash_of_words(text) for code, text in words.items()},
    }
    trail.record(current, actor, deed, of=("fact", fact.id), params=params)
    bell.ring(current, "fact.changed", fact_id=fact.id)


def _tell(current: Session, actor: Actor, fact: Fact, code: str) -> None:
    for role in (Role.SUPERVISOR, Role.COMMUNITY_MANAGER):
        tell(current, role, code, of=("fact", fact.id), params={"name": fact.name, "actor": actor.name})


def _name(name: str) -> str:
    clean = name.strip()
    if not _NAME.fullmatch(clean):
        raise Problem("fact_name_unusable", most=LONGEST_NAME)
    return clean


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    written = {language: text for language, text in texts.items() if text.strip()}
    if not written:
        raise Problem("fact_words_empty")
    clean = {}
    for language, text in sorted(written.items()):
        if not _LANGUAGE.fullmatch(language):
            raise Problem("language_code_unknown", language=language)
        words = " ".join(typed(text, empty="fact_words_empty").split())
        if len(words) > LONGEST_WORDS:
            raise Problem("fact_words_too_long", most=LONGEST_WORDS)
        if "{" in words or "}" in words:
            # What stands in braces would be filled in, or block, once the fact stands in a wording.
            raise Problem("fact_braces")
        if not recognisable(words):
            raise Problem("fact_words_too_short", words=words)
        clean[language] = words
    return clean


def _source(source: str) -> str:
    return typed(source, empty="fact_words_empty") if source.strip() else ""
