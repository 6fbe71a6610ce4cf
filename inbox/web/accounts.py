"""The accounts: how collection goes, connecting and disconnecting, and how long a wait may be."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, request

from inbox.collecting import accounts, retention, watch_plan
from inbox.collecting.triage import Urgency
from inbox.measuring import targets
from inbox.permissions import Permission
from inbox.problems import Unknown
from inbox.web import access, rendering
from inbox.web.reading import number, optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("accounts", __name__)


@screen.get("/accounts")
@access.needs(Permission.ACCOUNTS_VIEW)
def index(problem: str | None = None, account_id: int | None = None) -> Answer:
    """Every account and how it does."""
    return page(
        "accounts/index.html",
        accounts=accounts.list_accounts(g.actor),
        networks=accounts.networks_to_connect(),
        plans=watch_plan.plans(g.actor),
        targets=targets.list_targets(g.actor),
        rows=_rows(),
        problem=problem,
        problem_at=account_id,
    )


@screen.get("/accounts/connect/<network>")
@access.needs(Permission.ACCOUNTS_CHANGE)
def connect(network: str, problem: str | None = None) -> Answer:
    """What is typed to connect an account on this network."""
    return page("accounts/connect.html", choice=_choice(network), problem=problem)


@screen.post("/accounts/connect/<network>")
@access.needs(Permission.ACCOUNTS_CHANGE)
@rendering.told_on(connect)
def join(network: str) -> Answer:
    """Ask the network, then store the account with its sign-in encrypted."""
    choice = _choice(network)
    accounts.connect_account(
        g.actor,
        network,
        request.form.get("identifier", ""),
        base_url=request.form.get("base_url", ""),
        credentials={field.name: request.form.get(f"credential-{field.name}", "") for field in choice.fields},
    )
    return rendering.done("accounts.index", "account_is_connected")


@screen.post("/accounts/<int:account_id>/disconnect")
@access.needs(Permission.ACCOUNTS_CHANGE)
@rendering.told_on(index)
def disconnect(account_id: int) -> Answer:
    """Stop collecting and answering; what was collected stays."""
    accounts.disconnect_account(g.actor, account_id)
    return rendering.done("accounts.index", "account_is_disconnected")


@screen.post("/accounts/<int:account_id>/targets")
@access.needs(Permission.ACCOUNTS_CHANGE)
@rendering.told_on(index)
def set_targets(account_id: int) -> Answer:
    """Set how long first and later waits may be, typed in minutes by urgency and crisis; what is left empty has no
    target of its own."""
    targets.set_targets(g.actor, account_id, _typed_targets())
    return rendering.done("accounts.index", "targets_saved")


@screen.post("/accounts/<int:account_id>/retention")
@access.needs(Permission.ACCOUNTS_CHANGE)
@rendering.told_on(index)
def set_retention(account_id: int) -> Answer:
    """Say how long names and texts are kept."""
    retention.set_retention(g.actor, account_id, number("months"))
    return rendering.done("accounts.index", "retention_saved")


@dataclass(frozen=True, slots=True)
class TargetField:
    """One field of the table of targets: what it is called in the form, and which of a case's two targets it holds."""

    name: str
    case: targets.Case
    which: str


def _rows() -> list[tuple[str, list[TargetField]]]:
    """The table of targets: for each urgency its name, and its fields outside a crisis, then while one is open."""
    return [
        (
            Urgency(urgency).name.lower(),
            [
                TargetField(_field(which, targets.Case(urgency, in_crisis)), targets.Case(urgency, in_crisis), which)
                for in_crisis in (False, True)
                for which in targets.Allowed._fields
            ],
        )
        for urgency in sorted({case.urgency for case in targets.CASES}, reverse=True)
    ]


def _typed_targets() -> dict[targets.Case, targets.Allowed]:
    return {
        case: targets.Allowed(*(_seconds(_field(which, case), case) for which in targets.Allowed._fields))
        for case in targets.CASES
        if case == targets.ORDINARY or _field("first", case) in request.form
    }


def _seconds(name: str, case: targets.Case) -> int | None:
    minutes = number(name) if case == targets.ORDINARY else optional_number(name)
    return None if minutes is None else minutes * 60


def _field(which: str, case: targets.Case) -> str:
    """What a field is called: `first_minutes`, `next_minutes-press`, `first_minutes-danger-crisis`."""
    urgency = "" if case.urgency == targets.ORDINARY.urgency else f"-{Urgency(case.urgency).name.lower()}"
    return f"{which}_minutes{urgency}{'-crisis' if case.in_crisis else ''}"


def _choice(network: str) -> accounts.NetworkChoice:
    for choice in accounts.networks_to_connect():
        if choice.network == network:
            return choice
    raise Unknown("network_unknown", network=network)
