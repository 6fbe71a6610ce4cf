"""Reading files of comments: CSV and JSON Lines, row by row, so that memory stays flat whatever their size.

A CSV row or a JSON line is one comment; a JSON line may also be a thread, `{"brand": …, "messages": [{"id", "from",
"at", "text", "in_reply_to"}]}`, in which `from` is `brand` or names a person.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from inbox import clock
from inbox.collecting.sifting import OUT_OF_RANGE, believable
from inbox.connectors.shapes import FetchedAuthor, FetchedComment, FetchedOwnMessage, Item, Json, Unreadable
from inbox.problems import Problem

FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id", "comment_id", "message_id", "tweet_id", "post_id", "remote_id"),
    "account": ("account", "brand", "page", "account_name"),
    "author": ("author", "from", "author_id", "username", "screen_name"),
    "author_name": ("author_name", "display_name", "name"),
    "text": ("text", "comment", "message", "body", "content"),
    "at": ("created_at", "at", "posted_at", "date", "time", "timestamp", "published_at"),
    "edited_at": ("edited_at", "updated_at"),
    "thread": ("thread", "thread_id", "conversation_id"),
    "in_reply_to": ("in_reply_to", "parent_id", "parent", "in_reply_to_id"),
    "url": ("url", "link", "permalink"),
    "language": ("language", "lang"),
    "followers": ("followers", "followers_count"),
}
"""What an import reads, each with the column names that are recognised without a mapping, in this order."""

REQUIRED: Final = ("author", "text", "at")
BRAND: Final = "brand"
"""The author that stands for the account itself; the account's own name does so too."""

_LONGEST_FIELD = 1_000_000
_SNIFFED = 65_536
_LONGEST_NAME = 255
_SECONDS_UNTIL = 10_000_000_000  # The year 2286; a larger number counts milliseconds.


class Unfit(Exception):
    """A row cannot be read; the message is the code of the quarantine."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """One item of a file.

    Attributes:
        line: where it begins, from 1.
        account: the brand's account it belongs to; None where the file does not say.
        thread_known: `thread_id` is the file's own word; otherwise it is only what the row answers.
    """

    line: int
    account: str | None
    item: Item
    thread_known: bool = True


def read_file(path: Path, mapping: Mapping[str, str] | None) -> Iterator[ReadRow]:
    """The rows of a file.

    Args:
        path: CSV or JSON Lines, told apart by the name's ending, else by the content.
        mapping: field of `FIELDS` → name of the column or key, for what is not recognised by itself.

    Raises:
        Problem: there is no such file, or its columns cannot be what is needed; before the first row.
    """
    for field in mapping or {}:
        if field not in FIELDS:
            raise Problem("import_field_unknown", field=field, fields=", ".join(FIELDS))
    encoding = _encoding_of(path)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as probe:
        beginning = probe.read(_SNIFFED)
    if not beginning.strip():
        raise Problem("import_file_empty", path=path.name)
    if _is_json(path, beginning):
        return _read_json(path, encoding, dict(mapping or {}))
    dialect = _dialect_of(beginning)
    header = next(csv.reader(beginning.splitlines(keepends=True), dialect), [])
    return _read_csv(path, encoding, dialect, header, _columns(header, mapping or {}))


def _encoding_of(path: Path) -> str:
    """UTF-8 where the whole file is, UTF-16 with its mark, else what spreadsheets in Western Europe write."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            start = file.read(4)
            if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                return "utf-16"
            file.seek(0)
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except FileNotFoundError:
        raise Problem("import_file_missing", 404, path=str(path)) from None
    except OSError as error:
        raise Problem("import_file_unreadable", path=str(path), why=error.strerror or "") from None
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def _is_json(path: Path, beginning: str) -> bool:
    if path.suffix.lower() in {".jsonl", ".ndjson", ".json"}:
        return True
    return path.suffix.lower() not in {".csv", ".tsv"} and beginning.lstrip().startswith("{")


def _dialect_of(beginning: str) -> type[csv.Dialect]:
    first = beginning.splitlines()[0]
    best = max(",;\t|", key=first.count)

    class Found(csv.excel):
        delimiter = best

    return Found


def _columns(header: list[str], mapping: Mapping[str, str]) -> dict[str, int]:
    """The position of each field's column.

    Raises:
        Problem: a mapped column is not there, or a needed one cannot be recognised.
    """
    positions = {name.strip().lower(): position for position, name in reversed(list(enumerate(header)))}
    columns: dict[str, int] = {}
    for field, names in FIELDS.items():
        if field in mapping:
            if mapping[field].strip().lower() not in positions:
                raise Problem("import_column_unknown", column=mapping[field], columns=", ".join(header))
            names = (mapping[field].strip().lower(),)
        for name in names:
            if name in positions and positions[name] not in columns.values():
                columns[field] = positions[name]
                break
    for field in REQUIRED:
        if field not in columns:
            raise Problem("import_column_missing", field=field, columns=", ".join(header))
    return columns


class _Lines:
    """Lines of a file, remembering those of the record under way, so that a broken record is kept as it came."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.taken: list[str] = []
        self.number = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.taken.append(line)
        self.number += 1
        return line


def _read_csv(
    path: Path, encoding: str, dialect: type[csv.Dialect], header: list[str], columns: Mapping[str, int]
) -> Iterator[ReadRow]:
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, dialect)
        next(reader)
        while True:
            lines.taken, line = [], lines.number + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield ReadRow(line, None, Unreadable({"row": "".join(lines.taken)}, "bad_row"))
                continue
            if not any(cell.strip() for cell in cells):
                continue
            raw = dict(itertools.zip_longest(header, cells[: len(header)], fillvalue=""))
            fields = {field: cells[place] for field, place in columns.items() if place < len(cells) and cells[place]}
            if len(cells) > len(header):
                raw = {"row": "".join(lines.taken)}
                yield ReadRow(line, _account(fields), Unreadable(raw, "too_many_columns", remote_id=fields.get("id")))
                continue
            yield _row(line, fields, raw)


def _read_json(path: Path, encoding: str, mapping: dict[str, str]) -> Iterator[ReadRow]:
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                value = json.loads(line)
            except (ValueError, RecursionError):
                yield ReadRow(number, None, Unreadable({"row": line}, "no_json"))
                continue
            if not isinstance(value, dict):
                yield ReadRow(number, None, Unreadable({"row": value}, "no_object"))
            elif isinstance(value.get("messages"), list):
                yield from _thread(number, value, mapping)
            else:
                yield _row(number, _fields(value, mapping), value)


def _fields(value: Json, mapping: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for field, names in FIELDS.items():
        names = (mapping[field],) if field in mapping else names
        found[field] = next((value[name] for name in names if value.get(name) not in (None, "")), None)
    return {field: given for field, given in found.items() if given is not None}


def _thread(line: int, value: Json, mapping: Mapping[str, str]) -> Iterator[ReadRow]:
    """The messages of one thread; the thread is called after its first message."""
    shared = _fields({name: given for name, given in value.items() if name != "messages"}, mapping)
    root: str | None = None
    before: str | None = None
    for message in value["messages"]:
        if not isinstance(message, dict):
            yield ReadRow(line, _account(shared), Unreadable({"row": message}, "no_object"))
            continue
        fields = {name: given for name, given in shared.items() if name == "account"} | _fields(message, mapping)
        root = str(fields.get("id", "")) or root if root is None else root
        if root is not None:
            fields.setdefault("thread", root)
        ours = _is_ours(fields)
        if ours and before is not None:
            # Who names nothing answers what was said before.
            fields.setdefault("in_reply_to", before)
        read = _row(line, fields, message)
        if not ours and isinstance(read.item, FetchedComment):
            before = read.item.remote_id
        yield read


def _row(line: int, fields: Mapping[str, Any], raw: Json) -> ReadRow:
    account = _account(fields)
    try:
        return ReadRow(
            line, account, _item(fields, raw), thread_known="thread" in fields or "in_reply_to" not in fields
        )
    except Unfit as unfit:
        remote_id = str(fields["id"]) if "id" in fields else None
        return ReadRow(line, account, Unreadable(raw, str(unfit), remote_id=remote_id))


def _item(fields: Mapping[str, Any], raw: Json) -> FetchedComment | FetchedOwnMessage:
    for field in REQUIRED:
        if field not in fields:
            raise Unfit(f"no_{'time' if field == 'at' else field}")
    text, author = fields["text"], str(fields["author"]).strip()
    if not isinstance(text, str):
        raise Unfit("no_text")
    posted_at = _moment(fields["at"])
    parent = str(fields["in_reply_to"]) if "in_reply_to" in fields else None
    remote_id = str(fields["id"]) if "id" in fields else _made_id(fields)
    url = str(fields["url"]) if "url" in fields else None
    thread = str(fields.get("thread") or parent or remote_id)
    if _is_ours(fields):
        return FetchedOwnMessage(remote_id, text, posted_at, thread, parent_id=parent, url=url, raw=raw)
    followers = str(fields.get("followers", ""))
    return FetchedComment(
        remote_id=remote_id,
        author=FetchedAuthor(
            remote_id=author,
            identifier=author,
            display_name=str(fields.get("author_name") or author),
            followers=int(followers) if followers.isascii() and followers.isdigit() else None,
        ),
        text=text,
        posted_at=posted_at,
        thread_id=thread,
        parent_id=parent,
        edited_at=_moment(fields["edited_at"]) if "edited_at" in fields else None,
        url=url,
        language=str(fields["language"]) if "language" in fields else None,
        raw=raw,
    )


def _account(fields: Mapping[str, Any]) -> str | None:
    name = str(fields.get("account", "")).strip()
    return name[:_LONGEST_NAME] or None


def _is_ours(fields: Mapping[str, Any]) -> bool:
    author = str(fields.get("author", "")).strip()
    account = str(fields.get("account", "")).strip()
    # Spelt exactly so: a critic may well call themselves “Brand”.
    return author == BRAND or (bool(account) and author.lower().lstrip("@") == account.lower().lstrip("@"))


def _made_id(fields: Mapping[str, Any]) -> str:
    """The same row gets the same id, so that a second import of a file without ids stores nothing."""
    told = "\0".join(str(fields.get(name, "")) for name in ("author", "at", "text", "in_reply_to"))
    return "row-" + hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _moment(value: Any) -> datetime:
    """ISO 8601, or seconds or milliseconds since 1970; a time without a zone is UTC."""
    moment = _any_moment(value)
    if not believable(moment):
        raise Unfit(OUT_OF_RANGE)
    return moment


def _any_moment(value: Any) -> datetime:
    text = str(value).strip()
    try:
        if text.isascii() and text.isdigit() and len(text) > 8:
            number = int(text)
            return datetime.fromtimestamp(number / 1000 if number > _SECONDS_UNTIL else number, UTC)
        moment = datetime.fromisoformat(text)
        return clock.as_utc(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise Unfit("bad_time") from error
