"""The accounts: how collection goes, connecting and disconnecting, and how long a wait may be."""

from __future__ import annotations

from flask import Blueprint, g, request

from inbox.collecting import accounts, retention, watch_plan
from inbox.permissions import Permission
from inbox.problems import Unknown
from inbox.web import access, rendering
from inbox.web.reading import number
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
    """Set how long a first and a later wait may be, typed in minutes."""
    accounts.set_targets(g.actor, account_id, number("first_minutes") * 60, number("next_minutes") * 60)
    return rendering.done("accounts.index", "targets_saved")


@screen.post("/accounts/<int:account_id>/retention")
@access.needs(Permission.ACCOUNTS_CHANGE)
@rendering.told_on(index)
def set_retention(account_id: int) -> Answer:
    """Say how long names and texts are kept."""
    retention.set_retention(g.actor, account_id, number("months"))
    return rendering.done("accounts.index", "retention_saved")


def _choice(network: str) -> accounts.NetworkChoice:
    for choice in accounts.networks_to_connect():
        if choice.network == network:
            return choice
    raise Unknown("network_unknown", network=network)
