"""Apologies as pages show them: what each says, who stands behind it, whether it may leave and how often it has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import in_force, placeholders
from inbox.answering.apologies import find, newest_version
from inbox.answering.finding import account_of, conversation_of
from inbox.answering.standing_behind import needed_for
from inbox.extensions import session
from inbox.models import (
    Account,
    Apology,
    ApologyConfirmation,
    ApologyReturn,
    ApologyState,
    ApologyVersion,
    Author,
    Member,
)
from inbox.permissions import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Behind:
    """Somebody who stands behind a wording. `may_approve`: they had the right to approve."""

    member_id: int
    name: str
    may_approve: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Returned:
    """That a version was returned, by whom and with which words."""

    name: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version, who wrote it, who stands behind it, and what was said when it was returned."""

    version: ApologyVersion
    writer: str
    behind: tuple[Behind, ...]
    returns: tuple[Returned, ...]


@dataclass(frozen=True, slots=True)
class ShownApology:
    """An apology with its versions, newest first.

    Attributes:
        why_not: why it may not leave at present, as a code; None where it may.
        uses: how many replies hold it.
        needed: how many members must stand behind it.
        account: the name of the only account it may leave from, None for all.
    """

    apology: Apology
    versions: tuple[ShownVersion, ...]
    why_not: str | None
    uses: int
    needed: int
    account: str | None

    @property
    def newest(self) -> ShownVersion:
        """What it says now."""
        return self.versions[0]


@dataclass(frozen=True, slots=True)
class OfferedApology:
    """An approved wording that may leave in a conversation, with the names in their places."""

    apology_id: int
    title: str
    language: str
    text: str
    expires_at: datetime | None
    uses_left: int | None


def list_apologies(actor: Actor, *, retired: bool = False) -> list[ShownApology]:
    """Every apology, those that wait for somebody first, then the newest; or the retired ones."""
    _require_part(actor)
    current = session()
    of_state = Apology.state == ApologyState.RETIRED
    found = current.scalars(select(Apology).where(of_state if retired else ~of_state).order_by(Apology.id.desc()))
    order = list(_ORDER)
    return _shown(current, sorted(found, key=lambda apology: order.index(apology.state)))


def get_apology(actor: Actor, apology_id: int) -> ShownApology:
    """One apology.

    Raises:
        Unknown: `apology_unknown`.
    """
    _require_part(actor)
    current = session()
    return _shown(current, [find(current, apology_id)])[0]


def shown(current: Session, apologies: Collection[Apology]) -> list[ShownApology]:
    """The same without asking for a permission."""
    return _shown(current, list(apologies))


def offered(actor: Actor, conversation_id: int) -> list[OfferedApology]:
    """The approved wordings that may leave in a conversation at this moment, those in its language first.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.REPLIES_WRITE)
    current = session()
    conversation = conversation_of(current, conversation_id)
    author = current.get_one(Author, conversation.author_id)
    names = names_for(author, account_of(current, conversation.account_id))
    may, _ = in_force.wordings(current, conversation.account_id, conversation.post_id)
    language = conversation.language.partition("-")[0]
    return [
        OfferedApology(
            apology_id=one.apology.id,
            title=one.apology.title,
            language=one.apology.language,
            text=placeholders.fill(one.version.core, names).text,
            expires_at=one.version.expires_at,
            uses_left=one.uses_left,
        )
        for one in sorted(may, key=lambda one: one.apology.language.partition("-")[0] != language)
    ]


def names_for(author: Author, account: Account) -> dict[str, str]:
    """What stands in the places of a wording: no link or call to others is published because somebody is called so."""
    name = placeholders.tame_name(author.display_name) or placeholders.tame_name(author.identifier)
    return {"author_name": name, "account_name": account.name}


def _require_part(actor: Actor) -> None:
    """Whoever drafts, approves or may read what answers are made of, reads apologies."""
    if not (actor.may(Permission.APOLOGIES_DRAFT) or actor.may(Permission.APOLOGIES_APPROVE)):
        require(actor, Permission.TEMPLATES_VIEW)


_ORDER = (
    ApologyState.SUBMITTED,
    ApologyState.RETURNED,
    ApologyState.DRAFT,
    ApologyState.APPROVED,
    ApologyState.RETIRED,
)


def _shown(current: Session, apologies: list[Apology]) -> list[ShownApology]:
    numbers = [apology.id for apology in apologies]
    versions: dict[int, list[ApologyVersion]] = defaultdict(list)
    for version in current.scalars(
        select(ApologyVersion).where(ApologyVersion.apology_id.in_(numbers)).order_by(ApologyVersion.number.desc())
    ):
        versions[version.apology_id].append(version)
    of_version = [version.id for listed in versions.values() for version in listed]
    behind: dict[int, list[Behind]] = defaultdict(list)
    for one, name in current.execute(
        select(ApologyConfirmation, Member.name)
        .join(Member, Member.id == ApologyConfirmation.member_id)
        .where(ApologyConfirmation.version_id.in_(of_version))
        .order_by(ApologyConfirmation.id)
    ):
        behind[one.version_id].append(Behind(one.member_id, name, one.may_approve, one.at))
    returns: dict[int, list[Returned]] = defaultdict(list)
    for sent_back, name in current.execute(
        select(ApologyReturn, Member.name)
        .join(Member, Member.id == ApologyReturn.member_id)
        .where(ApologyReturn.version_id.in_(of_version))
        .order_by(ApologyReturn.id)
    ):
        returns[sent_back.version_id].append(Returned(name, sent_back.words, sent_back.at))
    writers = {row.id: row.name for row in current.execute(select(Member.id, Member.name))}
    accounts = {row.id: row.name for row in current.execute(select(Account.id, Account.name))}
    return [
        ShownApology(
            apology=apology,
            versions=tuple(
                ShownVersion(
                    version,
                    writers.get(version.member_id or 0, version.written_by),
                    tuple(behind[version.id]),
                    tuple(returns[version.id]),
                )
                for version in versions[apology.id]
            ),
            why_not=in_force.why_not(current, apology, newest_version(current, apology.id)),
            uses=in_force.uses_of(current, apology.id),
            needed=needed_for(current, versions[apology.id][0].account_id),
            account=accounts.get(versions[apology.id][0].account_id or 0),
        )
        for apology in apologies
    ]
