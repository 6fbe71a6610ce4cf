"""When nobody answers an approval in time it goes to the deputies and everyone sees it; what would run out unattended
is flagged beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock, notices
from inbox.answering import apologies
from inbox.answering.finding import AWAITING_SOMEBODY
from inbox.answering.in_force import newest_number
from inbox.extensions import session, writing
from inbox.models import Account, Apology, ApologyState, ApologyVersion, Notice, Reply, ReplyState
from inbox.notices import duty
from inbox.permissions import Actor, Permission, Role, require

EVERYONE = (Role.SUPERVISOR, Role.COMMUNITY_MANAGER)
AHEAD = timedelta(hours=24)
"""How long before a wording runs out somebody is told that no approver is on duty then."""

OVERDUE = "approval_overdue"
UNATTENDED = "apology_unattended"


def remind(actor: Actor) -> int:
    """Tell of every approval that nobody answered in time, and of every wording that would run out unattended, once.

    Returns:
        how many were told of.
    """
    require(actor, Permission.REPLIES_SEND)
    current = session()
    wanted = [*_overdue(current), *_unattended(current)]
    current.commit()
    if not wanted:
        return 0
    told = 0
    with writing() as current:
        for code, of, since, params in wanted:
            if _known(current, code, of, since):
                continue
            told += 1
            for role in EVERYONE if code == OVERDUE else (Role.SUPERVISOR,):
                notices.tell(current, role, code, of=of, params=params)
            if code == OVERDUE:
                for deputy in _deputies(current):
                    notices.tell_member(current, deputy, "approval_for_deputy", of=of, params=params)
    return told


Wanted = tuple[str, tuple[str, int], datetime, dict[str, object]]


def _overdue(current: Session) -> list[Wanted]:
    now = clock.now()
    found: list[Wanted] = []
    for reply, since, minutes in current.execute(
        select(Reply.id, Reply.submitted_at, Account.approval_minutes)
        .join(Account, Account.id == Reply.account_id)
        .where(AWAITING_SOMEBODY, Reply.state == ReplyState.SUBMITTED)
        .order_by(Reply.submitted_at)
        .limit(200)
    ):
        if since is not None and now - since > timedelta(minutes=minutes):
            found.append((OVERDUE, ("reply", reply), since, {"minutes": minutes}))
    shortest = current.scalar(select(func.min(Account.approval_minutes))) or 0
    own = select(Account.approval_minutes).where(Account.id == ApologyVersion.account_id).scalar_subquery()
    for apology, since, minutes in current.execute(
        select(Apology.id, Apology.submitted_at, func.coalesce(own, shortest))
        .join(ApologyVersion, ApologyVersion.apology_id == Apology.id)
        .where(Apology.state == ApologyState.SUBMITTED, ApologyVersion.number == newest_number())
        .order_by(Apology.submitted_at)
        .limit(200)
    ):
        if since is not None and now - since > timedelta(minutes=minutes):
            found.append((OVERDUE, ("apology", apology), since, {"minutes": minutes}))
    return found


def _unattended(current: Session) -> list[Wanted]:
    now = clock.now()
    rows = current.execute(
        select(Apology, ApologyVersion)
        .join(ApologyVersion, ApologyVersion.apology_id == Apology.id)
        .where(
            Apology.state == ApologyState.APPROVED,
            ApologyVersion.number == newest_number(),
            ApologyVersion.expires_at > now,
            ApologyVersion.expires_at <= now + AHEAD,
        )
    ).all()
    return [
        (UNATTENDED, ("apology", apology.id), version.written_at, {"expires_at": clock.to_iso(version.expires_at)})
        for apology, version in rows
        if version.expires_at is not None and runs_out_unattended(current, version.expires_at)
    ]


def runs_out_unattended(current: Session, expires_at: datetime) -> bool:
    """Whether no approver is on duty in the last hour before a wording runs out, when it would be renewed."""
    return bool(duty.gaps(current, max(clock.now(), expires_at - timedelta(hours=1)), expires_at))


def unattended(actor: Actor) -> dict[int, datetime]:
    """The approved wordings that run out within a day while no approver is on duty: their number, and when."""
    require(actor, Permission.APOLOGIES_DRAFT)
    current = session()
    found = _unattended(current)
    return {
        of[1]: expires
        for _, of, _, _ in found
        if (expires := apologies.newest_version(current, of[1]).expires_at) is not None
    }


def _known(current: Session, code: str, of: tuple[str, int], since: datetime) -> bool:
    told = select(Notice.id).where(
        Notice.object_type == of[0], Notice.object_id == str(of[1]), Notice.code == code, Notice.at >= since
    )
    return current.scalar(told.limit(1)) is not None


def _deputies(current: Session) -> list[int]:
    return [each.deputy.id for each in duty.on_duty(current, clock.now()) if each.deputy is not None]
