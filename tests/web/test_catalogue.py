"""Both languages are complete, and what is said in one is said in the other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from inbox import languages

ROOT = Path(__file__).resolve().parents[2]
PLACE = re.compile(r"%\((\w+)\)s")
COMMAND = "pybabel extract, then pybabel update --no-fuzzy-matching"


@pytest.fixture(scope="module")
def in_code() -> set[str | tuple[str, ...]]:
    """Every sentence that the code says."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "_l": None, "lazy_gettext": None}
    skipped = {".venv", "node_modules", "build", "instance"}
    found = extract_from_dir(
        ROOT,
        methods,
        options,
        keywords=keywords,
        directory_filter=lambda folder: Path(folder).name not in skipped and not Path(folder).name.startswith("."),
    )
    return {message for _file, _line, message, _comments, _context in found}


@pytest.fixture(scope="module", params=sorted(set(languages.LANGUAGES) - {"en"}))
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue of a language that sentences are translated into."""
    path = languages.TRANSLATIONS / str(request.param) / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=str(request.param))


def texts_of(message: Message) -> list[str]:
    """Every form of a sentence in the language of the catalogue."""
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def as_key(identifier: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    return identifier if isinstance(identifier, str) else tuple(identifier)


def test_no_sentence_is_missing(in_code: set[str | tuple[str, ...]], catalogue: Catalog) -> None:
    assert len(in_code) > 300
    known = {as_key(message.id) for message in catalogue if message.id}
    assert sorted(map(str, in_code - known)) == [], f"run {COMMAND}, then translate"


def test_no_sentence_is_left_over(in_code: set[str | tuple[str, ...]], catalogue: Catalog) -> None:
    known = {as_key(message.id) for message in catalogue if message.id}
    assert sorted(map(str, known - in_code)) == [], f"run {COMMAND}"
    assert not catalogue.obsolete


def test_every_sentence_is_translated_by_somebody(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            texts = texts_of(message)
            assert all(text.strip() for text in texts), message.id
            assert not message.fuzzy, message.id


def test_the_places_are_the_same(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        identifiers = [message.id] if isinstance(message.id, str) else list(message.id)
        texts = texts_of(message)
        wanted = set(PLACE.findall(identifiers[-1]))
        for text in texts:
            assert set(PLACE.findall(text)) == wanted, message.id
            assert text.count("`") == identifiers[-1].count("`"), message.id


def test_french_is_set_as_french_is_set(catalogue: Catalog) -> None:
    for message in catalogue:
        if not message.id:
            continue
        for text in texts_of(message):
            assert not re.search(r" [:;!?»%](?![(\w])", text), text
            assert "« " not in text, text
            assert "'" not in text, text
            assert '"' not in text, text


def test_a_reader_of_each_language_is_answered_in_it() -> None:
    assert languages.compile_translations() == []
    assert languages._catalogue("fr").gettext("Queue") == "File d’attente"
    assert languages._catalogue("en").gettext("Queue") == "Queue"
