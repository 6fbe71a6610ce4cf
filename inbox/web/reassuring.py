"""Following up on the screen: whom to look at again, who sees to it, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.answering import reassuring
from inbox.answering.conversations import ConversationView
from inbox.answering.reassuring import ShownFollowUp
from inbox.collecting.triage import Urgency
from inbox.models import FollowUpOutcome, FollowUpReason
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, addresses, names, queue_views, reading, rendering
from inbox.web.conversation import show
from inbox.web.lines import Due, Wait
from inbox.web.marking import MORNING
from inbox.web.outside_text import plain
from inbox.web.promising import by_when
from inbox.web.rendering import Answer, page

screen = Blueprint("reassuring", __name__)

IN_DAYS = {"tomorrow": 1, "three_days": 3, "week": 7}
"""The next looks that are one click away, by the days until that morning."""


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """Somebody to follow up, in the reader's words.

    Attributes:
        wait: how long ago it was that this began.
        look: when somebody looks at it.
        flag: `acute`, `danger` or `press`, None for none.
    """

    item: ShownFollowUp
    address: str
    wait: Wait
    look: str
    name: str
    letter: str
    network: str
    account: str
    why: str
    owner: str
    mine: bool
    closed: bool
    flag: str | None
    excerpt: str | None
    lang: str


@screen.get("/queue/following-up")
@access.needs(Permission.QUEUE_VIEW)
def index() -> Answer:
    """Everybody to look at again, those to look at now first."""
    return _list()


def _list(problem: str | None = None, unfolded: int | None = None) -> Answer:
    chosen = request.args.get("owner", "")
    if chosen not in {"", "me", "nobody"}:
        raise Problem("filter_unknown")
    owner: Literal["me", "nobody"] | None = None
    if chosen:
        owner = "me" if chosen == "me" else "nobody"
    now = [line(each) for each in reassuring.standing(g.actor, due=True, owner=owner)]
    later = [line(each) for each in reassuring.standing(g.actor, due=False, owner=owner)]
    return page(
        "queue/following_up.html",
        views=queue_views.views(queue_views.counters(), following_shown=True),
        now_due=now,
        later=later,
        owner=chosen,
        problem=problem,
        unfolded=unfolded,
        colleagues=rendering.choices().assignees,
    )


@screen.post("/conversations/<int:conversation_id>/private")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(show)
def go_private(conversation_id: int) -> Answer:
    """Note that the talk goes on in private messages."""
    reassuring.move_to_private(g.actor, conversation_id)
    return rendering.done("conversation.index", "went_private", conversation_id=conversation_id)


def _told(follow_up_id: int, problem: str | None = None) -> Answer:
    """The page that the form stood on, with what was refused."""
    if request.form.get("from") == "conversation":
        return show(reassuring.get(g.actor, follow_up_id).conversation_id, problem=problem)
    return _list(problem, follow_up_id)


def _back(follow_up_id: int, notice: str) -> Answer:
    if request.form.get("from") == "conversation":
        talk = reassuring.get(g.actor, follow_up_id).conversation_id
        return rendering.done("conversation.index", notice, conversation_id=talk)
    owner = request.args.get("owner")
    return rendering.done("reassuring.index", notice, **({"owner": owner} if owner in {"me", "nobody"} else {}))


@screen.post("/follow-ups/<int:follow_up_id>/outcome")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(_told)
def tell(follow_up_id: int) -> Answer:
    """How it went, in a word and maybe a note."""
    reassuring.get(g.actor, follow_up_id)
    outcome = reading.one_of("outcome", FollowUpOutcome)
    then = request.form.get("then", "")
    look_at = _in_days(then) if then else None
    reassuring.tell(g.actor, follow_up_id, outcome, request.form.get("note", ""), look_at=look_at)
    return _back(follow_up_id, "follow_up_told")


@screen.post("/follow-ups/<int:follow_up_id>/owner")
@access.needs(Permission.CONVERSATIONS_ASSIGN)
@rendering.told_on(_told)
def give(follow_up_id: int) -> Answer:
    """See to it oneself, have a colleague do so, or let go of it."""
    reassuring.get(g.actor, follow_up_id)
    to = request.form.get("to", "")
    member_id = {"me": g.actor.member_id, "nobody": None}.get(to) if to != "member" else reading.number("member_id")
    reassuring.give(g.actor, follow_up_id, member_id)
    return _back(follow_up_id, "follow_up_given" if member_id is not None else "follow_up_let_go")


@screen.post("/follow-ups/<int:follow_up_id>/look")
@access.needs(Permission.CONVERSATIONS_MARK)
@rendering.told_on(_told)
def look_again(follow_up_id: int) -> Answer:
    """When somebody looks next."""
    reassuring.get(g.actor, follow_up_id)
    chosen = request.form.get("for", "")
    reassuring.look_again(g.actor, follow_up_id, _in_days(chosen) if chosen else reading.moment("at"))
    return _back(follow_up_id, "follow_up_put_off")


def _in_days(chosen: str) -> datetime:
    if chosen not in IN_DAYS:
        raise Problem("choice_unknown")
    zone = languages.zone()
    day = clock.now().astimezone(zone).date() + timedelta(days=IN_DAYS[chosen])
    return datetime.combine(day, MORNING, zone)


@screen.app_template_global()
def followed_up(view: ConversationView) -> list[FollowUpLine]:
    """What of a conversation is followed up."""
    if not view.at_hand.followed_up or not g.actor.may(Permission.QUEUE_VIEW):
        return []
    # Two parts of a page ask the same.
    kept: dict[int, list[FollowUpLine]] = g.setdefault("followed_up", {})
    number = view.conversation.id
    if number not in kept:
        kept[number] = [line(each) for each in reassuring.of_conversation(g.actor, number)]
    return kept[number]


def line(item: ShownFollowUp) -> FollowUpLine:
    """One of them in the reader's language."""
    _, at = languages.gettext, by_when(item.look_at)
    since = {
        FollowUpReason.STILL_ANGRY: _("since they wrote"),
        FollowUpReason.SILENT: _("without a word"),
        FollowUpReason.PRIVATE: _("since then"),
    }
    flag = Urgency(item.urgency).name.lower() if item.urgency < Urgency.NORMAL else None
    length = languages.length((clock.now() - item.since).total_seconds())
    return FollowUpLine(
        item=item,
        address=addresses.address("conversation.index", conversation_id=item.conversation_id),
        wait=Wait(length, Due.SOON if item.due else Due.CALM, since[item.reason]),
        look=_("look at it now") if item.due else _("look again: %(moment)s") % {"moment": at},
        name=names.person(item.author_name, item.author_identifier),
        letter=item.letter or "·",
        network=names.network(item.network),
        account=plain(item.account_name),
        why=languages.said(f"follow_up.{item.reason}"),
        owner=plain(item.owner or ""),
        mine=item.owner_id is not None and item.owner_id == g.actor.member_id,
        closed=item.state.value == "closed",
        flag=flag,
        excerpt=None if item.excerpt is None else plain(item.excerpt),
        lang=names.other_language(item.language),
    )
