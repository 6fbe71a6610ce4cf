"""Whose replies wait for a supervisor, how many must agree, and which polite phrases leave by themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from flask import Blueprint, g, request

from inbox import clock, languages, members
from inbox.answering import approval_rules, courtesies, gate
from inbox.answering.standing_behind import LEAST
from inbox.collecting import accounts
from inbox.extensions import db
from inbox.permissions import GRANTS, Actor, Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.reading import number, optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("approval_rules", __name__, url_prefix="/replies/approvals")

FIRST_DAYS = (3, 7, 14, 30)
"""For how many days a novice's replies can be made to wait, without choosing a date."""

LONGEST_DAYS = 366


@screen.get("/rules")
@access.needs(Permission.APPROVAL_RULES_CHANGE)
def index(problem: str | None = None, account_id: int | None = None, member_id: int | None = None) -> Answer:
    """What each account asks for, and whose replies wait."""
    writers = [role for role, granted in GRANTS.items() if Permission.REPLIES_WRITE in granted]
    return page(
        "approvals/rules.html",
        accounts=[health.account for health in accounts.list_accounts(g.actor)],
        writers=[
            member
            for member in members.list_members(g.actor)
            if member.deactivated_at is None and set(member.roles) & set(writers)
        ],
        now=clock.now(),
        days=FIRST_DAYS,
        least=LEAST,
        most=approval_rules.MOST_CONFIRMATIONS,
        problem=problem,
        problem_account=account_id,
        problem_member=member_id,
    )


@screen.post("/rules/accounts/<int:account_id>")
@access.needs(Permission.APPROVAL_RULES_CHANGE)
@rendering.told_on(index)
def set_for_account(account_id: int) -> Answer:
    """Save what an account asks for."""
    approval_rules.set_for_account(
        g.actor,
        account_id,
        approves_every_reply=bool(request.form.get("every")),
        confirmations_needed=number("confirmations"),
        approval_minutes=number("minutes"),
        likeness_limit=optional_number("likeness"),
    )
    return rendering.done("approval_rules.index", "rules_saved")


@screen.post("/rules/members/<int:member_id>")
@access.needs(Permission.APPROVAL_RULES_CHANGE)
@rendering.told_on(index)
def supervise(member_id: int) -> Answer:
    """Let a member's replies wait for some days, or no longer."""
    days = number("days")
    approval_rules.supervise(g.actor, member_id, _evening(days) if days else None)
    return rendering.done("approval_rules.index", "supervision_saved")


@screen.get("/courtesies")
@access.needs(Permission.TEMPLATES_VIEW)
def courtesies_() -> Answer:
    """The phrases that leave without approval."""
    return _list()


@screen.post("/courtesies/allow")
@access.needs(Permission.COURTESIES_WRITE)
def allow() -> Answer:
    """Let a phrase leave from now on."""
    return _set(courtesies.allow, "courtesy_is_allowed", "courtesy_waits")


@screen.post("/courtesies/take-out")
@access.needs(Permission.COURTESIES_WRITE)
def take_out() -> Answer:
    """Have a phrase wait from now on."""
    return _set(courtesies.take_out, "courtesy_is_taken_out", "courtesy_is_taken_out")


def _list(problem: str | None = None, status: int = 200) -> Answer:
    allowed = courtesies.list_courtesies(g.actor)
    return page(
        "approvals/courtesies.html",
        status,
        allowed=allowed,
        proposed=courtesies.proposed(g.actor),
        taken_out=[phrase for phrase in gate.STARTER_COURTESIES if phrase not in set(allowed)],
        problem=problem,
        phrase=request.form.get("phrase", "") if problem else "",
    )


def _set(deed: Callable[[Actor, str], object], done: str, not_yet: str) -> Answer:
    try:
        complete = deed(g.actor, request.form.get("phrase", ""))
    except Problem as problem:
        db.session.rollback()
        return _list(rendering.sentence_of(problem), problem.status)
    return rendering.done("approval_rules.courtesies_", not_yet if complete is False else done)


def _evening(days: int) -> datetime:
    """The end of the day that comes so many days after today, on the reader's clock."""
    if days > LONGEST_DAYS:
        raise Problem("number_unreadable")
    today = clock.now().astimezone(languages.zone()).date()
    return datetime.combine(today + timedelta(days=days + 1), time(), languages.zone())
