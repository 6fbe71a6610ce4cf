"""What codes are called, as the options of a choice: (value, title) pairs in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from babel import Locale
from babel.lists import format_list

from inbox import connecting, languages
from inbox.answering.presence import Doing, Present
from inbox.collecting.triage import Urgency
from inbox.models import IMPORT
from inbox.web import outside_text
from inbox.words import codes

QUOTED = 32
"""Characters of what a comment says that a reason quotes."""

Options = list[tuple[str, str]]


def network(code: str) -> str:
    """What a network is called."""
    return connecting.title_of(code) or languages.said("network.import" if code == IMPORT else "network.unknown")


def language(code: str) -> str:
    """What a language that people write in is called."""
    return _language(languages.language(), code)


@lru_cache(maxsize=1024)
def _language(reader: str, code: str) -> str:
    if code in {"", "und"}:
        return languages.gettext("Language not known")
    name = Locale.parse(reader).languages.get(code.partition("-")[0])
    return str(name)[0].upper() + str(name)[1:] if name else code


def person(name: str, identifier: str) -> str:
    """What somebody outside is called on one line; some names show nothing at all."""
    return outside_text.plain(name) or outside_text.plain(identifier) or languages.gettext("Somebody without a name")


def kind(code: str) -> str:
    """What a kind of comment is called."""
    return languages.said(f"kind.{code}")


def breakdown(code: str) -> str:
    """What a report is split by."""
    return languages.said(f"breakdown.{code}")


def reason(found: Mapping[str, Any]) -> str:
    """Why triage put a comment where it stands, with figures as the reader writes them."""
    params = {
        name: languages.number(value) if isinstance(value, int) else _cut(outside_text.plain(value))
        for name, value in found.get("params", {}).items()
    }
    return languages.said(found["code"], **params)


def _cut(words: str) -> str:
    return words if len(words) <= QUOTED else words[: QUOTED - 1].rstrip() + "…"


def credential(name: str) -> str:
    """What a value is called that is typed to connect an account; a network of tomorrow may have one of its own."""
    code = f"credential.{name}"
    return languages.said(code) if code in codes() else name.replace("_", " ").capitalize()


def _options(title: Callable[[str], str]) -> Callable[[Iterable[str]], Options]:
    return lambda codes: [(code, title(code)) for code in codes]


def _objects(found: Iterable[Any], title: str = "name") -> Options:
    return [(str(one.id), getattr(one, title)) for one in found]


def urgencies() -> list[tuple[int, str]]:
    """Every level of urgency with its name, the most urgent first."""
    return [(level.value, languages.said(f"urgency.{level.name.lower()}")) for level in Urgency]


def other_language(code: str) -> str:
    """The code of a language that is known and not the one the page is read in; else nothing.

    What is read aloud is pronounced by it, and the reader is told what they will read.
    """
    return "" if code in {"und", "", languages.language()} else code


def presence_words(present: Iterable[Present], author_id: int | None = None) -> str:
    """Who else is at a conversation: those who write, or else those who look; empty where nobody is.

    Args:
        author_id: only at conversations of this author.
    """
    here = [one for one in present if author_id in (None, one.author_id)]
    writing = [one for one in here if one.doing is Doing.TYPING]
    said = list(dict.fromkeys(outside_text.plain(one.name) for one in writing or here))
    if not said:
        return ""
    names = format_list(said, locale=languages.locale_name())
    if writing:
        one, many = languages.gettext("%(name)s is writing"), languages.gettext("%(names)s are writing")
    else:
        one, many = languages.gettext("%(name)s is looking at this"), languages.gettext("%(names)s are looking at this")
    return (one if len(said) == 1 else many) % {"name": names, "names": names}


GLOBALS: dict[str, Callable[..., Any]] = {
    "person_named": person,
    "presence_words": presence_words,
    "network_named": network,
    "language_named": language,
    "kind_named": kind,
    "reason_named": reason,
    "credential_named": credential,
    "options_of": _objects,
    "networks_named": _options(network),
    "languages_named": _options(language),
    "kinds_named": _options(kind),
    "urgencies_named": urgencies,
    "breakdowns_named": _options(breakdown),
}
"""What templates may use of this file, by the name they use."""
