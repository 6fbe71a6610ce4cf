"""The stop button: hold all sending or one account's, see what waits behind it, release it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, request

from inbox.answering import choices, holds
from inbox.permissions import Permission
from inbox.sharing.people import answering_members
from inbox.web import access, rendering
from inbox.web.reading import optional_number
from inbox.web.rendering import Answer, page

screen = Blueprint("sending", __name__)


@screen.get("/sending")
@access.needs(Permission.SENDING_HOLD)
def index(problem: str | None = None) -> Answer:
    """What is held, since when, and every reply that waits behind it."""
    accounts = choices.filter_choices(g.actor).accounts
    names: dict[int | None, str] = {account.id: account.name for account in accounts}
    members = {f"member:{member.id}": member.name for member in answering_members()}
    in_force = holds.in_force()
    everywhere = any(hold.account_id is None for hold in in_force)
    held: list[dict[str, Any]] = [
        {
            "account_id": hold.account_id,
            "account": names.get(hold.account_id),
            "since": hold.placed_at,
            "by": members.get(hold.placed_by),
            "reason": hold.reason,
            "waiting": holds.waiting_behind(g.actor, hold.account_id),
        }
        for hold in in_force
    ]
    held_accounts = {hold.account_id for hold in in_force}
    return page(
        "sending/index.html",
        held=held,
        everywhere=everywhere,
        accounts=[account for account in accounts if account.id not in held_accounts],
        problem=problem,
    )


@screen.post("/sending/hold")
@access.needs(Permission.SENDING_HOLD)
@rendering.told_on(index)
def hold() -> Answer:
    """Stop at once."""
    holds.hold(g.actor, account_id=optional_number("account_id"), reason=request.form.get("reason", ""))
    return rendering.done("sending.index", "sending_is_held")


@screen.post("/sending/release")
@access.needs(Permission.SENDING_RELEASE)
@rendering.told_on(index)
def release() -> Answer:
    """Let the replies leave that the supervisor was shown."""
    holds.release(g.actor, account_id=optional_number("account_id"), seen=optional_number("seen") or 0)
    return rendering.done("sending.index", "sending_is_released")
