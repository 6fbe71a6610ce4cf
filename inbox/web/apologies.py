"""Apologies: wordings prepared for a situation, who stands behind them, and whether they may leave."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, g, request

from inbox import languages
from inbox.answering import apologies, apology_advice, apology_views, reminding
from inbox.answering.apology_views import ShownApology, ShownVersion
from inbox.answering.apology_wording import LONGEST_CORE, PARTS
from inbox.models import ApologyState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, apology_forms, approving, marked_text, rendering
from inbox.web.apology_forms import Typed
from inbox.web.reading import number
from inbox.web.rendering import Answer, page

screen = Blueprint("apologies", __name__)

_GROUPS = (ApologyState.SUBMITTED, ApologyState.RETURNED, ApologyState.DRAFT, ApologyState.APPROVED)


@screen.get("/apologies")
@access.needs(Permission.APOLOGIES_DRAFT)
def index() -> Answer:
    """Every apology by where it stands; the retired ones on demand."""
    retired = request.args.get("retired") == "yes"
    found = apology_views.list_apologies(g.actor, retired=retired)
    groups = [(state, [one for one in found if one.apology.state is state]) for state in _GROUPS]
    return page(
        "apologies/index.html",
        groups=[(ApologyState.RETIRED, found)] if retired else groups,
        retired=retired,
        any=bool(found),
        unattended=reminding.unattended(g.actor),
        languages=languages.LANGUAGES,
    )


@screen.get("/apologies/new")
@access.needs(Permission.APOLOGIES_DRAFT)
def new(problem: str | None = None) -> Answer:
    """An empty editor; after a refusal, what was typed."""
    now = apology_forms.typed() if problem else Typed(language=languages.language())
    return page("apologies/new.html", problem=problem, **_editor(now))


@screen.post("/apologies/new")
@access.needs(Permission.APOLOGIES_DRAFT)
@rendering.told_on(new)
def create() -> Answer:
    """Store a draft."""
    now = apology_forms.typed()
    made = apologies.create(g.actor, now.title, now.language, apology_forms.wording())
    return rendering.done("apologies.show", "apology_saved", apology_id=made.id)


@screen.post("/apologies/new/from-reply")
@access.needs(Permission.APOLOGIES_DRAFT)
def begin() -> Answer:
    """An editor that begins with a reply that is being written; nothing is stored yet."""
    text = request.form.get("text", "")[:LONGEST_CORE].replace("\r\n", "\n")
    language = request.form.get("language", "")
    now = Typed(core=text, language=language if language in languages.LANGUAGES else languages.language())
    return page("apologies/new.html", **_editor(now))


@screen.post("/apologies/advice")
@access.needs(Permission.APOLOGIES_DRAFT)
def advise() -> Answer:
    """What the wording has and what is missing, while it is typed; without JavaScript the whole editor again."""
    now = apology_forms.typed()
    if rendering.wants_fragment():
        return rendering.fragment("apologies/advice.html", advice=_advice(now))
    apology_id = request.form.get("apology_id", "")
    if apology_id:
        return show(number("apology_id"), now=now)
    return page("apologies/new.html", **_editor(now))


@screen.get("/apologies/<int:apology_id>")
@access.needs(Permission.APOLOGIES_DRAFT)
def show(apology_id: int, problem: str | None = None, now: Typed | None = None) -> Answer:
    """One apology: what it says, who stands behind it, its versions, and the editor.

    Args:
        problem: why what was asked was not done. What was typed stays in the editor, and where somebody has written a
            newer version meanwhile, it stands beside it.
    """
    shown = apology_views.get_apology(g.actor, apology_id)
    newest = shown.newest
    saved = apology_forms.stored(shown.apology.title, shown.apology.language, newest)
    edited = problem is not None and "core" in request.form
    if edited:
        now = apology_forms.typed()
    seen = (now or saved).seen_number
    overtaken = now is not None and seen not in ("", saved.seen_number)
    now = replace(now, seen_number=saved.seen_number) if now is not None else saved
    mine = any(one.member_id == g.actor.member_id for one in newest.behind)
    return page(
        "apologies/show.html",
        shown=shown,
        problem=problem,
        edited=edited or now != saved,
        typed_changes=marked_text.changes(saved.core, now.core) if overtaken else [],
        overtaken=overtaken,
        words=request.form.get("words", ""),
        compared=_compared(shown),
        mine=mine,
        standing=approving.standing(
            newest.behind, shown.needed, mine=mine, may_approve=g.actor.may(Permission.APOLOGIES_APPROVE)
        ),
        changes=marked_text.changes,
        state=shown.apology.state,
        **_editor(now),
    )


@screen.post("/apologies/<int:apology_id>")
@access.needs(Permission.APOLOGIES_DRAFT)
@rendering.told_on(show)
def change(apology_id: int) -> Answer:
    """Write a new version."""
    before = apology_views.get_apology(g.actor, apology_id)
    changed = apologies.edit(
        g.actor,
        apology_id,
        apology_forms.wording(before.newest),
        title=request.form.get("title", ""),
        seen_number=number("seen_number"),
    )
    in_place = changed.state is ApologyState.SUBMITTED
    return rendering.done(
        "apologies.show", "apology_saved_in_place" if in_place else "apology_saved", apology_id=apology_id
    )


@screen.post("/apologies/<int:apology_id>/submit")
@access.needs(Permission.APOLOGIES_DRAFT)
@rendering.told_on(show)
def submit(apology_id: int) -> Answer:
    """Hand the version that was on screen in, and stand behind it."""
    apologies.submit(g.actor, apology_id, seen_hash=request.form.get("seen_hash", ""))
    return rendering.done("apologies.show", "apology_is_submitted", apology_id=apology_id)


@screen.post("/apologies/<int:apology_id>/confirm")
@access.needs(Permission.APOLOGIES_DRAFT)
@rendering.told_on(show)
def confirm(apology_id: int) -> Answer:
    """Stand behind the version that was on screen."""
    done = apologies.confirm(g.actor, apology_id, seen_hash=request.form.get("seen_hash", ""))
    approved = done.state is ApologyState.APPROVED
    notice = "apology_is_approved" if approved else "apology_is_confirmed"
    return rendering.done("apologies.show", notice, apology_id=apology_id)


@screen.post("/apologies/<int:apology_id>/retire")
@access.needs(Permission.APOLOGIES_DRAFT)
@rendering.told_on(show)
def retire(apology_id: int) -> Answer:
    """Let it leave no more."""
    apologies.retire(g.actor, apology_id)
    return rendering.done("apologies.show", "apology_is_retired", apology_id=apology_id)


def _editor(now: Typed) -> dict[str, Any]:
    choices = rendering.choices()
    return {
        "now": now,
        "parts": PARTS,
        "advice": _advice(now),
        "accounts": choices.accounts,
        "posts": choices.posts,
        "languages": languages.LANGUAGES,
    }


def _advice(now: Typed) -> tuple[apology_advice.Hint, ...]:
    return apology_advice.advise(now.core[:LONGEST_CORE], {part: words[:1_000] for part, words in now.parts.items()})


def _compared(shown: ShownApology) -> tuple[ShownVersion, ShownVersion] | None:
    """The two versions that the address asks to compare; else the two newest; None where there is but one."""
    by_number = {str(one.version.number): one for one in shown.versions}
    asked = (request.args.get("from", ""), request.args.get("to", ""))
    if any(asked):
        try:
            return by_number[asked[0]], by_number[asked[1]]
        except KeyError:
            raise Problem("choice_unknown") from None
    return (shown.versions[1], shown.versions[0]) if len(shown.versions) > 1 else None
