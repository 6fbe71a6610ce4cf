"""Saved views: kept from what a page shows, renamed, shared, retired, and counted."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, request

from inbox import languages
from inbox.answering import saved_views
from inbox.answering.saved_views import MOST_COUNTED
from inbox.permissions import Permission
from inbox.problems import Unknown
from inbox.web import access, narrowing, rendering
from inbox.web.rendering import Answer

screen = Blueprint("views", __name__)


@screen.post("/views")
@access.needs(Permission.VIEWS_KEEP)
def keep() -> Answer:
    """Keep the filters that the form repeats, and show the view."""
    view = saved_views.keep(
        g.actor, request.form.get("name", ""), request.form.to_dict(), shared=bool(request.form.get("shared"))
    )
    return _shown(view.id, "view_is_kept")


@screen.post("/views/<int:view_id>/rename")
@access.needs(Permission.VIEWS_KEEP)
def rename(view_id: int) -> Answer:
    """Call it otherwise."""
    saved_views.rename(g.actor, view_id, request.form.get("name", ""))
    return _shown(view_id, "view_is_renamed")


@screen.post("/views/<int:view_id>/share")
@access.needs(Permission.VIEWS_SHARE)
def share(view_id: int) -> Answer:
    """Show it to everybody, or no longer."""
    shared = request.form.get("shared") == "yes"
    saved_views.share(g.actor, view_id, shared=shared)
    return _shown(view_id, "view_is_shared" if shared else "view_is_unshared")


@screen.post("/views/<int:view_id>/retire")
@access.needs(Permission.VIEWS_KEEP)
def retire(view_id: int) -> Answer:
    """Take it out of the lists."""
    saved_views.retire(g.actor, view_id)
    return rendering.done("queue.index", "view_is_retired")


@screen.get("/views/counts")
@access.needs(Permission.QUEUE_VIEW)
def counts() -> Answer:
    """The list of saved views with how many rows each shows, for the place where it stands without."""
    here = request.args.get("here", "")
    views = saved_views.list_views(g.actor)
    told = {
        each.view_id: languages.number(each.count) + ("" if each.exact else "+")
        for each in saved_views.counts(g.actor, views, languages.zone())
    }
    shown = [(view, narrowing.address_of(view), told[view.id], str(view.id) == here) for view in views]
    return rendering.fragment("queue/saved.html", shown=shown, most=MOST_COUNTED)


def _shown(view_id: int, notice: str) -> Answer:
    try:
        view = saved_views.get_view(g.actor, view_id)
    except Unknown:
        # A supervisor took back what a colleague had shared.
        return rendering.done("queue.index", notice)
    flash(notice)
    return redirect(narrowing.address_of(view), 303)
