"""What a member typed of an apology, checked and made into a version with all that an approval binds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import citations
from inbox.answering.cores import VARIABLE
from inbox.answering.finding import account_of, typed
from inbox.models import Apology, ApologyVersion, Post, hash_of_words
from inbox.problems import Problem, Unknown
from inbox.trail.chain import canonical

LONGEST_TITLE = 200
LONGEST_CORE = 4_000
FEWEST_WORDS = 4
"""A core of fewer words says what the words before it make it say: "Yes."."""

LONGEST_PART = 1_000
MOST_USES = 1_000_000

PARTS = ("happened", "to_whom", "regret", "repair", "by_when")
"""What an apology that works says: what happened, to whom, what we regret, what we do now, by when."""

_WORDS = re.compile(r"\w+")
_CLOSED = re.compile(r"[.!?…][\s\"'»”’)\]]*$")
_PLACEHOLDER = re.compile(r"\{([^{}\n]{0,60})\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """What a member typed of an apology.

    Attributes:
        core: the exact sentences; `{author_name}` and `{account_name}` may vary, `{fact:name}` cites a fact.
        situation: what happened and so on, by the names in `PARTS`.
        account_id: None where it may leave from every account.
        post_id: the only post under which it may leave.
        expires_at: aware; None for as long as nobody retires it.
        most_uses: how many replies may hold it, None for any number.
    """

    core: str
    situation: Mapping[str, str] = field(default_factory=dict)
    account_id: int | None = None
    post_id: int | None = None
    expires_at: datetime | None = None
    most_uses: int | None = None


def binding_hash(version: ApologyVersion, language: str) -> str:
    """SHA-256 over the canonical JSON of all that an approval binds, hexadecimal."""
    return hash_of_words(
        canonical(
            {
                "account": version.account_id,
                "core": version.core_hash,
                "expires": clock.to_iso(version.expires_at) if version.expires_at else None,
                "language": language,
                "post": version.post_id,
                "uses": version.most_uses,
            }
        )
    )


def version_of(current: Session, apology: Apology, wording: Wording) -> tuple[ApologyVersion, tuple[int, ...]]:
    """The version that `wording` makes, not stored, and the versions of facts that it cites."""
    as_typed = typed(wording.core, empty="apology_core_empty")
    expanded = citations.expand(current, as_typed, apology.language)
    _refuse_unbindable(expanded.text)
    if wording.account_id is not None:
        account_of(current, wording.account_id)
    if wording.post_id is not None:
        post = current.get(Post, wording.post_id)
        if post is None or wording.account_id not in (None, post.account_id):
            raise Unknown("post_unknown", id=wording.post_id)
    expires_at = clock.as_utc(wording.expires_at) if wording.expires_at is not None else None
    if expires_at is not None and expires_at <= clock.now():
        raise Problem("apology_expires_in_past")
    if wording.most_uses is not None and not 1 <= wording.most_uses <= MOST_USES:
        raise Problem("apology_uses_unusable", most=MOST_USES)
    version = ApologyVersion(
        apology_id=apology.id,
        core=expanded.text,
        core_hash=hash_of_words(expanded.text),
        typed=as_typed,
        situation={part: _part(wording.situation.get(part, "")) for part in PARTS},
        account_id=wording.account_id,
        post_id=wording.post_id,
        expires_at=expires_at,
        most_uses=wording.most_uses,
        written_at=clock.now(),
    )
    version.binding_hash = binding_hash(version, apology.language)
    return version, expanded.cited


def _refuse_unbindable(core: str) -> None:
    """Let only a core be approved whose words say the same wherever they stand."""
    if len(core) > LONGEST_CORE:
        raise Problem("apology_core_too_long", most=LONGEST_CORE)
    if len(_WORDS.findall(core)) < FEWEST_WORDS:
        raise Problem("apology_core_too_short", least=FEWEST_WORDS)
    if not _CLOSED.search(core):
        raise Problem("apology_core_open")
    for place in _PLACEHOLDER.finditer(core):
        if place[1] not in VARIABLE:
            raise Problem("core_placeholder_unknown", name=place[1][:40])


def title_of(title: str) -> str:
    """The title as it is kept.

    Raises:
        Problem: `apology_title_empty`, `apology_title_too_long`.
    """
    clean = " ".join(typed(title, empty="apology_title_empty").split())
    if len(clean) > LONGEST_TITLE:
        raise Problem("apology_title_too_long", most=LONGEST_TITLE)
    return clean


def language_of(language: str) -> str:
    """The code of a language.

    Raises:
        Problem: `language_code_unknown`.
    """
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,5})?", language):
        raise Problem("language_code_unknown", language=language[:20])
    return language


def _part(words: str) -> str:
    clean = typed(words, empty="apology_core_empty") if words.strip() else ""
    if len(clean) > LONGEST_PART:
        raise Problem("apology_part_too_long", most=LONGEST_PART)
    return clean
