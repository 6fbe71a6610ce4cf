"""The end of a shift: what one has open on one page, given to a colleague or a team, and kept for both."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, g, request

from inbox import clock, languages
from inbox.answering import shift
from inbox.answering.shift import Kind, ShownItem
from inbox.permissions import Permission
from inbox.web import access, addresses, names, rendering
from inbox.web.handing_over import receiver
from inbox.web.outside_text import plain
from inbox.web.rendering import Answer, page

screen = Blueprint("shift", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that stands open, in the reader's words. `late`: its time has passed."""

    address: str
    name: str
    letter: str
    network: str
    account: str
    when: str
    late: bool
    stands: str


@screen.get("/hand-over")
@access.needs(Permission.CONVERSATIONS_ASSIGN)
def index(problem: str | None = None) -> Answer:
    """What I have open, the form to give it, and the hand-overs of before."""
    items = shift.overview(g.actor)
    return page(
        "shift/index.html",
        parts=_parts(items, kept=False),
        count=len(items),
        colleagues=rendering.choices().assignees,
        teams=rendering.choices().teams,
        before=shift.given_and_got(g.actor),
        kinds=Kind,
        longest=shift.LONGEST_WORDS,
        typed=request.form,
        problem=problem,
    )


@screen.post("/hand-over")
@access.needs(Permission.CONVERSATIONS_ASSIGN)
@rendering.told_on(index)
def give() -> Answer:
    """Give it."""
    member_id, team_id = receiver()
    made = shift.give(
        g.actor,
        request.form.get("noticed", ""),
        member_id=member_id,
        team_id=team_id,
        pass_on=request.form.get("pass_on") == "yes",
    )
    return rendering.done("shift.show", "shift_is_handed_over", hand_over_id=made.id)


@screen.get("/hand-over/<int:hand_over_id>")
@access.needs(Permission.QUEUE_VIEW)
def show(hand_over_id: int) -> Answer:
    """A hand-over as it was given; it can be printed."""
    shown, items = shift.read(g.actor, hand_over_id)
    return page("shift/show.html", shown=shown, parts=_parts(items, kept=True), count=len(items))


def _parts(items: list[ShownItem], *, kept: bool) -> list[tuple[Kind, list[Line]]]:
    return [
        (kind, [_line(one, kept) for one in of_kind]) for kind, of_kind in groupby(items, lambda one: one.item.kind)
    ]


def _line(one: ShownItem, kept: bool) -> Line:
    item = one.item
    when, late = "", False
    if item.at is not None:
        when = languages.said(f"open_at.{item.kind}", moment=languages.moment(item.at))
        late = item.kind in {Kind.HELD, Kind.PROMISED} and item.at <= clock.now() and not kept
    if item.state:
        when = f"{languages.said(f'reply_state.{item.state}')} · {when}" if when else item.state
    return Line(
        address=addresses.address("conversation.index", conversation_id=item.conversation_id),
        name=names.person(one.author_name, one.author_identifier),
        letter=one.letter or "·",
        network=names.network(one.network),
        account=plain(one.account_name),
        when=when,
        late=late,
        stands=languages.said(f"state.{one.stands}"),
    )
