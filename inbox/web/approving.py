"""What waits for approval, put into the reader's words: one list of apologies and replies, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, request

from inbox import clock, connecting, languages
from inbox.answering import apology_views, approval_views, core_repair
from inbox.answering.apology_views import Behind, ShownApology
from inbox.answering.approval_views import WaitingApology, WaitingReply
from inbox.models import ApologyState, ReplyState
from inbox.permissions import Permission
from inbox.web import marked_text, names
from inbox.web.marked_text import Change, Piece
from inbox.web.outside_text import plain
from inbox.words import codes


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into one item's form and refused: it stays where it was, or beside what is there now."""

    number: int
    is_a: str
    text: str
    words: str
    problem: str


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits. Everything but `pieces`, `since_last` and `changed` is words or a plain value.

    Attributes:
        is_a: `reply` or `apology`; `number` is its row's.
        by: who wrote it.
        who: the critic, or what the apology is for.
        waits: how long the critic, or the longest waiting of those it concerns, has waited; empty for nobody.
        asked: how long it has waited to be approved.
        overdue: nobody has answered within the time the account gives.
        why: why it waits.
        pieces: the text, with what the gate found marked.
        since_last: what the newest edit changed.
        changed: how it departs from an approved wording.
        outdated: which fact has changed since, and its words now, a sentence for each: it cannot be approved.
        text: what an edit in place begins with.
        still: what is still needed.
        deed: what the reader's confirmation is called; empty where they cannot give one.
        refused: what the reader typed into its forms, and why it was refused.
    """

    is_a: str
    number: int
    by: str
    who: str
    waits: str
    asked: str
    asked_at: datetime | None
    overdue: bool
    why: str
    pieces: list[Piece]
    since_last: list[Change]
    changed: list[Change]
    text: str
    seen_hash: str
    behind: tuple[Behind, ...]
    confirmed_by_me: bool
    still: str
    deed: str
    may_return: bool
    may_edit: bool
    reply: WaitingReply | None = None
    apology: WaitingApology | None = None
    refused: Typed | None = None
    outdated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Everything:
    """What the page shows.

    Attributes:
        asked: what waits for the reader.
        returned: replies of the reader's own that came back.
        apologies_returned: the same, wordings of apologies.
        elsewhere: what they stand behind already; somebody else completes it.
        lost: what was typed for something that waits no more.
    """

    asked: list[Item]
    returned: list[Item]
    apologies_returned: list[ShownApology]
    elsewhere: list[Item]
    lost: Typed | None


def everything(refused: Typed | None = None) -> Everything:
    """All that the reader can act on."""
    found = approval_views.waiting(g.actor)
    items = [_of_reply(one, refused) for one in found.replies] + [_of_apology(one, refused) for one in found.apologies]
    items.sort(key=lambda item: (item.asked_at or clock.now(), item.is_a, item.number))
    returned = [_of_reply(one, refused) for one in found.returned]
    shown = {(item.is_a, item.number) for item in [*items, *returned]}
    return Everything(
        asked=[item for item in items if not item.confirmed_by_me],
        returned=returned,
        apologies_returned=_returned_apologies(),
        elsewhere=[item for item in items if item.confirmed_by_me],
        lost=refused if refused is not None and (refused.is_a, refused.number) not in shown else None,
    )


def of_reply(reply_id: int, state: ReplyState) -> Item | None:
    """A reply that waits or was returned, for its own conversation; None for one that does neither."""
    if state not in (ReplyState.SUBMITTED, ReplyState.RETURNED):
        return None
    if not (g.actor.may(Permission.REPLIES_WRITE) or g.actor.may(Permission.REPLIES_APPROVE)):
        return None
    found = approval_views.one_reply(g.actor, reply_id)
    # A form of this very reply was refused: what was typed into it stays.
    refused = request.endpoint is not None and request.endpoint.startswith("approvals.") and request.method == "POST"
    here = refused and (request.view_args or {}).get("reply_id") == reply_id
    return _of_reply(found, refusal("reply", reply_id, "") if here else None) if found is not None else None


def refusal(is_a: str, number: int, problem: str) -> Typed:
    """What a form that was refused had brought."""
    form = request.form
    return Typed(number, is_a, form.get("text", "").replace("\r\n", "\n"), form.get("words", ""), problem)


def why(code: str | None, *, own: bool = False) -> str:
    """Why a reply waits: said to its writer, or to somebody else."""
    if not code:
        return ""
    return languages.said(code if own or f"waits_since.{code}" not in codes() else f"waits_since.{code}")


def _of_reply(one: WaitingReply, refused: Typed | None) -> Item:
    reply = one.reply
    own = reply.member_id == g.actor.member_id
    held = reply.gate_outcome is not None and reply.gate_outcome.held
    may_approve = g.actor.may(Permission.APOLOGIES_APPROVE if held else Permission.REPLIES_APPROVE)
    submitted = reply.state is ReplyState.SUBMITTED
    may_confirm = submitted and not one.outdated and not one.confirmed_by_me and (may_approve or own)
    return Item(
        is_a="reply",
        number=reply.id,
        by=one.writer,
        who=names.person(one.author, ""),
        waits=_lasting(one.critic_since),
        asked=_lasting(reply.submitted_at),
        asked_at=reply.submitted_at,
        overdue=submitted and one.overdue,
        why=why(reply.held_code, own=own),
        pieces=marked_text.pieces(reply.text, one.findings),
        since_last=marked_text.changes(one.before, reply.text),
        changed=_changed(one),
        text=reply.text,
        seen_hash=reply.text_hash,
        behind=one.behind,
        confirmed_by_me=one.confirmed_by_me,
        still=languages.gettext("Nobody can approve it as it stands.")
        if one.outdated
        else standing(one.behind, one.needed, mine=one.confirmed_by_me, may_approve=may_approve),
        deed=_deed(may_confirm, may_approve),
        may_return=submitted and g.actor.may(Permission.REPLIES_APPROVE),
        may_edit=own or may_approve,
        reply=one,
        refused=refused if refused is not None and (refused.is_a, refused.number) == ("reply", reply.id) else None,
        outdated=_outdated(one),
    )


def _outdated(one: WaitingReply) -> tuple[str, ...]:
    """The facts that it says as they are not so any more, each with its words now."""
    told = languages.gettext("The fact “%(name)s” has changed. It now reads: “%(words)s”.")
    pairs = zip(one.outdated, one.said_now, strict=True)
    return tuple(told % {"name": name, "words": plain(words)} for name, words in pairs)


def _changed(one: WaitingReply) -> list[Change]:
    """How a reply departs from an approved wording, with the names in their places."""
    if one.changed is None:
        return []
    approved, text = one.changed.approved, one.reply.text
    known = {"author_name": one.author, "account_name": one.account}
    found = core_repair.span(approved, text, one.changed.passage, known)
    now = text[slice(*found)] if found is not None else one.changed.passage
    return marked_text.changes(core_repair.filled(approved, known), now)


def _of_apology(one: WaitingApology, refused: Typed | None) -> Item:
    shown = one.shown
    version = shown.newest.version
    before = shown.versions[1].version.core if len(shown.versions) > 1 else None
    may_approve = g.actor.may(Permission.APOLOGIES_APPROVE)
    number = shown.apology.id
    return Item(
        is_a="apology",
        number=number,
        by=shown.newest.writer,
        who=shown.apology.title,
        waits=_lasting(one.critic_since) if one.waiting else "",
        asked=_lasting(shown.apology.submitted_at),
        asked_at=shown.apology.submitted_at,
        overdue=one.overdue,
        why="",
        pieces=[Piece(version.core)],
        since_last=marked_text.changes(before, version.core),
        changed=[],
        text=version.typed or version.core,
        seen_hash=version.binding_hash,
        behind=shown.newest.behind,
        confirmed_by_me=one.confirmed_by_me,
        still=standing(shown.newest.behind, shown.needed, mine=one.confirmed_by_me, may_approve=may_approve),
        deed=_deed(not one.confirmed_by_me, may_approve),
        may_return=may_approve,
        may_edit=may_approve,
        apology=one,
        refused=refused if refused is not None and (refused.is_a, refused.number) == ("apology", number) else None,
    )


def _returned_apologies() -> list[ShownApology]:
    if not g.actor.may(Permission.APOLOGIES_DRAFT):
        return []
    return [
        shown
        for shown in apology_views.list_apologies(g.actor)
        if shown.apology.state is ApologyState.RETURNED
        and any(one.version.member_id == g.actor.member_id for one in shown.versions)
    ]


def _deed(may_confirm: bool, may_approve: bool) -> str:
    if not may_confirm:
        return ""
    return languages.gettext("Approve") if may_approve else languages.gettext("Accept this version")


def standing(behind: tuple[Behind, ...], needed: int, *, mine: bool, may_approve: bool) -> str:
    """What an approval still needs, for whoever reads.

    Args:
        mine: the reader stands behind it already.
        may_approve: the reader has the right to approve it.
    """
    with_right = any(one.may_approve for one in behind)
    if mine:
        still = max(1, needed - len(behind))
        right = languages.gettext("One of them must have the right to approve.")
        told = languages.ngettext(
            "You stand behind it. %(num)s more member completes it.",
            "You stand behind it. %(num)s more members complete it.",
            still,
        ) % {"num": still}
        return told if with_right else f"{told} {right}"
    still = max(0, needed - len(behind) - 1)
    if still:
        return languages.ngettext(
            "After you, %(num)s more member completes it.", "After you, %(num)s more members complete it.", still
        ) % {"num": still}
    if with_right or may_approve:
        return languages.gettext("Your confirmation completes it.")
    return languages.gettext("After you, somebody with the right to approve completes it.")


def _lasting(since: datetime | None) -> str:
    return languages.length((clock.now() - since).total_seconds()) if since is not None else ""


def letter(item: Item) -> str:
    """The badge of a reply's network."""
    return connecting.letter_of(item.reply.network) if item.reply is not None else ""
