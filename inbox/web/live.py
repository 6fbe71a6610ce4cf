"""What open screens are told while nobody reloads them."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, g, jsonify, request
from flask_login import current_user

from inbox import live
from inbox.live import Full
from inbox.web import access, rendering
from inbox.web.rendering import Answer

screen = Blueprint("live", __name__)


def init_app(app: Flask) -> None:
    """Give `app` its hub, and pages the number of the event up to which they are up to date."""
    live.allow(app, live.USUAL_STREAMS)
    app.before_request(_note_newest)


def _note_newest() -> None:
    """Before the page reads anything: what is committed later is told to it."""
    if g.get("member") is not None and request.method == "GET" and not rendering.wants_fragment():
        g.told_up_to = g.newest_event


@screen.get("/live")
@access.members_only
def stream() -> Answer:
    """Server-sent events since the one the browser knows; who does not ask for a stream gets them as JSON, once."""
    after = _after()
    if "text/event-stream" not in request.headers.get("Accept", ""):
        found, missed = live.since(after)
        return jsonify(
            events=[{"id": told.id, "topic": told.topic, "data": told.data} for told in found if told.is_for(g.actor)],
            last=live.newest() if missed else (found[-1].id if found else after),
            anew=missed,
        )
    # A browser of which one tab holds the stream for all has one at most: what a closed page left behind ends here.
    alone = request.args.get("leads") == "1"
    try:
        opened = live.hub_of(current_app).open(g.actor, current_user.opened.session_id, after, alone=alone)
    except Full:
        return Response(status=503, headers={"Retry-After": "30"})
    response = Response(opened, mimetype="text/event-stream")
    # A proxy that collects what it passes on would keep everything back.
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _after() -> int:
    """The event a browser knows last: what it says when it comes back counts more than what the page began with."""
    for text in (request.headers.get("Last-Event-ID", ""), request.args.get("after", "")):
        if text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
    return live.newest()
