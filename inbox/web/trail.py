"""The trail: who did what and when, in the reader's words, newest first; and the same rows as a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, current_app, g, request, stream_with_context

from inbox import clock, languages, members
from inbox.measuring import exports
from inbox.models import TrailRow
from inbox.permissions import Permission
from inbox.problems import Problem
from inbox.trail import reading
from inbox.trail.reading import TrailFilters
from inbox.trail.standing import standing
from inbox.web import access, names, rendering
from inbox.web.addresses import address
from inbox.web.outside_text import plain
from inbox.web.reading import page_before, period
from inbox.web.rendering import Answer, page
from inbox.words import codes

screen = Blueprint("trail", __name__)

ROWS = 50
NO_MEMBERS = ("operator", "worker", "system", "anybody")
"""Actors that are no member, as the trail names them."""

_FILTERS = ("who", "what", "from", "to", "type", "id")
"""The filters as they stand in the address."""

_ADDRESSES: dict[str, Callable[[str], str]] = {
    "account": lambda number: address("accounts.index", _anchor=f"account-{number}"),
    "alarm": lambda number: address("alarms.index", _anchor=f"alarm-{number}"),
    "conversation": lambda number: address("conversation.index", conversation_id=int(number)),
    "declaration": lambda number: address("declarations.index", _anchor=f"declaration-{number}"),
    "hand_over": lambda number: address("shift.show", hand_over_id=int(number)),
    "member": lambda _: address("members.index"),
    "team": lambda number: address("teams.index", _anchor=f"team-{number}"),
}
"""Where a row's object can be looked at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row in the reader's words.

    Attributes:
        who: who did it.
        deed: what they did, read behind `who`.
        thing: what it was done to, empty where it was nothing in particular.
        address: where that can be looked at.
        of_thing: the trail of that thing alone.
        facts: the row's parameters, as they were hashed.
    """

    seq: int
    at: datetime
    who: str
    deed: str
    action: str
    thing: str
    address: str | None
    of_thing: str | None
    facts: str
    previous_hash: str
    hash: str


@screen.get("/trail")
@access.needs(Permission.TRAIL_VIEW)
def index() -> Answer:
    """A page of rows; filters and place stand in the address."""
    chosen = {name: request.args.get(name, "").strip() for name in _FILTERS}
    config = current_app.config["INBOX"]
    found: list[TrailRow] = []
    problem = None
    try:
        found = reading.rows(g.actor, _filters(), limit=ROWS + 1, before=page_before())
    except Problem as refused:
        problem = rendering.sentence_of(refused)
    shown = found[:ROWS]
    wanted = {name: value for name, value in chosen.items() if value}
    actors = _actors()
    lines = _lines(shown, actors)
    answer = page(
        "trail/index.html",
        days=[(day, list(of_day)) for day, of_day in groupby(lines, lambda line: languages.day(line.at))],
        chosen=chosen,
        filtered=bool(wanted),
        actors=[("", languages.gettext("Anybody")), *actors.items()],
        deeds=_deeds(),
        things=[("", languages.gettext("Anything")), *_things()],
        further=address("trail.index", **wanted, before=shown[-1].seq) if len(found) > ROWS else None,
        newest=address("trail.index", **wanted) if request.args.get("before") else None,
        files={form: address(f"trail.as_{form}", **wanted) for form in ("csv", "json")},
        standing=standing(g.actor, config.data_dir, config.anchors_file),
        sentence_of=rendering.sentence_of,
        problem=problem,
    )
    answer.status_code = 400 if problem else 200
    return answer


@screen.get("/trail.csv")
@access.needs(Permission.TRAIL_VIEW)
def as_csv() -> Answer:
    """Every row that the filters let through, newest first; parameters as the JSON text that was hashed."""
    lines = exports.to_csv(reading.export(g.actor, _filters()), columns=reading.COLUMNS)
    return _file(lines, "text/csv", "csv")


@screen.get("/trail.json")
@access.needs(Permission.TRAIL_VIEW)
def as_json() -> Answer:
    """The same as one array of objects."""
    rows = reading.export(g.actor, _filters())

    def lines() -> Iterator[str]:
        between = "[\n"
        for row in rows:
            facts = {**row, "at": clock.to_iso(row["at"]), "params": json.loads(row["params"])}
            yield between + json.dumps(facts)
            between = ",\n"
        yield "[]\n" if between == "[\n" else "\n]\n"

    return _file(lines(), "application/json", "json")


def _file(lines: Iterator[str], kind: str, ending: str) -> Response:
    # Rows are read while they are sent, so that a long trail is never held as a whole.
    return Response(
        stream_with_context(lines),
        mimetype=kind,
        headers={"Content-Disposition": f'attachment; filename="trail-{clock.now():%Y-%m-%d}.{ending}"'},
    )


def _filters() -> TrailFilters:
    given = {name: request.args.get(name, "").strip() or None for name in _FILTERS}
    start, end = period(given["from"] or "", given["to"] or "")
    return TrailFilters(given["who"], given["what"], start, end, given["type"], given["id"])


def _actors() -> dict[str, str]:
    """Everybody who can stand in the trail, by the name the trail gives them."""
    found = {f"member:{member.id}": plain(member.name) or member.email for member in members.list_members(g.actor)}
    return {**dict(sorted(found.items(), key=lambda pair: pair[1].casefold())), **_no_members()}


def _no_members() -> dict[str, str]:
    return {name: _capital(languages.said(f"actor.{name}")) for name in NO_MEMBERS}


def _deeds() -> list[tuple[str, str, names.Options]]:
    """What can be chosen, as (noun, its title, its deeds)."""
    deeds: dict[str, names.Options] = {}
    for code in sorted(codes()):
        if code.startswith("deed."):
            noun, _, verb = code.removeprefix("deed.").partition(".")
            # Without a row there is nothing to fill its places with.
            words = languages.said(code).partition("%(")[0].rstrip(" (:")
            deeds.setdefault(noun, []).append((f"{noun}.{verb}", _capital(words)))
    titled = [
        (noun, languages.said(f"noun.{noun}") if f"noun.{noun}" in codes() else noun, options)
        for noun, options in deeds.items()
    ]
    return sorted(titled, key=lambda each: each[1].casefold())


def _things() -> names.Options:
    found = [(code.removeprefix("object."), languages.said(code)) for code in codes() if code.startswith("object.")]
    return sorted(found, key=lambda each: each[1].casefold())


def _lines(rows: list[TrailRow], actors: dict[str, str]) -> list[Line]:
    within = reading.conversations_of(g.actor, rows)
    return [_line(row, actors, within) for row in rows]


def _line(row: TrailRow, actors: dict[str, str], within: dict[tuple[str, str], int]) -> Line:
    params = json.loads(row.params)
    kind, number = row.object_type, row.object_id
    conversation = within.get((kind, number))
    leads: str | None
    if conversation is not None:
        place = f"comment-{number}" if kind == "comment" else None
        leads = address("conversation.index", conversation_id=conversation, _anchor=place)
    else:
        leads = _ADDRESSES[kind](number) if kind in _ADDRESSES and number.isdigit() else None
    title = languages.said(f"object.{kind}") if f"object.{kind}" in codes() else kind
    return Line(
        seq=row.seq,
        at=row.at,
        who=actors.get(row.actor, row.actor),
        deed=_deed(row.action, params),
        action=row.action,
        thing=f"{title} {plain(number)}" if kind else "",
        address=leads,
        of_thing=address("trail.index", type=kind, id=number) if kind else None,
        facts=row.params,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def _deed(action: str, params: dict[str, Any]) -> str:
    """What was done, in words; a deed that nobody put into words yet by its own name."""
    code = f"deed.{action}"
    if code not in codes():
        return action
    try:
        return languages.said(code, **{name: _value(name, value) for name, value in params.items()})
    except KeyError:
        return languages.said(code).partition("%(")[0].rstrip(" (:")


def _value(name: str, value: Any) -> str:
    """A parameter in words: codes that have a sentence of their own, numbers as the reader writes them."""
    if isinstance(value, list):
        return ", ".join(_value(name.removesuffix("s"), each) for each in value)
    if isinstance(value, bool) or value is None:
        return "–"
    if isinstance(value, int | float):
        return languages.number(value)
    text = str(value)
    if f"{name}.{text}" in codes():
        words = languages.said(f"{name}.{text}")
        return words[:1].lower() + words[1:]
    return plain(text)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
