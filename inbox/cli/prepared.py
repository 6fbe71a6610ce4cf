"""What the demo's supervisor has prepared when the newcomer arrives: a crisis, a fact, the line to take, an apology."""

from __future__ import annotations

from datetime import datetime, timedelta

from inbox import clock, members
from inbox.answering import apologies, apology_views, facts, lines
from inbox.answering.apology_wording import Wording
from inbox.crisis import crises
from inbox.models import Account
from inbox.notices import duty
from inbox.permissions import Actor
from inbox.problems import Problem

SPOUT = (
    "{author_name}, we are sorry that you had to find this on your child’s bottle: {fact:spout}."
    " Every Loupiote is taken back and paid for, and each of you hears from us by Friday."
)
BEC = (
    "{author_name}, nous sommes désolés que vous ayez découvert cela sur la gourde de votre enfant : {fact:spout}."
    " Chaque Loupiote est reprise et remboursée, et chacun de vous aura de nos nouvelles d’ici vendredi."
)
APOLOGIES = (("en", "The spout that breaks", SPOUT), ("fr", "Le bec qui casse", BEC))


def prepare(account: Account, cm: str, supervisor: str, started_at: datetime) -> None:
    """Lay down what a team would have prepared, as the members who would do it; nothing where a crisis is open.

    Args:
        account: the demo's account.
        cm: e-mail address of the member who drafts.
        supervisor: e-mail address of the one who leads and approves.
        started_at: since when comments count as part of the crisis (aware).
    """
    drafts, leads = (members.actor_of(members.find_member(email)) for email in (cm, supervisor))
    if crises.list_crises(leads):
        return
    opened = crises.open_crisis(leads, "Loupiote", [account.id], started_at=started_at)
    facts.create(
        leads,
        "spout",
        {"en": "on 14 bottles the spout has broken", "fr": "sur 14 gourdes, le bec s’est cassé"},
        "Customer service, first count",
    )
    lines.write(
        leads,
        opened.id,
        "Stop using the Loupiote for now and keep it away from small children. As far as we know, {fact:spout}; nobody"
        " knows yet why. We take every bottle back, and say what the laboratory finds as soon as we know it.",
        "No cause before the laboratory has found it. No number of our own. Nothing about the supplier.",
        [
            ("Is mine dangerous?", "Set it aside and bring it back, whichever it is: we sort them out, not you."),
            ("Why do you not answer?", "We read everything, and answer each of you. Thank you for your patience."),
        ],
        language="en",
        seen_number=0,
    )
    for language, title, core in APOLOGIES:
        _approved(drafts, leads, language, title, core, account)
    try:
        duty.set_duty(leads, leads.member_id or 0, clock.now(), clock.now() + timedelta(hours=12))
    except Problem as error:
        if error.code != "duty_overlaps":
            raise


def _approved(drafts: Actor, approves: Actor, language: str, title: str, core: str, account: Account) -> None:
    apology = apologies.create(
        drafts,
        title,
        language,
        Wording(core, account_id=account.id, expires_at=clock.now() + timedelta(days=5)),
    )
    seen = apology_views.get_apology(drafts, apology.id).newest.version.binding_hash
    apologies.submit(drafts, apology.id, seen_hash=seen)
    apologies.confirm(approves, apology.id, seen_hash=seen)
