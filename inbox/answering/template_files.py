"""Templates as files: CSV for spreadsheets, JSON for programs. What is exported can be imported and is the same."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from inbox import trail
from inbox.answering import templates
from inbox.answering.template_reading import list_templates
from inbox.answering.template_wording import Wording, checked, split_tags
from inbox.extensions import session, writing
from inbox.models import ReplyTemplate
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem
from inbox.words import say

COLUMNS = ("name", "purpose", "kind", "holding", "tags", "language", "text", "places")
"""The columns of the CSV: a row per template and language. `places` is JSON, as `Wording.places`."""

_NEEDED = ("name", "language", "text")
MOST_TEMPLATES = 1_000

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_GUARDED = re.compile(r"''*[=+\-@\t\r\n]")
_YES_NO = dict.fromkeys(("yes", "oui", "true", "1"), True) | dict.fromkeys(("no", "non", "false", "0", ""), False)


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, as counts of templates."""

    added: int
    changed: int
    unchanged: int


@dataclass(slots=True)
class _Read:
    """One template as it stands in a file, before it is checked. `row` is where it begins, for whoever mends it."""

    row: int
    name: str
    purpose: str
    kind: str | None
    holding: bool
    tags: list[str]
    places: Mapping[str, Any]
    texts: dict[str, str] = field(default_factory=dict)

    @property
    def said(self) -> tuple[object, ...]:
        """What all rows of one template must agree in."""
        return (self.purpose, self.kind, self.holding, self.tags, self.places)


def export_csv(actor: Actor) -> str:
    """The templates in use as CSV with `COLUMNS`.

    What a spreadsheet would take for a formula gets an apostrophe before it, which an import takes off again.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    file = io.StringIO(newline="")
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for one in _exported(actor):
        places = json.dumps(one["places"], ensure_ascii=False, sort_keys=True) if one["places"] else ""
        for language, text in one["texts"].items():
            holding = "yes" if one["holding"] else "no"
            tags = ", ".join(one["tags"])
            cells = (one["name"], one["purpose"], one["kind"] or "", holding, tags, language, text, places)
            rows.writerow([_guarded(cell) for cell in cells])
    return file.getvalue()


def export_json(actor: Actor) -> str:
    """The templates in use as one JSON array of objects with `name`, `purpose`, `kind`, `holding`, `tags`, `texts` and
    `places`."""
    require(actor, Permission.TEMPLATES_VIEW)
    return json.dumps(list(_exported(actor)), ensure_ascii=False, indent=2) + "\n"


def import_file(actor: Actor, content: bytes) -> ImportReport:
    """Take over all templates of a file, or none.

    A template whose name is known, case aside, gets what the file says as a new version; a retired one comes back.
    Whether it is CSV (with commas or semicolons) or JSON is seen from its content; it is UTF-8.

    Raises:
        Problem: `template_file_unreadable`, `template_file_columns`, `template_file_empty`, `template_file_too_many`,
            or `template_file_row` with the number of the row, or of the object, and what is wrong with it.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Problem("template_file_unreadable") from None
    if not words.strip():
        raise Problem("template_file_empty")
    read = _from_json(words) if words.lstrip().startswith(("[", "{")) else _from_csv(words)
    if not read:
        raise Problem("template_file_empty")
    if len(read) > MOST_TEMPLATES:
        raise Problem("template_file_too_many", most=MOST_TEMPLATES)
    with writing() as current:
        known = {
            key: template
            for template in current.scalars(select(ReplyTemplate).order_by(ReplyTemplate.retired_at.is_(None)))
            for key in {template.name.casefold(), templates.title_of(template).casefold()}
        }
        counts = {"added": 0, "changed": 0, "unchanged": 0}
        for one in read:
            try:
                wording = _checked(one)
                counts[_take(actor, known.get(wording.name.casefold()), wording)] += 1
            except Problem as problem:
                raise _at(one.row, problem) from None
        trail.record(current, actor, "template.imported", params=dict(counts))
    return ImportReport(**counts)


def _take(actor: Actor, known: ReplyTemplate | None, wording: Wording) -> str:
    """Inside the write transaction: store one template of the file."""
    current = session()
    if known is None:
        templates.add(current, actor, wording)
        return "added"
    changed = templates.rewrite(current, actor, known, wording)
    if known.retired_at is not None:
        known.retired_at = None
        trail.record(current, actor, "template.brought_back", of=("reply_template", known.id))
        changed = True
    return "changed" if changed else "unchanged"


def _exported(actor: Actor) -> Iterator[dict[str, Any]]:
    for one in list_templates(actor):
        yield {
            "name": one.name,
            "purpose": one.purpose,
            "kind": one.template.kind,
            "holding": one.template.holding,
            "tags": one.tags,
            "texts": one.version.texts,
            "places": one.version.placeholders,
        }


def _from_csv(words: str) -> list[_Read]:
    header = words.partition("\n")[0]
    rows = csv.reader(io.StringIO(words, newline=""), delimiter=";" if header.count(";") > header.count(",") else ",")
    try:
        titles = [title.strip().casefold() for title in next(rows, [])]
        for column in _NEEDED:
            if column not in titles:
                raise Problem("template_file_columns", column=column)
        found: dict[str, _Read] = {}
        for number, cells in enumerate(rows, start=2):
            row = {title: _unguarded(cell) for title, cell in zip(titles, cells, strict=False)}
            if not any(cell.strip() for cell in cells):
                continue
            try:
                _add_row(found, number, row)
            except Problem as problem:
                raise _at(number, problem) from None
    except csv.Error:
        raise Problem("template_file_unreadable") from None
    return list(found.values())


def _add_row(found: dict[str, _Read], number: int, row: dict[str, str]) -> None:
    name = " ".join(row.get("name", "").split())
    read = _Read(
        row=number,
        name=name,
        purpose=row.get("purpose", ""),
        kind=row.get("kind", "").strip() or None,
        holding=_yes_no("holding", row.get("holding", "")),
        tags=split_tags(row.get("tags", "")),
        places=_places(row.get("places", "")),
    )
    first = found.setdefault(name.casefold(), read)
    if first.said != read.said:
        raise Problem("template_file_disagrees", name=name)
    language = row.get("language", "").strip()
    if language in first.texts:
        raise Problem("template_file_disagrees", name=name)
    first.texts[language] = row.get("text", "")


def _from_json(words: str) -> list[_Read]:
    try:
        parsed = json.loads(words)
    except (ValueError, RecursionError):
        raise Problem("template_file_unreadable") from None
    if not isinstance(parsed, list):
        raise Problem("template_file_unreadable")
    found = []
    for number, one in enumerate(parsed, start=1):
        if not isinstance(one, dict):
            raise _at(number, Problem("template_file_unreadable"))
        texts, tags, places = one.get("texts", {}), one.get("tags", []), one.get("places", {})
        kind, holding = one.get("kind"), one.get("holding", False)
        plain = (
            isinstance(texts, dict)
            and all(isinstance(text, str) for text in texts.values())
            and isinstance(tags, list)
            and all(isinstance(tag, str) for tag in tags)
            and isinstance(holding, bool)
            and (kind is None or isinstance(kind, str))
            and all(isinstance(one.get(key, ""), str) for key in ("name", "purpose"))
        )
        if not plain:
            raise _at(number, Problem("template_file_unreadable"))
        try:
            _shaped(places)
        except Problem as problem:
            raise _at(number, problem) from None
        name, purpose = one.get("name", ""), one.get("purpose", "")
        found.append(_Read(number, name, purpose, kind, holding, tags, places, dict(texts)))
    return found


def _checked(one: _Read) -> Wording:
    return checked(
        one.name,
        one.texts,
        purpose=one.purpose,
        kind=one.kind,
        holding=one.holding,
        tags=one.tags,
        places=one.places,
    )


def _places(words: str) -> Mapping[str, Any]:
    if not words.strip():
        return {}
    try:
        return _shaped(json.loads(words))
    except (ValueError, RecursionError):
        raise Problem("template_file_places") from None


def _shaped(places: Any) -> Mapping[str, Any]:
    fits = isinstance(places, dict) and all(
        isinstance(place, dict)
        and isinstance(place.get("default", ""), str)
        and isinstance(place.get("prompt", {}), dict)
        and all(isinstance(words, str) for words in place.get("prompt", {}).values())
        for place in places.values()
    )
    if not fits:
        raise Problem("template_file_places")
    shaped: Mapping[str, Any] = places
    return shaped


def _yes_no(column: str, words: str) -> bool:
    found = _YES_NO.get(words.strip().casefold())
    if found is None:
        raise Problem("template_file_yes_no", column=column)
    return found


def _at(row: int, problem: Problem) -> Problem:
    if problem.code == "template_file_row":
        return problem
    return Problem("template_file_row", row=row, fault=say(problem.code, **problem.params))


def _guarded(cell: str) -> str:
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
