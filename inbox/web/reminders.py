"""Reminders in the page: the strip above the queue, with which a member says that they see to it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, g, request

from inbox import clock, languages, members
from inbox.notices import deliveries, reminders
from inbox.notices.reminder_words import people
from inbox.permissions import Permission
from inbox.web import access, addresses, rendering
from inbox.web.glances import glance
from inbox.web.reading import number
from inbox.web.rendering import Answer

screen = Blueprint("reminders", __name__)


@dataclass(frozen=True, slots=True)
class Strip:
    """What stands above the queue, in the reader's words.

    Attributes:
        count: how many people, for the form of the sentence.
        people: the same as the reader writes it.
        address: the queue of those who are past due.
    """

    reminder_id: int
    count: int
    people: str
    longest: str
    address: str


@screen.post("/reminders/acknowledge")
@access.needs(Permission.REMINDERS_ACKNOWLEDGE)
def acknowledge() -> Answer:
    """Say that one sees to what was on screen."""
    reminders.acknowledge(g.actor, number("reminder"))
    return rendering.done("queue.index", "reminder_is_acknowledged", due="past")


@screen.post("/profile/reminders")
@access.needs(Permission.REMINDERS_ACKNOWLEDGE)
def by_email() -> Answer:
    """Get reminders by e-mail too, or no longer."""
    wish = request.form.get("by_email") == "1"
    members.set_reminded_by_email(g.actor, wish)
    return rendering.done("profile.index", "reminded_by_email_on" if wish else "reminded_by_email_off")


@screen.app_template_global("reminded_of")
def strip() -> Strip | None:
    """What the member was reminded of, and nobody sees to yet."""
    found = glance(f"reminders of {g.actor.member_id}", lambda: reminders.standing(g.actor))
    if found is None:
        return None
    return Strip(
        reminder_id=found.reminder_id,
        count=found.people,
        people=people({"people": found.people, "more": found.more}),
        longest=languages.length(found.longest(clock.now()).total_seconds()),
        address=addresses.address("queue.index", due="past"),
    )


@screen.app_template_global("channels_of_reminders")
def channels() -> list[deliveries.ChannelState]:
    """How e-mail and the webhook do, for administrators."""
    return deliveries.channels(g.actor) if g.actor.may(Permission.MEMBERS_CHANGE) else []
