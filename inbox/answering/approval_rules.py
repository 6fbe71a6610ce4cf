"""Whose replies wait for a supervisor, how many must agree, and how long an approval may take."""

from __future__ import annotations

from datetime import datetime

from inbox import clock, trail
from inbox.answering.finding import account_of
from inbox.answering.standing_behind import LEAST
from inbox.extensions import writing
from inbox.models import Account, Member
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem, Unknown

MOST_CONFIRMATIONS = 5
LONGEST_MINUTES = 24 * 60


def set_for_account(
    actor: Actor,
    account_id: int,
    *,
    approves_every_reply: bool,
    confirmations_needed: int,
    approval_minutes: int,
    likeness_limit: int | None,
) -> Account:
    """Set what an account asks for before a reply leaves.

    Args:
        approves_every_reply: every reply waits for a supervisor.
        confirmations_needed: how many different members stand behind an apology or a held reply, from 2 to 5.
        approval_minutes: after how long without an answer everyone is told, from 1 to 1,440.
        likeness_limit: from how many people with nearly the same text on a reply needs a reason; None for never.

    Raises:
        Unknown: `account_unknown`.
        Problem: `confirmations_out_of_range`, `approval_minutes_out_of_range`, `likeness_limit_out_of_range`.
    """
    require(actor, Permission.APPROVAL_RULES_CHANGE)
    if not LEAST <= confirmations_needed <= MOST_CONFIRMATIONS:
        raise Problem("confirmations_out_of_range", least=LEAST, most=MOST_CONFIRMATIONS)
    if not 1 <= approval_minutes <= LONGEST_MINUTES:
        raise Problem("approval_minutes_out_of_range", most=LONGEST_MINUTES)
    if likeness_limit is not None and not 1 <= likeness_limit <= 1_000_000:
        raise Problem("likeness_limit_out_of_range")
    with writing() as current:
        account = account_of(current, account_id)
        account.approves_every_reply = approves_every_reply
        account.confirmations_needed = confirmations_needed
        account.approval_minutes = approval_minutes
        account.likeness_limit = likeness_limit
        trail.record(
            current,
            actor,
            "approval_rules.account_set",
            of=("account", account.id),
            params={
                "every_reply": approves_every_reply,
                "confirmations": confirmations_needed,
                "minutes": approval_minutes,
                "likeness": likeness_limit,
            },
        )
    return account


def supervise(actor: Actor, member_id: int, until: datetime | None) -> Member:
    """Let every reply of a member wait for a supervisor until a moment (aware); None ends it at once.

    Raises:
        Unknown: `member_unknown`.
        Problem: `supervised_until_past`, `supervises_self`.
    """
    require(actor, Permission.APPROVAL_RULES_CHANGE)
    moment = clock.as_utc(until) if until is not None else None
    if moment is not None and moment <= clock.now():
        raise Problem("supervised_until_past")
    if member_id == actor.member_id:
        raise Problem("supervises_self")
    with writing() as current:
        member = current.get(Member, member_id)
        if member is None:
            raise Unknown("member_unknown", email=str(member_id))
        member.supervised_until = moment
        trail.record(
            current,
            actor,
            "approval_rules.member_set",
            of=("member", member.id),
            params={"until": clock.to_iso(moment) if moment is not None else None},
        )
    return member
