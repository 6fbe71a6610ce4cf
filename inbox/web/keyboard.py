"""Everything by keyboard: the sheet of all keys, the palette, and switching single letters off."""

from __future__ import annotations

from flask import Blueprint, g, make_response, request

from inbox.permissions import Permission
from inbox.web import access, navigation, rendering
from inbox.web.profile import keep
from inbox.web.rendering import Answer, page

screen = Blueprint("keyboard", __name__)


@screen.get("/keyboard")
@access.members_only
def index() -> Answer:
    """Every key; alone, with the palette, where a script asks."""
    shown = {"writes": g.actor.may(Permission.REPLIES_WRITE), "looks": g.actor.may(Permission.QUEUE_VIEW)}
    if rendering.wants_fragment():
        return rendering.fragment("keyboard/dialogs.html", places=navigation.places(), **shown)
    return page("keyboard/index.html", **shown)


@screen.post("/keyboard")
@access.members_only
def choose() -> Answer:
    """Keep on this browser whether a single letter does something."""
    answer = make_response(rendering.done("keyboard.index", "keys_saved"))
    keep(answer, rendering.KEYS_COOKIE, "off" if request.form.get("letters") == "off" else "on")
    return answer
