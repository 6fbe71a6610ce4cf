"""The filters of the queue, handed on from page to page: a link to a conversation says which list stands around it."""

from __future__ import annotations

from flask import g, request

from inbox.answering import filters

VIEW = "view"
"""The saved view that an address names."""

NAMES = (*filters.NAMES, filters.ALIKE, VIEW)


def carried() -> dict[str, str]:
    """The filters of this address, by name, on pages of the queue and of a conversation; elsewhere nothing.

    They are only passed on here: `narrowing` reads them, and says so where one is not understood.
    """
    return base()[1]


def base() -> tuple[str, dict[str, str]]:
    """What addresses on this page depend on: where the product is mounted, and what is carried. Worked out once."""
    found: tuple[str, dict[str, str]] | None = g.get("carrying")
    if found is None:
        here = (request.endpoint or "").startswith("queue.") or "conversation_id" in (request.view_args or {})
        given = {name: request.args.get(name, "") for name in NAMES} if here and request.args else {}
        filters_given = {name: text for name, text in given.items() if text and len(text) <= filters.LONGEST_CODE}
        found = g.carrying = (request.script_root, filters_given)
    return found
