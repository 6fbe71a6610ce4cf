"""What waits for approval: read, approved, returned with words, or edited in place; from a phone too."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, g, make_response, redirect, request, url_for

from inbox.answering import apologies, apology_views, approval_views, approvals, native_answers
from inbox.answering.apology_wording import Wording
from inbox.extensions import db
from inbox.models import ApologyState, ReplyState
from inbox.permissions import Permission
from inbox.problems import Conflict, Problem
from inbox.web import access, approving, conversation, marked_text, rendering
from inbox.web import apologies as apologies_page
from inbox.web.reading import number
from inbox.web.rendering import Answer, page, sentence_of

screen = Blueprint("approvals", __name__, url_prefix="/replies/approvals")

NATIVE_SHOWN = 20
"""How many answers that were sent on the network itself stand on the page."""

ON_REPLIES = (Permission.REPLIES_APPROVE, Permission.REPLIES_WRITE)
ON_APOLOGIES = (Permission.APOLOGIES_APPROVE, Permission.APOLOGIES_DRAFT)


@screen.get("")
@access.needs_any(*ON_REPLIES)
def index() -> Answer:
    """What waits for the reader, oldest first."""
    return _show()


@screen.get("/replies/<int:reply_id>")
@access.needs_any(*ON_REPLIES)
def find(reply_id: int) -> Answer:
    """Where a notice about a reply leads: to what is to be decided, or into its conversation."""
    conversation_id = approval_views.conversation_of(g.actor, reply_id)
    asked = g.actor.may(Permission.REPLIES_APPROVE) and approval_views.one_reply(g.actor, reply_id) is not None
    if asked or not g.actor.may(Permission.QUEUE_VIEW):
        return redirect(url_for("approvals.index", _anchor=f"reply-{reply_id}"), 303)
    return redirect(url_for("conversation.index", conversation_id=conversation_id, _anchor=f"reply-{reply_id}"), 303)


@screen.post("/replies/<int:reply_id>/confirm")
@access.needs_any(*ON_REPLIES)
def confirm_reply(reply_id: int) -> Answer:
    """Stand behind the words that were on screen."""
    try:
        reply = approvals.confirm(g.actor, reply_id, seen_hash=_seen_hash())
    except Problem as problem:
        return _refused("reply", reply_id, problem)
    notice = {
        ReplyState.SUBMITTED: "reply_is_confirmed",
        ReplyState.APPROVED: "reply_is_approved",
    }.get(reply.state, "reply_is_approved_and_leaves")
    return _done(notice, "reply", reply_id)


@screen.post("/replies/<int:reply_id>/return")
@access.needs(Permission.REPLIES_APPROVE)
def return_reply(reply_id: int) -> Answer:
    """Send it back to its writer, saying what is to be changed."""
    try:
        approvals.send_back(g.actor, reply_id, request.form.get("words", ""), seen_hash=_seen_hash())
    except Problem as problem:
        return _refused("reply", reply_id, problem)
    return _done("reply_is_returned", "reply", reply_id)


@screen.post("/replies/<int:reply_id>/edit")
@access.needs_any(*ON_REPLIES)
def edit_reply(reply_id: int) -> Answer:
    """Change it: its writer submits it again, whoever approves stands behind the new words."""
    try:
        reply = approvals.edit(g.actor, reply_id, request.form.get("text", ""), seen_hash=_seen_hash())
    except Problem as problem:
        return _refused("reply", reply_id, problem)
    if reply.state is not ReplyState.SUBMITTED:
        return _done("reply_is_queued", "reply", reply_id)
    own = reply.member_id == g.actor.member_id
    return _done("reply_is_submitted_again" if own else "reply_is_edited", "reply", reply_id)


@screen.post("/apologies/<int:apology_id>/confirm")
@access.needs_any(*ON_APOLOGIES)
def confirm_apology(apology_id: int) -> Answer:
    """Stand behind the version that was on screen."""
    try:
        apology = apologies.confirm(g.actor, apology_id, seen_hash=_seen_hash())
    except Problem as problem:
        return _refused("apology", apology_id, problem)
    approved = apology.state is ApologyState.APPROVED
    return _done("apology_is_approved" if approved else "apology_is_confirmed", "apology", apology_id)


@screen.post("/apologies/<int:apology_id>/return")
@access.needs(Permission.APOLOGIES_APPROVE)
def return_apology(apology_id: int) -> Answer:
    """Send it back to its drafter, saying what is to be changed."""
    try:
        apologies.send_back(g.actor, apology_id, request.form.get("words", ""), seen_hash=_seen_hash())
    except Problem as problem:
        return _refused("apology", apology_id, problem)
    return _done("apology_is_returned", "apology", apology_id)


@screen.post("/apologies/<int:apology_id>/edit")
@access.needs(Permission.APOLOGIES_APPROVE)
def edit_apology(apology_id: int) -> Answer:
    """Correct its sentences; where and how long it holds stays as it was."""
    try:
        shown = apology_views.get_apology(g.actor, apology_id)
        if shown.apology.state is not ApologyState.SUBMITTED:
            raise Conflict("apology_not_now")
        version = shown.newest.version
        before = Wording(
            core=version.core,
            situation=version.situation,
            account_id=version.account_id,
            post_id=version.post_id,
            expires_at=version.expires_at,
            most_uses=version.most_uses,
        )
        apologies.edit(
            g.actor,
            apology_id,
            replace(before, core=request.form.get("text", "")),
            title=shown.apology.title,
            seen_number=number("seen_number"),
        )
    except Problem as problem:
        return _refused("apology", apology_id, problem)
    return _done("apology_saved_in_place", "apology", apology_id)


def _show(refused: approving.Typed | None = None) -> Answer:
    approves = g.actor.may(Permission.REPLIES_APPROVE)
    elsewhere = native_answers.held(g.actor, limit=NATIVE_SHOWN) if approves else []
    return page(
        "approvals/index.html",
        native=[(answer, marked_text.pieces(answer.reply.text, answer.findings)) for answer in elsewhere],
        found=approving.everything(refused),
        letter=approving.letter,
        approves=approves,
        states=ReplyState,
    )


def _seen_hash() -> str:
    return request.form.get("seen_hash", "")


def _stood(where: str, permission: Permission) -> bool:
    """Whether the form stood on another page of the reader's."""
    return request.form.get("at") == where and g.actor.may(permission)


def _done(notice: str, is_a: str, number_of: int) -> Answer:
    if is_a == "reply" and _stood("conversation", Permission.QUEUE_VIEW):
        here = approval_views.conversation_of(g.actor, number_of)
        return rendering.done("conversation.index", notice, conversation_id=here, _anchor=f"reply-{number_of}")
    if is_a == "apology" and _stood("apology", Permission.APOLOGIES_DRAFT):
        return rendering.done("apologies.show", notice, apology_id=number_of)
    return rendering.done("approvals.index", notice)


def _refused(is_a: str, number_of: int, problem: Problem) -> Answer:
    """The page again, with what was typed beside what is there now.

    Raises:
        Problem: there is no such thing.
    """
    if problem.status == 404:
        raise problem
    db.session.rollback()
    sentence = sentence_of(problem)
    if is_a == "reply" and _stood("conversation", Permission.QUEUE_VIEW):
        here = approval_views.conversation_of(g.actor, number_of)
        answer = make_response(conversation.show(here, problem=sentence))
    elif is_a == "apology" and _stood("apology", Permission.APOLOGIES_DRAFT):
        answer = make_response(apologies_page.show(number_of, problem=sentence))
    else:
        answer = make_response(_show(approving.refusal(is_a, number_of, sentence)))
    answer.status_code = problem.status
    return answer
