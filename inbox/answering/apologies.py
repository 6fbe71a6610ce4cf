"""Apologies: wordings prepared for a situation, in versions, from draft to approved.

An approval binds one version: its core and all that says where and how long it holds. Two different members confirm
the same hash, one of them at least with the right to approve; whatever changes, changes the hash, and the approval is
void.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import bell, clock, notices, trail
from inbox.answering import citations
from inbox.answering.apology_wording import Wording, language_of, title_of, version_of
from inbox.answering.finding import typed
from inbox.answering.standing_behind import check_second, complete, needed_for, still_standing
from inbox.extensions import writing
from inbox.models import (
    Apology,
    ApologyConfirmation,
    ApologyReturn,
    ApologyState,
    ApologyVersion,
)
from inbox.permissions import Actor, Permission, Role, require
from inbox.problems import Conflict, Problem, Unknown


def create(actor: Actor, title: str, language: str, wording: Wording) -> Apology:
    """Draft an apology.

    Raises:
        Problem: `apology_title_empty`, `apology_title_too_long`, `apology_core_empty`, `apology_core_too_long`,
            `core_placeholder_unknown`, `apology_part_too_long`, `apology_expires_in_past`, `apology_uses_unusable`,
            `language_code_unknown`, or a code of `citations.expand`.
        Unknown: `account_unknown`, `post_unknown`.
    """
    require(actor, Permission.APOLOGIES_DRAFT)
    with writing() as current:
        apology = Apology(
            title=title_of(title), language=language_of(language), created_at=clock.now(), created_by=actor.name
        )
        current.add(apology)
        current.flush()
        version = _add_version(current, actor, apology, 1, wording)
        _tell(current, actor, apology, version, "apology.drafted")
    return apology


def edit(actor: Actor, apology_id: int, wording: Wording, *, title: str, seen_number: int) -> Apology:
    """Write a new version. Whatever stood behind the old one does not stand behind this one.

    While it waits for approval, or is approved, a member with the right to approve edits it in place: the new version
    waits with their confirmation, and is complete once another member accepts it. Anybody else's edit is a draft again.

    Args:
        seen_number: the version that was on screen.

    Raises:
        Unknown, Problem: as `create`; `apology_unknown`.
        Conflict: `apology_changed`: somebody wrote another version meanwhile; `apology_not_now`: it is retired.
    """
    _require_either(actor, Permission.APOLOGIES_DRAFT, Permission.APOLOGIES_APPROVE)
    with writing() as current:
        apology = find(current, apology_id, lock=True)
        newest = newest_version(current, apology.id)
        if newest.number != seen_number:
            raise Conflict("apology_changed")
        if apology.state is ApologyState.RETIRED:
            raise Conflict("apology_not_now")
        in_place = actor.may(Permission.APOLOGIES_APPROVE) and apology.state in (
            ApologyState.SUBMITTED,
            ApologyState.APPROVED,
        )
        apology.title = title_of(title)
        if _same(current, apology, newest, wording):
            trail.record(current, actor, "apology.renamed", of=("apology", apology.id))
            return apology
        version = _add_version(current, actor, apology, newest.number + 1, wording)
        if in_place:
            apology.state = ApologyState.SUBMITTED
            apology.submitted_at = clock.now()
            _confirm(current, actor, version)
            _tell(current, actor, apology, version, "apology.edited_in_place")
            _ask_for_acceptance(current, apology, newest)
        else:
            apology.state, apology.submitted_at = ApologyState.DRAFT, None
            _tell(current, actor, apology, version, "apology.edited")
    return apology


def submit(actor: Actor, apology_id: int, *, seen_hash: str) -> Apology:
    """Hand a draft in: whoever submits stands behind the version they saw.

    Raises:
        Unknown: `apology_unknown`.
        Conflict: `apology_changed`, `apology_not_now`; `apology_returned_unchanged`: this very version was returned.
        Problem: `apology_stale`: it cites a fact that has changed; `apology_expired`.
    """
    require(actor, Permission.APOLOGIES_DRAFT)
    with writing() as current:
        apology, version = _seen(current, apology_id, seen_hash)
        if apology.state not in (ApologyState.DRAFT, ApologyState.RETURNED):
            raise Conflict("apology_not_now")
        if _was_returned(current, version):
            raise Conflict("apology_returned_unchanged")
        _refuse_unfit(current, version)
        apology.state, apology.submitted_at = ApologyState.SUBMITTED, clock.now()
        _confirm(current, actor, version)
        _tell(current, actor, apology, version, "apology.submitted")
        for role in (Role.SUPERVISOR, Role.APPROVER):
            notices.tell(current, role, "apology_submitted", of=("apology", apology.id), params={"actor": actor.name})
    return apology


def confirm(actor: Actor, apology_id: int, *, seen_hash: str) -> Apology:
    """Stand behind the version that was seen. With enough different members behind it, it is approved.

    Raises:
        Unknown: `apology_unknown`.
        Conflict: `apology_changed`: it is not the version that was on screen; `apology_not_now`: it does not wait;
            `confirmed_already`: one member is one member.
        Problem: `member_needed`; `second_member_made_by_first`; `apology_of_another`: whoever may not approve accepts
            only what they wrote themselves; `apology_stale`, `apology_expired`.
    """
    _require_either(actor, Permission.APOLOGIES_APPROVE, Permission.APOLOGIES_DRAFT)
    with writing() as current:
        apology, version = _seen(current, apology_id, seen_hash)
        if apology.state is not ApologyState.SUBMITTED:
            raise Conflict("apology_not_now")
        if not actor.may(Permission.APOLOGIES_APPROVE) and not _wrote(current, actor, apology):
            raise Problem("apology_of_another", 403)
        _refuse_unfit(current, version)
        _confirm(current, actor, version)
        behind = still_standing(current, confirmations_of(current, version.id), Permission.APOLOGIES_APPROVE)
        if complete(behind, needed_for(current, version.account_id)):
            apology.state, apology.submitted_at = ApologyState.APPROVED, None
            _tell(current, actor, apology, version, "apology.approved", members=[one.member_id for one in behind])
            _tell_drafter(current, actor, version, "apology_approved")
        else:
            _tell(current, actor, apology, version, "apology.confirmed")
    return apology


def send_back(actor: Actor, apology_id: int, words: str, *, seen_hash: str) -> Apology:
    """Return a wording to its drafter, saying what is to be changed; an approved one leaves no more.

    Raises:
        Unknown: `apology_unknown`.
        Conflict: `apology_changed`, `apology_not_now`.
        Problem: `return_words_empty`, `member_needed`.
    """
    require(actor, Permission.APOLOGIES_APPROVE)
    clean = typed(words, empty="return_words_empty")
    with writing() as current:
        apology, version = _seen(current, apology_id, seen_hash)
        if apology.state not in (ApologyState.SUBMITTED, ApologyState.APPROVED):
            raise Conflict("apology_not_now")
        apology.state, apology.submitted_at = ApologyState.RETURNED, None
        current.add(ApologyReturn(version_id=version.id, member_id=_member(actor), words=clean, at=clock.now()))
        _tell(current, actor, apology, version, "apology.returned")
        _tell_drafter(current, actor, version, "apology_returned")
    return apology


def retire(actor: Actor, apology_id: int) -> Apology:
    """Let an apology leave no more, and keep it readable; retiring it twice changes nothing.

    Raises:
        Unknown: `apology_unknown`.
    """
    require(actor, Permission.APOLOGIES_DRAFT)
    with writing() as current:
        apology = find(current, apology_id, lock=True)
        if apology.state is ApologyState.APPROVED:
            # Whoever could not approve it cannot undo what two members stand behind.
            require(actor, Permission.APOLOGIES_APPROVE)
        if apology.state is not ApologyState.RETIRED:
            apology.state, apology.submitted_at = ApologyState.RETIRED, None
            _tell(current, actor, apology, newest_version(current, apology.id), "apology.retired")
    return apology


def find(current: Session, apology_id: int, *, lock: bool = False) -> Apology:
    """The apology as it stands now.

    Raises:
        Unknown: `apology_unknown`.
    """
    locked = {"of": Apology, "key_share": True} if lock else None
    apology = current.get(Apology, apology_id, populate_existing=True, with_for_update=locked)
    if apology is None:
        raise Unknown("apology_unknown", id=apology_id)
    return apology


def newest_version(current: Session, apology_id: int) -> ApologyVersion:
    """What an apology says now."""
    return current.scalars(
        select(ApologyVersion)
        .where(ApologyVersion.apology_id == apology_id)
        .order_by(ApologyVersion.number.desc())
        .limit(1)
    ).one()


def confirmations_of(current: Session, version_id: int) -> list[ApologyConfirmation]:
    """Who stands behind a version, in the order in which they said so."""
    return list(
        current.scalars(
            select(ApologyConfirmation)
            .where(ApologyConfirmation.version_id == version_id)
            .order_by(ApologyConfirmation.id)
        )
    )


def _seen(current: Session, apology_id: int, seen_hash: str) -> tuple[Apology, ApologyVersion]:
    apology = find(current, apology_id, lock=True)
    version = newest_version(current, apology.id)
    if version.binding_hash != seen_hash:
        raise Conflict("apology_changed")
    return apology, version


def _was_returned(current: Session, version: ApologyVersion) -> bool:
    """Whether somebody returned this very version: what they said no to does not come back unchanged."""
    returned = select(ApologyReturn.id).where(ApologyReturn.version_id == version.id)
    return current.scalar(returned.limit(1)) is not None


def _wrote(current: Session, actor: Actor, apology: Apology) -> bool:
    own = select(ApologyVersion.id).where(
        ApologyVersion.apology_id == apology.id, ApologyVersion.member_id == actor.member_id
    )
    return actor.member_id is None or current.scalar(own.limit(1)) is not None


def _confirm(current: Session, actor: Actor, version: ApologyVersion) -> None:
    member_id = _member(actor)
    behind = confirmations_of(current, version.id)
    check_second(current, member_id, [one.member_id for one in behind])
    current.add(
        ApologyConfirmation(
            version_id=version.id,
            binding_hash=version.binding_hash,
            member_id=member_id,
            may_approve=actor.may(Permission.APOLOGIES_APPROVE),
            at=clock.now(),
        )
    )
    current.flush()


def _refuse_unfit(current: Session, version: ApologyVersion) -> None:
    if version.expires_at is not None and version.expires_at <= clock.now():
        raise Problem("apology_expired")
    if citations.stale_apology_versions(current, [version.id]):
        raise Problem("apology_stale")


def _add_version(current: Session, actor: Actor, apology: Apology, number: int, wording: Wording) -> ApologyVersion:
    version, cited = version_of(current, apology, wording)
    version.number, version.written_by, version.member_id = number, actor.name, actor.member_id
    current.add(version)
    current.flush()
    citations.cite(current, cited, apology_version_id=version.id)
    return version


def _same(current: Session, apology: Apology, newest: ApologyVersion, wording: Wording) -> bool:
    wanted, cited = version_of(current, apology, wording)
    return (
        wanted.binding_hash == newest.binding_hash
        and wanted.typed == newest.typed
        and wanted.situation == newest.situation
        and set(cited) == citations.cited_in(current, apology_version_id=newest.id)
    )


def _ask_for_acceptance(current: Session, apology: Apology, before: ApologyVersion) -> None:
    """Tell whoever wrote the version before that their acceptance completes the corrected one."""
    if before.member_id is not None:
        notices.tell_member(current, before.member_id, "apology_edited", of=("apology", apology.id))


def _tell_drafter(current: Session, actor: Actor, version: ApologyVersion, code: str) -> None:
    drafter = current.scalar(
        select(ApologyVersion.member_id)
        .where(ApologyVersion.apology_id == version.apology_id)
        .order_by(ApologyVersion.number)
        .limit(1)
    )
    if drafter is not None and drafter != actor.member_id:
        of = ("apology", version.apology_id)
        notices.tell_member(current, drafter, code, of=of, params={"actor": actor.name})


def _tell(
    current: Session, actor: Actor, apology: Apology, version: ApologyVersion, deed: str, **facts: object
) -> None:
    params = {"version": version.number, "core_hash": version.core_hash, "binding_hash": version.binding_hash, **facts}
    trail.record(current, actor, deed, of=("apology", apology.id), params=params)
    bell.ring(current, "apology.changed", apology_id=apology.id, state=apology.state.value)


def _require_either(actor: Actor, first: Permission, second: Permission) -> None:
    if not actor.may(second):
        require(actor, first)


def _member(actor: Actor) -> int:
    if actor.member_id is None:
        raise Problem("member_needed")
    return actor.member_id
