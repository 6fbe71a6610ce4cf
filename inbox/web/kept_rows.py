"""The rows of the queue as markup, each made anew only where it says something else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from flask import current_app
from markupsafe import Markup

from inbox.answering.presence import Present
from inbox.answering.queue import QueueRow
from inbox.web import kept_markup, names, veils
from inbox.web.lines import Wait, line, wait_of_row

_TIMES = QueueRow._fields.index("waiting_since")


@dataclass(frozen=True, slots=True)
class Beside:
    """What a row shows beside its own.

    Attributes:
        selects: it can be selected.
        several_accounts: it says which account it belongs to.
        begun: the conversations in which the reader has half-written something.
        present: the colleagues who are at a conversation.
        tags: the names of the tags, by author.
    """

    selects: bool
    several_accounts: bool
    begun: frozenset[int]
    present: list[Present]
    tags: dict[int, tuple[str, ...]]


Also = tuple[bool, str, tuple[str, ...]]
"""Of one row: whether something is half-written, who else is at it, and its tags."""


def shown(rows: list[QueueRow], beside: Beside) -> Iterator[Markup]:
    """Every row as an item of the list, in the reader's language."""
    page = ("row", kept_markup.here(), beside.selects, beside.several_accounts, veils.covering())
    for row in rows:
        wait = wait_of_row(row)
        here = names.presence_words(beside.present, row.author_id) if beside.present else ""
        also = (row.conversation_id in beside.begun, here, beside.tags.get(row.author_id, ()))
        # Times stand in a row as `wait` says them; reasons are lists, which no memory compares.
        key = (page, row[:_TIMES], repr(row.reasons), row.excerpt, wait, also)
        yield kept_markup.piece(key, partial(_made, row, wait, beside, also))


def _made(row: QueueRow, wait: Wait, beside: Beside, also: Also) -> Markup:
    template = current_app.jinja_env.get_template("queue/row.html")
    shown_line = line(row, wait)
    covered = veils.is_covered(shown_line.excerpt, row.urgency)
    made: Markup = template.module.row(  # type: ignore[attr-defined]
        shown_line, beside.selects, beside.several_accounts, covered, *also
    )
    return made
