"""Prepared replies: a group of people who ask the same is answered one by one, each reply read and ticked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, redirect, request

from inbox import clock, languages
from inbox.answering import prepared, prepared_pause, prepared_reading, prepared_sending
from inbox.answering import templates as wordings
from inbox.answering.prepared_reading import GivenAnswer, ShownBulk, ShownPrepared
from inbox.models import BulkReplyState, PreparedState, ReplyState
from inbox.permissions import Permission
from inbox.problems import Problem, Unknown
from inbox.web import access, addresses, approving, marked_text, narrowing, rendering
from inbox.web.lines import wait_of
from inbox.web.reading import moment, number
from inbox.web.rendering import Answer, page
from inbox.words import codes

screen = Blueprint("prepared", __name__, url_prefix="/prepared")

VALUE = "value-"
"""What the fields for open places are called, before the name of the place."""

PAUSES = (20, 30, 45, 60, 120, 300)

_UNSETTLED = {ReplyState.QUEUED, ReplyState.SENDING}


@dataclass(frozen=True, slots=True)
class Warned:
    """What stands beside one reply before it is ticked, in words; `strongly` where it cannot be ticked so."""

    sentence: str
    strongly: bool = False
    pieces: tuple[marked_text.Piece, ...] = ()


@screen.get("")
@access.needs(Permission.REPLIES_WRITE)
def index() -> Answer:
    """The member's own groups."""
    return page("prepared/index.html", groups=prepared_reading.own_groups(g.actor))


@screen.post("")
@access.needs(Permission.REPLIES_WRITE)
def begin() -> Answer:
    """Begin a group for everybody who writes nearly what one comment says."""
    bulk = prepared.begin_alike(g.actor, number("alike"), narrowing.queue()[0])
    return redirect(addresses.address("prepared.show", bulk_id=bulk.id), 303)


@screen.get("/<int:bulk_id>")
@access.needs(Permission.REPLIES_WRITE)
def show(bulk_id: int, problem: str | None = None, prepared_id: int | None = None) -> Answer:
    """The whole group: to be read and ticked, or how far it is.

    Args:
        problem: why what was asked was not done; it stands at the reply `prepared_id` where one is named.
    """
    shown = prepared_reading.show(g.actor, bulk_id)
    if rendering.wants_fragment() and request.method == "GET":
        return rendering.fragment("prepared/progress.html", actor=g.actor, **_around(shown))
    can_change = shown.bulk.state in (BulkReplyState.PREPARING, BulkReplyState.STOPPED)
    chosen = None
    if shown.bulk.template_id is not None:
        chosen = wordings.get_template(g.actor, shown.bulk.template_id)
    around = {**_around(shown), "problem": problem, "problem_at": prepared_id}
    return page(
        "prepared/show.html",
        offered=_offered(shown) if can_change else [],
        chosen=chosen,
        asked=_asked(shown) if can_change else [],
        pauses=PAUSES,
        usual=shown.bulk.pause_seconds or prepared_pause.USUAL_PAUSE,
        **around,
    )


@screen.post("/<int:bulk_id>/template")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def choose_template(bulk_id: int) -> Answer:
    """Begin every reply with a template."""
    by = moment("by") if request.form.get("by") else None
    prepared.choose_template(g.actor, bulk_id, number("template_id"), by=by, zone=languages.zone())
    return _back(bulk_id)


@screen.post("/<int:bulk_id>/values")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def fill(bulk_id: int) -> Answer:
    """Put values into the places that are open in all of them."""
    values = {name.removeprefix(VALUE): text for name, text in request.form.items() if name.startswith(VALUE)}
    prepared.fill_everywhere(g.actor, bulk_id, values)
    return _back(bulk_id)


@screen.post("/<int:bulk_id>/reason")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def give_reason(bulk_id: int) -> Answer:
    """Say why they have to be the same."""
    prepared.give_reason(g.actor, bulk_id, request.form.get("likeness_reason", ""))
    return _back(bulk_id)


@screen.post("/<int:bulk_id>/start")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def start(bulk_id: int) -> Answer:
    """Let them leave one after the other."""
    prepared_sending.start(g.actor, bulk_id, pause_seconds=number("pause"))
    return rendering.done("prepared.show", "bulk_reply_started", bulk_id=bulk_id)


@screen.post("/<int:bulk_id>/stop")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def stop(bulk_id: int) -> Answer:
    """Stop the rest."""
    prepared_sending.stop(g.actor, bulk_id)
    return rendering.done("prepared.show", "bulk_reply_stopped", bulk_id=bulk_id)


@screen.post("/<int:bulk_id>/away")
@access.needs(Permission.REPLIES_WRITE)
@rendering.told_on(show)
def put_away(bulk_id: int) -> Answer:
    """Give the group up."""
    prepared.put_away(g.actor, bulk_id)
    return rendering.done("prepared.index", "bulk_reply_is_away")


@screen.get("/<int:bulk_id>/<int:prepared_id>")
@access.needs(Permission.REPLIES_WRITE)
def look(bulk_id: int, prepared_id: int) -> Answer:
    """One reply as it stands now: asked for when somebody else did something about its person."""
    shown = prepared_reading.show(g.actor, bulk_id, only=prepared_id)
    if not shown.replies:
        raise Unknown("prepared_unknown")
    if not rendering.wants_fragment():
        return redirect(addresses.address("prepared.show", bulk_id=bulk_id, _anchor=f"prepared-{prepared_id}"), 303)
    around = {**_around(shown), "one": shown.replies[0], "language": languages.language()}
    return rendering.fragment("prepared/swapped.html", actor=g.actor, **around)


@screen.post("/<int:bulk_id>/<int:prepared_id>")
@access.needs(Permission.REPLIES_WRITE)
def change(bulk_id: int, prepared_id: int) -> Answer:
    """Keep what one reply says, tick it, leave it out, or put it back in.

    Where htmx asks, the reply alone comes back; while one types, only what stands under its words.
    """
    deed = request.form.get("do", "save")
    problem: Problem | None = None
    try:
        _change(bulk_id, prepared_id, deed)
    except Problem as refused:
        if refused.status == 404:
            raise
        problem = refused
    sentence = rendering.sentence_of(problem) if problem is not None else None
    if not rendering.wants_fragment():
        if problem is not None:
            answer = show(bulk_id, problem=sentence, prepared_id=prepared_id)
            answer.status_code = problem.status  # type: ignore[union-attr]
            return answer
        return rendering.done("prepared.show", None, bulk_id=bulk_id, _anchor=f"prepared-{prepared_id}")
    shown = prepared_reading.show(g.actor, bulk_id, only=prepared_id)
    one = shown.replies[0]
    typed = request.form.get("text", "").replace("\r\n", "\n") if problem is not None else None
    alone = deed == "save" and one.row.state is PreparedState.OPEN
    around = {**_around(shown), "one": one, "said_at": sentence, "typed_text": typed, "swapped": True, "alone": alone}
    around["language"] = languages.language()
    return rendering.fragment("prepared/standing.html" if alone else "prepared/swapped.html", actor=g.actor, **around)


def _change(bulk_id: int, prepared_id: int, deed: str) -> None:
    text = request.form.get("text", "")
    match deed:
        case "save":
            prepared.save(g.actor, bulk_id, prepared_id, text, number=number("number"))
        case "tick":
            prepared.tick(g.actor, bulk_id, prepared_id, text, number=number("number"))
        case "untick":
            prepared.untick(g.actor, bulk_id, prepared_id)
        case "leave_out":
            prepared.leave_out(g.actor, bulk_id, prepared_id)
        case "put_in":
            prepared.put_in(g.actor, bulk_id, prepared_id)
        case _:
            raise Problem("choice_unknown")


def _back(bulk_id: int) -> Answer:
    return rendering.done("prepared.show", None, bulk_id=bulk_id, _anchor="group")


def _around(shown: ShownBulk) -> dict[str, Any]:
    going_on = shown.bulk.state is BulkReplyState.SENDING or any(
        each.reply is not None and each.reply.state in _UNSETTLED for each in shown.handed_over
    )
    return {
        "shown": shown,
        "bulk": shown.bulk,
        "tally": prepared_reading.tally(g.actor, shown.bulk.id),
        "can_change": shown.bulk.state in (BulkReplyState.PREPARING, BulkReplyState.STOPPED),
        "warned": _warned,
        "stands": _stands,
        "wait_of": wait_of,
        "out_words": _out_words,
        "answer_words": _answer_words,
        "going_on": going_on,
        "may_leave_at": prepared_reading.waits_until(shown),
        "problem_at": None,
        "problem": None,
    }


def _offered(shown: ShownBulk) -> list[wordings.ListedTemplate]:
    """The templates that may begin them, those for the kind of comment that most of them are first."""
    kinds = [each.conversation.kind for each in shown.open]
    usual = max(set(kinds), key=kinds.count) if kinds else None
    usable = [each for each in wordings.list_templates(g.actor) if not each.stale]
    return sorted(usable, key=lambda each: (each.template.kind != usual, each.name.casefold()))


def _asked(shown: ShownBulk) -> list[tuple[str, str, int]]:
    """The places that are open in several: (name, question, in how many)."""
    prompts: dict[str, str] = {}
    for each in shown.open:
        if each.missing and not set(each.missing) <= set(prompts):
            for one in wordings.ask(
                g.actor,
                each.row.conversation_id,
                each.row.text,
                language=languages.language(),
                template_id=shown.bulk.template_id,
            ):
                prompts.setdefault(one.name, one.prompt)
    return [(name, prompts.get(name, name), count) for name, count in shown.missing.items()]


def _warned(one: ShownPrepared) -> list[Warned]:
    """What to look at before it is ticked."""
    found: list[Warned] = []
    if one.missing:
        names = ", ".join(f"{{{name}}}" for name in one.missing)
        found.append(Warned(languages.said("prepared_warns.missing", names=names), strongly=True))
    if not one.fits:
        over = languages.number(one.used - one.limit)
        found.append(Warned(languages.said("prepared_warns.too_long", over=over), strongly=True))
    if one.judged is not None and one.judged.held_code is not None:
        code = f"would.{one.judged.held_code}"
        sentence = languages.said(code) if code in codes() else approving.why(one.judged.held_code, own=True)
        marked = marked_text.pieces(one.row.text, one.judged.findings) if one.judged.outcome.held else []
        found.append(Warned(sentence, pieces=tuple(marked)))
    # While places are open, the same words are those of the template.
    if one.compared is not None and not one.missing:
        if one.compared.same:
            found.append(Warned(languages.said("prepared_warns.same", count=one.compared.same), strongly=True))
        elif one.compared.near:
            found.append(Warned(languages.said("prepared_warns.near", count=one.compared.near)))
        if one.compared.sent:
            found.append(Warned(languages.said("prepared_warns.sent", count=one.compared.sent)))
    return found


def _out_words(one: ShownPrepared) -> str:
    """Why one was taken out; what refused it when its turn came is said in its own words."""
    length = {"used": languages.number(one.used), "limit": languages.number(one.limit)}
    try:
        return languages.said(one.row.code or "", account=one.account.name, name="", people="", id="", **length)
    except KeyError:
        return languages.said("not_done")


def _answer_words(answer: GivenAnswer) -> str:
    """Who answered besides the group, and whether it has left."""
    if answer.by is None:
        return languages.said("prepared_answer.natively")
    return languages.said("prepared_answer.left" if answer.left else "prepared_answer.under_way", name=answer.by)


def _stands(one: ShownPrepared) -> tuple[str, str]:
    """How a reply that was handed over stands, as (look, words)."""
    reply = one.reply
    assert reply is not None
    if reply.state is ReplyState.SENT:
        at = reply.sent_at or clock.now()
        return "confirmed", languages.said("prepared_stands.sent", time=languages.time_of_day(at))
    if reply.state is ReplyState.QUEUED and reply.held_code:
        return "trouble", languages.said(reply.held_code, account=one.account.name)
    if reply.state is ReplyState.QUEUED and reply.undo_until and reply.undo_until > clock.now():
        seconds = max(1, round((reply.undo_until - clock.now()).total_seconds()))
        return "leaving", languages.said("prepared_stands.leaving", seconds=seconds)
    if reply.state in _UNSETTLED:
        return "leaving", languages.said("prepared_stands.on_its_way")
    if reply.state in (ReplyState.SUBMITTED, ReplyState.APPROVED, ReplyState.RETURNED):
        return "waits", languages.said("prepared_stands.approval")
    if reply.state is ReplyState.WITHDRAWN:
        code = reply.held_code or ""
        stopped = code if code.startswith("stopped_") else "prepared_stands.taken_back"
        return "trouble", languages.said(stopped)
    return "trouble", languages.said(f"prepared_stands.{reply.state.value}")
