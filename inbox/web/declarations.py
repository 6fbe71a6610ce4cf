"""Declarations: what people took down on a network, declared by one member and confirmed by another."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, g, request

from inbox.answering import conversations
from inbox.answering.conversations import ShownComment, ShownReply
from inbox.collecting import declaration_reading, declarations
from inbox.models import Ground, ReplyState
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.reading import moment, one_of, page_before
from inbox.web.rendering import Answer, page

screen = Blueprint("declarations", __name__)

ROWS = 30


@screen.get("/declarations")
@access.needs(Permission.DECLARATIONS_CONFIRM)
def index(problem: str | None = None, declaration_id: int | None = None) -> Answer:
    """What waits for a second member, and what was decided."""
    before = page_before()
    decided = declaration_reading.list_declarations(g.actor, pending=False, limit=ROWS + 1, before=before)
    return page(
        "declarations/index.html",
        waiting=[] if before else declaration_reading.list_declarations(g.actor, pending=True, limit=200),
        decided=decided[:ROWS],
        further=decided[ROWS - 1].declaration.id if len(decided) > ROWS else None,
        words_of=_words_of,
        problem=problem,
        problem_at=declaration_id,
    )


@screen.get("/conversations/<int:conversation_id>/declare")
@access.needs(Permission.DECLARATIONS_MAKE)
def new(conversation_id: int, problem: str | None = None) -> Answer:
    """The form: what was taken down, why, and when."""
    view = conversations.open_conversation(g.actor, conversation_id)
    own = [item for item in view.thread if getattr(item, "conversation_id", None) == conversation_id]
    return page(
        "declarations/new.html",
        view=view,
        comments=[item for item in own if isinstance(item, ShownComment) and not item.withheld],
        replies=[item for item in own if isinstance(item, ShownReply) and item.state is ReplyState.SENT and item.text],
        grounds=Ground,
        chosen=request.form.get("about") or request.args.get("about", ""),
        typed=request.form,
        problem=problem,
    )


@screen.post("/conversations/<int:conversation_id>/declare")
@access.needs(Permission.DECLARATIONS_MAKE)
@rendering.told_on(new)
def make(conversation_id: int) -> Answer:
    """Seal the evidence and ask for the second member."""
    view = conversations.open_conversation(g.actor, conversation_id)
    kind, _, text = request.form.get("about", "").partition("-")
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Problem("choice_unknown")
    number, shown = int(text), ShownReply if kind == "reply" else ShownComment
    if not any(isinstance(item, shown) and item.id == number and not item.dimmed for item in view.thread):
        raise Problem("not_in_conversation", 404)
    declare = declarations.declare_reply if kind == "reply" else declarations.declare_comment
    declare(
        g.actor,
        number,
        one_of("ground", Ground),
        known_at=moment("known_at"),
        taken_at=moment("taken_at"),
        note=request.form.get("note", ""),
    )
    return rendering.done("conversation.index", "declaration_is_made", conversation_id=conversation_id)


@screen.post("/declarations/<int:declaration_id>/confirm")
@access.needs(Permission.DECLARATIONS_CONFIRM)
@rendering.told_on(index)
def confirm(declaration_id: int) -> Answer:
    """Stand behind it."""
    declarations.confirm(g.actor, declaration_id)
    return rendering.done("declarations.index", "declaration_is_confirmed")


@screen.post("/declarations/<int:declaration_id>/decline")
@access.needs(Permission.DECLARATIONS_CONFIRM)
@rendering.told_on(index)
def decline(declaration_id: int) -> Answer:
    """Do not stand behind it."""
    declarations.decline(g.actor, declaration_id, request.form.get("reason", ""))
    return rendering.done("declarations.index", "declaration_is_declined")


def _words_of(evidence: str | None) -> str | None:
    """What the sealed evidence says was written; None where it is withheld."""
    if evidence is None:
        return None
    facts: dict[str, Any] = json.loads(evidence)
    versions = facts.get("versions")
    return str(versions[-1]["text"]) if versions else str(facts.get("text", ""))
