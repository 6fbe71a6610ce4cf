"""What stands in the composer while an answer is being written."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from flask import g, request

from inbox import languages
from inbox.answering import drafts, replies, templates
from inbox.answering import likeness as likenesses
from inbox.answering.conversations import ConversationView, ShownReply
from inbox.answering.likeness import Likeness
from inbox.answering.placeholders import BY_TIME
from inbox.answering.template_search import Comment, fits, search
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web.glances import glance
from inbox.web.reading import moment

LONGEST_QUERY = 100
"""Characters of what is searched for."""

VALUE = "value-"
"""What the fields for missing values are called, before the name of the placeholder."""

_BROWSERS_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?", re.ASCII)
"""What a browser sends for a field of date and time."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the composer.

    Attributes:
        used: how long the text is, by the network's own counting.
        limit: how long it may be.
        template_id: the template it began with, empty for none, as the form brings it.
        filled: what the templates in it said before anything was changed by hand.
        asked: what the places that are left in it ask for.
        likeness: how many people were sent nearly this text; None where nobody looked.
        caret: where the caret goes, as the browser counts; empty for where it is.
        number: that of the draft that is kept, 0 where none is.
        saved_at: when it was kept.
        back: why it is in the composer again after it was sent, as a code; empty where it never was.
    """

    text: str
    used: int
    limit: int
    form_key: str
    template_id: str
    holding: bool
    template_version_id: str = ""
    filled: str = ""
    asked: tuple[templates.Asked, ...] = ()
    likeness: Likeness | None = None
    likeness_reason: str = ""
    needs_reason: bool = False
    caret: str = ""
    number: int = 0
    saved_at: datetime | None = None
    back: str = ""


def begun(view: ConversationView) -> Draft | None:
    """What the member has half-written here and not sent; None where there is nothing, or other words were typed."""
    if typed() or not view.at_hand.drafted or not g.actor.may(Permission.REPLIES_WRITE):
        return None
    kept = drafts.of(g.actor, view.conversation.id)
    if kept is None:
        return None
    return draft_of(
        view,
        kept.text,
        form_key=kept.form_key,
        compare=True,
        template_id=str(kept.template_id or ""),
        template_version_id=str(kept.template_version_id or ""),
        filled=kept.filled,
        holding=kept.holding,
        number=kept.number,
        saved_at=kept.saved_at,
        back=_back(view, kept.stopped_id),
    )


def known_as_kept(view: ConversationView, draft: Draft) -> Draft:
    """`draft` with the number of the one that is kept, where the two say the same: the page goes on saving it."""
    if draft.number or not draft.text.strip() or not view.at_hand.drafted or not g.actor.may(Permission.REPLIES_WRITE):
        return draft
    kept = drafts.of(g.actor, view.conversation.id)
    same = kept is not None and kept.text.strip() == draft.text.strip()
    return replace(draft, number=kept.number, saved_at=kept.saved_at) if kept is not None and same else draft


def _back(view: ConversationView, reply_id: int | None) -> str:
    """Why a reply of this thread was stopped before it left."""
    stopped = (item for item in view.thread if isinstance(item, ShownReply) and item.id == reply_id)
    return next((item.held_code or "" for item in stopped), "")


def draft_of(
    view: ConversationView, text: str | None = None, *, form_key: str | None = None, compare: bool = False, **more: Any
) -> Draft:
    """The composer as the request left it, with `text` in it where that is given.

    Args:
        compare: look how many people were sent nearly this text.
        more: what else of the draft the deed has changed, by the names of its attributes.
    """
    words = typed() if text is None else text
    length = replies.measure(view.account, words)
    form = request.form
    number = more.get("template_id", form.get("template_id", ""))
    like = None
    if compare and words.strip() and g.actor.may(Permission.REPLIES_WRITE):
        like = likenesses.look(g.actor, view.conversation.id, words)
    return Draft(
        text=words,
        used=length.used,
        limit=length.limit,
        form_key=form_key or view.form_key,
        template_id=number,
        template_version_id=more.get("template_version_id", form.get("template_version_id", "")),
        filled=more.get("filled", form.get("filled", "")),
        holding=more.get("holding", bool(form.get("holding"))),
        asked=tuple(
            templates.ask(
                g.actor,
                view.conversation.id,
                words,
                language=languages.language(),
                template_id=int(number) if number.isascii() and number.isdigit() else None,
            )
        ),
        likeness=like,
        likeness_reason=form.get("likeness_reason", ""),
        needs_reason=like is not None and likenesses.needed_reason(view.account, like),
        caret=more.get("caret", ""),
        number=more.get("number", 0),
        saved_at=more.get("saved_at"),
        back=more.get("back", ""),
    )


def typed() -> str:
    """What was typed into the composer, and not into the form of notes beside it; line ends as the browser counts."""
    if not (request.endpoint or "").startswith(("composer.", "drafting.", "wording.")):
        return ""
    return request.form.get("text", "").replace("\r\n", "\n")


def values() -> dict[str, str]:
    """What was typed for places that are left, by the name of the placeholder; a time chosen is `time_chosen`'s."""
    given = {name.removeprefix(VALUE): value for name, value in request.form.items() if name.startswith(VALUE)}
    if time_chosen() is not None:
        del given[BY_TIME]
    return given


def time_chosen() -> datetime | None:
    """By when we write again, as chosen for its place in the text and meant on the reader's clock.

    None where nothing was chosen, or where words were typed instead: those stand in the text as they are.
    """
    name = f"{VALUE}{BY_TIME}"
    if not _BROWSERS_MOMENT.fullmatch(request.form.get(name, "")):
        return None
    try:
        return moment(name)
    except Problem:
        return None


def comment_of(view: ConversationView) -> Comment:
    """What a template should fit."""
    conversation = view.conversation
    return Comment(conversation.kind, conversation.language, conversation.urgency)


class Offered(NamedTuple):
    """A template that can be inserted. `stale`: not before somebody has read it again; `fits`: it is meant for this."""

    id: int
    name: str
    stale: bool
    fits: bool


def matching(view: ConversationView, words: str = "") -> list[tuple[templates.ListedTemplate, bool]]:
    """The templates in which `words` stand, the best first, each with whether it is meant for this comment."""
    if not g.actor.may(Permission.REPLIES_WRITE):
        return []
    comment = comment_of(view)
    return [(found, fits(found, comment)) for found in search(g.actor, words, for_comment=comment)]


def offered(view: ConversationView, words: str = "") -> list[Offered]:
    """The same as the list without the script offers them."""
    if not g.actor.may(Permission.REPLIES_WRITE):
        return []

    def look() -> list[Offered]:
        return [Offered(found.id, found.name, found.stale, fit) for found, fit in matching(view, words)]

    # Whoever opens a conversation is offered all of them, in an order that only what the comment is decides.
    return look() if words.strip() else glance(f"templates for {comment_of(view)} in {languages.language()}", look)


def inserted(text: str, more: str, at: int | None) -> tuple[str, int]:
    """`text` with `more` put in at a place, and where it ends there; both places as browsers count (UTF-16 units).

    Where the place is the end, or was not told, `more` becomes a paragraph of its own below; inside a line it stands
    between spaces.
    """
    place = len(text) if at is None else len(text.encode("utf-16-le")[: 2 * at].decode("utf-16-le", "ignore"))
    before, after = text[:place], text[place:]
    if not after.strip():
        before, after = before.rstrip(), ""
    elif after.startswith("\n"):
        after = "\n\n" + after.lstrip("\n")
    elif not before or before.endswith("\n"):
        after = "\n\n" + after
    else:
        after = " " + after.lstrip(" ")
    if not before.strip():
        before = ""
    elif not after or before.endswith("\n"):
        before = before.rstrip("\n") + "\n\n"
    else:
        before = before.rstrip(" ") + " "
    return before + more + after, len((before + more).encode("utf-16-le")) // 2


def together(pieces: Collection[str]) -> str:
    """What several templates said, one below the other."""
    return "\n\n".join(piece for piece in pieces if piece)
