"""The public statement: a page to print and hand over, the rows behind each of its figures, and both as files."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, g, request, stream_with_context

from inbox import clock, languages
from inbox.measuring import exports, statement_rows
from inbox.measuring import statement as public
from inbox.measuring.statement import DECLARED, WITHHELD, Statement
from inbox.measuring.statement_rows import Figure
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.web import access, names, rendering
from inbox.web.addresses import address
from inbox.web.outside_text import plain
from inbox.web.reading import page_before, period
from inbox.web.rendering import Answer, page
from inbox.words import codes
from inbox.words.lengths import in_words

screen = Blueprint("statement", __name__)

ROWS = 50

SECTIONS = (
    ("answers", (Figure.COMMENTS, Figure.WAITS, Figure.ANSWERED, Figure.STILL_WAITING, Figure.CLOSED_WITHOUT_REPLY)),
    ("kept", (Figure.REMOVED_HERE, Figure.REFUSED_ATTEMPTS, *WITHHELD)),
    ("elsewhere", (*DECLARED, Figure.DECLARED_REPLIES, Figure.ALARMS, Figure.VANISHED)),
)
"""What stands together on the page, in order."""

_FAMILIES = {"state": "comment_state", "presence": "alarm", "ground": "ground", "actor": "actor"}
"""Which sentences the codes of a column have."""


@screen.get("/statement")
@access.needs(Permission.TRAIL_VIEW)
def index() -> Answer:
    """The statement, in the language that the address asks for."""
    languages.speak(request.args.get("language", ""))
    chosen = {name: request.args.get(name, "") for name in ("from", "to")}
    made, problem = None, None
    try:
        made = public.statement(g.actor, *_period())
    except Problem as refused:
        problem = rendering.sentence_of(refused)
    wanted = {name: value for name, value in chosen.items() if value}
    answer = page(
        "statement/index.html",
        made=made,
        until=_last_day() if made else None,
        sections=SECTIONS,
        rows_of={figure: address("statement.rows", figure=figure.value, **wanted) for figure in Figure},
        lead=_lead(made) if made else "",
        first=_first_answers(made) if made else "",
        chosen=chosen,
        tongues=[
            (code, name, address("statement.index", **wanted, language=code))
            for code, name in languages.LANGUAGES.items()
        ],
        file=address("statement.as_json", **wanted),
        network_of=names.network,
        problem=problem,
    )
    answer.status_code = 400 if problem else 200
    return answer


@screen.get("/statement.json")
@access.needs(Permission.TRAIL_VIEW)
def as_json() -> Answer:
    """The same as `inbox statement --json` prints."""
    facts = public.facts_of(public.statement(g.actor, *_period()))
    return _file(json.dumps(facts, indent=2) + "\n", "application/json", f"statement-{clock.now():%Y-%m-%d}.json")


@screen.get("/statement/rows/<figure>")
@access.needs(Permission.TRAIL_VIEW)
def rows(figure: str) -> Answer:
    """What one figure counts, row by row."""
    asked = _figure(figure)
    chosen = {name: request.args.get(name, "") for name in ("from", "to")}
    wanted = {name: value for name, value in chosen.items() if value}
    found = statement_rows.rows(g.actor, asked, *_period(), limit=ROWS + 1, before=page_before())
    shown = found[:ROWS]
    columns = statement_rows.columns(asked)
    return page(
        "statement/rows.html",
        title=languages.said(f"figure.{asked.value}"),
        columns=[languages.said(f"column.{name}") for name in columns],
        lines=[[_cell(name, row[name]) for name in columns] for row in shown],
        back=address("statement.index", **wanted),
        file=address("statement.rows_as_csv", figure=asked.value, **wanted),
        further=address("statement.rows", figure=asked.value, **wanted, before=shown[-1][columns[0]])
        if len(found) > ROWS
        else None,
    )


@screen.get("/statement/rows/<figure>.csv")
@access.needs(Permission.TRAIL_VIEW)
def rows_as_csv(figure: str) -> Answer:
    """All of them as a file: times in ISO 8601 UTC, lengths in seconds."""
    asked = _figure(figure)
    found = statement_rows.export(g.actor, asked, *_period())
    lines = exports.to_csv(found, columns=statement_rows.columns(asked))
    return _file(stream_with_context(lines), "text/csv", f"{asked.value}-{clock.now():%Y-%m-%d}.csv")


def _period() -> tuple[datetime | None, datetime | None]:
    return period(request.args.get("from", ""), request.args.get("to", ""))


def _last_day() -> datetime | None:
    """The last day that counts, on the member's own clock."""
    _, end = _period()
    return end - timedelta(days=1) if end else None


def _figure(name: str) -> Figure:
    try:
        return Figure(name)
    except ValueError:
        abort(404)


def _file(body: Any, kind: str, name: str) -> Response:
    return Response(body, mimetype=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _lead(made: Statement) -> str:
    """What it says in one sentence."""
    _ = languages.gettext
    removed = made.counts[Figure.REMOVED_HERE]
    if removed:
        return languages.ngettext(
            "%(num)s comment has lost its text, and nothing in this product accounts for it.",
            "%(num)s comments have lost their text, and nothing in this product accounts for it.",
            removed,
        ) % {"num": languages.number(removed)}
    return _("No comment was removed through this software: it cannot remove one, and it cannot block anybody.")


def _first_answers(made: Statement) -> str:
    """How long first answers took, in words."""
    _ = languages.gettext
    if made.median is None:
        return _("Nobody has an answer yet.")
    words = _("Half of the first answers came within %(length)s.") % {"length": in_words(made.median)}
    if made.median_over_all is None:
        return f"{words} " + _("Counting everybody who still waits, fewer than half have an answer so far.")
    over_all = in_words(made.median_over_all)
    return f"{words} " + _("Counting everybody who still waits, half had one within %(length)s.") % {"length": over_all}


def _cell(name: str, value: Any) -> dict[str, Any]:
    """One cell: its words, and where it leads."""
    if value is None:
        return {"words": "–"}
    if name == "conversation_id":
        return {
            "words": languages.gettext("Open"),
            "address": address("conversation.index", conversation_id=value),
        }
    if name == "network":
        return {"words": names.network(value)}
    if name == "seconds":
        return {"words": in_words(value)}
    if name.endswith("_at") or name == "at":
        return {"words": languages.moment(value), "at": value}
    code = f"{_FAMILIES.get(name)}.{value}"
    return {"words": languages.said(code) if code in codes() else plain(str(value))}
