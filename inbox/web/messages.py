"""The thread of a conversation, put into the reader's words before the template runs, message by message."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from flask import current_app, g
from markupsafe import Markup

from inbox import languages
from inbox.answering import noting
from inbox.answering.conversations import ConversationView, ShownComment, ShownNote, ShownReply, ThreadItem
from inbox.collecting.triage import Urgency
from inbox.models import CommentState
from inbox.permissions import Permission
from inbox.web import kept_markup, names, outside_text

_SAID_BY_KIND = {"asks_question", "criticises", "praises"}
"""Reasons that say no more than the kind of comment beside them."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `words` is markup that is safe; everything else is text.

    Attributes:
        is_a: `comment`, `reply` or `note`.
        item: the message as the room of answering knows it.
        time: the time of day on the reader's clock.
        by: who wrote it, where that is worth a line.
        words: what is written; None where it is withheld.
        beginning: the part of a long text that is shown before the fold.
        size: characters of a long text, as the reader writes figures.
        withheld: why the text is not shown.
        gone: the comment is not on the network any more.
        flag: `danger` or `press`.
        about: what triage says of it.
        lang: the language of the words, where it is known and not the one of the page.
    """

    is_a: str
    item: ThreadItem
    time: str
    stamp: str
    by: str | None
    words: Markup | None
    beginning: Markup | None = None
    size: str = ""
    withheld: str | None = None
    gone: bool = False
    flag: str | None = None
    flag_words: str = ""
    about: tuple[str, ...] = ()
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A comment of which nothing but itself is shown, as markup that may have been made for another page."""

    item: ShownComment
    made: Markup


@dataclass(frozen=True, slots=True)
class Day:
    """What was written on one day."""

    name: str
    messages: list[Message | Made]


_REASONS = ShownComment._fields.index("reasons")


def by_day(view: ConversationView, apart: Collection[int | None] = ()) -> list[Day]:
    """The thread, day by day on the reader's clock.

    Args:
        apart: the comments with something about them that they do not say themselves.
    """
    zone = languages.zone()
    may = (g.actor.may(Permission.CONVERSATIONS_MARK), g.actor.may(Permission.CONVERSATIONS_ESCALATE))
    page = ("comment", kept_markup.here(), may)
    days: list[Day] = []
    last: date | None = None
    for item in view.thread:
        here = item.at.astimezone(zone)
        if here.date() != last:
            last = here.date()
            days.append(Day(languages.day(item.at), []))
        if isinstance(item, ShownComment) and item.id not in apart:
            # Reasons are lists, which no memory compares.
            key = (page, item[:_REASONS], repr(item.reasons), item[_REASONS + 1 :])
            days[-1].messages.append(Made(item, kept_markup.piece(key, partial(_made, item, here, may))))
        else:
            days[-1].messages.append(_message(item, here))
    return days


def _made(item: ShownComment, here: datetime, may: tuple[bool, bool]) -> Markup:
    template = current_app.jinja_env.get_template("conversation/comment.html")
    made: Markup = template.module.comment(_message(item, here), *may)  # type: ignore[attr-defined]
    return made


def _message(item: ThreadItem, here: datetime) -> Message:
    time, stamp = f"{here.hour:02d}:{here.minute:02d}", here.isoformat()
    if isinstance(item, ShownComment):
        return _comment(item, time, stamp)
    is_a = "note" if isinstance(item, ShownNote) else "reply"
    return Message(
        is_a,
        item,
        time,
        stamp,
        by=outside_text.plain(item.member_name) or None,
        words=_words(item) if item.text else None,
        withheld=None if item.text else languages.said("text_withheld"),
    )


def _words(item: ShownReply | ShownNote) -> Markup:
    """What is written; in a note the names of the colleagues who were told of it are marked."""
    if isinstance(item, ShownReply) or not item.mentions:
        return outside_text.shown(item.text)
    pieces, reached = [], 0
    for start, end in noting.where_named(item.text, item.mentions):
        pieces.append(outside_text.shown(item.text[reached:start]))
        pieces.append(Markup('<strong class="mention">%s</strong>') % outside_text.shown(item.text[start:end]))
        reached = end
    return Markup("").join([*pieces, outside_text.shown(item.text[reached:])])


def _comment(item: ShownComment, time: str, stamp: str) -> Message:
    text = item.versions[-1].text if item.versions and item.withheld is None else None
    long = text is not None and outside_text.is_long(text)
    flag = Urgency(item.urgency).name.lower() if item.urgency < Urgency.NORMAL else None
    withheld = None
    if text is None:
        withheld = languages.said(f"tombstone.{item.withheld}" if item.withheld else "text_withheld")
    return Message(
        "comment",
        item,
        time,
        stamp,
        by=names.person(item.author_name, item.author_identifier) if item.dimmed else None,
        words=None if text is None else outside_text.shown(text),
        beginning=outside_text.shown(outside_text.head(text)) if text is not None and long else None,
        size=languages.number(len(text)) if text is not None and long else "",
        withheld=withheld,
        gone=item.state is CommentState.VANISHED,
        flag=flag,
        flag_words=languages.said(f"urgency.{flag}") if flag else "",
        about=() if item.dimmed else _about(item),
        lang=names.other_language(item.language),
    )


def _about(item: ShownComment) -> tuple[str, ...]:
    said = [names.kind(item.kind)]
    said += [names.reason(reason) for reason in item.reasons if _is_worth_a_word(reason)]
    if (other := names.other_language(item.language)) and item.withheld is None:
        said.append(names.language(other))
    if item.corrected:
        said.append(languages.gettext("corrected by a colleague"))
    return tuple(said)


def _is_worth_a_word(reason: dict[str, Any]) -> bool:
    return reason["code"] not in _SAID_BY_KIND
