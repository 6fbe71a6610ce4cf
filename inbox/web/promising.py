"""Promises on the screen: those that are open, and what the composer proposes when a reply names a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.answering import conversations, promised
from inbox.answering.conversations import ConversationView
from inbox.answering.promised import ShownPromise
from inbox.answering.promised_times import suggested
from inbox.measuring.promises import PromiseState
from inbox.measuring.targets import DUE_SOON
from inbox.permissions import Permission
from inbox.web import access, addresses, names, queue_views, rendering
from inbox.web.conversation import show
from inbox.web.drafts import Draft, draft_of, time_chosen
from inbox.web.lines import Due, Wait
from inbox.web.outside_text import plain
from inbox.web.rendering import Answer, page

screen = Blueprint("promising", __name__)

HOLDING_FOR = timedelta(hours=2)
"""How long a holding reply that names no time may leave somebody without more."""

STRIP = 4
"""How many promises stand above the queue; the others are one tap away."""


@dataclass(frozen=True, slots=True)
class Line:
    """One promise in the reader's words."""

    address: str
    wait: Wait
    name: str
    letter: str
    network: str
    account: str
    by: str
    assignee: str


@screen.get("/queue/promised")
@access.needs(Permission.QUEUE_VIEW)
def index() -> Answer:
    """Every promise that nobody has kept yet, the first due first."""
    return page(
        "queue/promised.html",
        views=queue_views.views(queue_views.counters(), promised_shown=True),
        lines=[line(each) for each in promised.open_promises(g.actor)],
        count=promised.count_open(g.actor),
    )


@screen.post("/conversations/<int:conversation_id>/promise")
@access.needs(Permission.REPLIES_WRITE)
def propose(conversation_id: int) -> Answer:
    """Take over the time that the text names; the form is shown again with it."""
    view = conversations.open_conversation(g.actor, conversation_id)
    draft = draft_of(view, request.form.get("text", ""), form_key=request.form.get("form_key"))
    if rendering.wants_fragment():
        part = "promise" if request.form.get("take") else "promise_proposal"
        return rendering.fragment(f"conversation/{part}.html", draft=draft, conversation=view.conversation)
    return show(conversation_id, draft=draft)


@dataclass(frozen=True, slots=True)
class PromiseForm:
    """What the composer shows of a promise.

    Attributes:
        due_at: what stands in the field, as a browser sends it; empty for no promise.
        zone: whose clock it is.
        proposed: the time that the text names, where the field does not have it.
        proposed_field: the same, as a browser sends it.
    """

    due_at: str
    zone: str
    proposed: datetime | None
    proposed_field: str


@screen.app_template_global()
def promise_of(draft: Draft) -> PromiseForm:
    """The promise of what stands in the composer: what was typed, else what a holding template would promise."""
    form, here = request.form, request.endpoint or ""
    composing = here.startswith(("composer.", "drafting.", "promising."))
    # What the text says is what is promised, also over a time that a holding template proposed before.
    chosen = time_chosen() if composing else None
    said = as_field(chosen) if chosen is not None else ""
    due_at = (form.get("take") or said or form.get("promise_due_at", "")) if composing else ""
    named = suggested(draft.text, clock.now(), languages.zone()) if draft.text else None
    if not due_at and draft.holding and here == "drafting.insert":
        due_at = as_field(named) if named is not None else _by_default()
    proposed = named if named is not None and as_field(named) != due_at else None
    return PromiseForm(
        due_at, str(languages.zone()).replace("_", " "), proposed, as_field(proposed) if proposed else ""
    )


@screen.app_template_global()
def promises_in(view: ConversationView) -> dict[int, ShownPromise]:
    """The promises of a conversation, by the reply that made them."""
    if not view.at_hand.promised or not g.actor.may(Permission.QUEUE_VIEW):
        return {}
    return promised.of_conversation(g.actor, view.conversation.id)


def strip() -> tuple[list[Line], int]:
    """What stands above the waiting view: the first due of the promises that are late or due soon, and how many."""
    found = promised.due(g.actor)
    return [line(each) for each in found[:STRIP]], len(found)


def line(promise: ShownPromise) -> Line:
    """A promise in the reader's language."""
    return Line(
        address=addresses.address("conversation.index", conversation_id=promise.conversation_id),
        wait=stands(promise),
        name=names.person(promise.author_name, promise.author_identifier),
        letter=promise.letter or "·",
        network=names.network(promise.network),
        account=plain(promise.account_name),
        by=plain(promise.promised_by or ""),
        assignee=plain(promise.assignee or ""),
    )


@screen.app_template_global()
def by_when(moment: datetime) -> str:
    """A moment on the reader's clock: the hour alone where it is today."""
    zone = languages.zone()
    is_today = moment.astimezone(zone).date() == clock.now().astimezone(zone).date()
    return languages.time_of_day(moment) if is_today else languages.moment(moment)


def stands(promise: ShownPromise) -> Wait:
    """How a promise stands now: when it is due on the reader's clock, and how long that is."""
    now, _, at = clock.now(), languages.gettext, by_when(promise.due_at)
    left = promise.due_at - now
    if promise.state in {PromiseState.KEPT, PromiseState.KEPT_LATE}:
        return Wait(at, Due.NONE, languages.said(f"promise.{promise.state}"))
    if left < timedelta(0):
        return Wait(at, Due.PAST, _("%(length)s late") % {"length": languages.length(-left.total_seconds())})
    return Wait(
        at,
        Due.SOON if left <= max(DUE_SOON, promised.SOON) else Due.CALM,
        _("due in %(length)s") % {"length": languages.length(left.total_seconds())},
    )


def _by_default() -> str:
    """What a holding reply that names no time is due by: a few hours from now, on a round quarter of an hour."""
    at = clock.now().astimezone(languages.zone()) + HOLDING_FOR
    return as_field((at + timedelta(minutes=15 - at.minute % 15)).replace(second=0, microsecond=0))


def as_field(moment: datetime) -> str:
    """A moment as a field for date and time wants it, on the reader's clock."""
    return moment.astimezone(languages.zone()).strftime("%Y-%m-%dT%H:%M")
