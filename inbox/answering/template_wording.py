"""What a reply template is made of, read from a form, a file or a command, and refused where it cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inbox.answering.choices import KINDS
from inbox.answering.finding import typed
from inbox.answering.placeholders import OWN_WORDS, name_of, names_in, tame
from inbox.problems import Problem

LONGEST_NAME = 120
LONGEST_TAG = 30
MOST_TAGS = 12
LONGEST_PROMPT = 120

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")

Places = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Wording:
    """Everything a member says about a template, ready to be stored.

    Attributes:
        texts: text by language code.
        kind: the kind of comment it answers, None for any.
        places: `{name: {"prompt": {language: question}, "default": text}}` for the placeholders that the product does
            not know, those that stand in a text and have a prompt or a default.
    """

    name: str
    purpose: str
    kind: str | None
    holding: bool
    tags: list[str]
    texts: dict[str, str]
    places: dict[str, dict[str, Any]]


def checked(
    name: str,
    texts: Mapping[str, str],
    *,
    purpose: str = "",
    kind: str | None = None,
    holding: bool = False,
    tags: Iterable[str] = (),
    places: Places | None = None,
) -> Wording:
    """The wording of a template as it is stored.

    Raises:
        Problem: `template_name_empty`, `template_name_too_long`, `template_text_empty`, `language_code_unknown`,
            `kind_unknown`, `template_tag_too_long`, `template_tags_too_many`, `template_prompt_too_long`,
            `text_too_long_to_store`.
    """
    written = _texts(texts)
    return Wording(_name(name), _purpose(purpose), _kind(kind), holding, _tags(tags), written, _places(places, written))


def own_places(texts: Mapping[str, str]) -> list[str]:
    """The placeholders of a template that the product does not know, each once, in order."""
    standing = dict.fromkeys(name for text in texts.values() for name in names_in(text))
    return [name for name in standing if name not in OWN_WORDS]


def split_tags(words: str) -> list[str]:
    """Tags as they are typed, with commas between them."""
    return [tag for tag in (" ".join(part.split()) for part in re.split(r"[,;\n]", words)) if tag]


def _name(name: str) -> str:
    clean = " ".join(typed(name, empty="template_name_empty").split())
    if len(clean) > LONGEST_NAME:
        raise Problem("template_name_too_long", most=LONGEST_NAME)
    return clean


def _purpose(purpose: str) -> str:
    return typed(purpose, empty="template_text_empty") if purpose.strip() else ""


def _kind(kind: str | None) -> str | None:
    if kind is not None and kind not in KINDS:
        raise Problem("kind_unknown", kind=kind)
    return kind


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    written = {language: text for language, text in texts.items() if text.strip()}
    if not written:
        raise Problem("template_text_empty")
    for language in written:
        if not _LANGUAGE.fullmatch(language):
            raise Problem("language_code_unknown", language=language)
    return {language: typed(text, empty="template_text_empty") for language, text in sorted(written.items())}


def _tags(tags: Iterable[str]) -> list[str]:
    found: dict[str, str] = {}
    for tag in tags:
        clean = tame(tag.replace(",", " ").replace(";", " "))
        if len(clean) > LONGEST_TAG:
            raise Problem("template_tag_too_long", most=LONGEST_TAG)
        if clean:
            found.setdefault(clean.casefold(), clean)
    if len(found) > MOST_TAGS:
        raise Problem("template_tags_too_many", most=MOST_TAGS)
    return list(found.values())


def _places(places: Places | None, texts: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    standing = set(own_places(texts))
    found: dict[str, dict[str, Any]] = {}
    for typed_name, place in sorted((places or {}).items()):
        name = name_of(typed_name)
        if name not in standing:
            continue
        prompts = {code: tame(str(words)) for code, words in dict(place.get("prompt") or {}).items()}
        for code, prompt in prompts.items():
            if not _LANGUAGE.fullmatch(code):
                raise Problem("language_code_unknown", language=code)
            if len(prompt) > LONGEST_PROMPT:
                raise Problem("template_prompt_too_long", most=LONGEST_PROMPT)
        asked = {code: prompt for code, prompt in sorted(prompts.items()) if prompt}
        default = tame(str(place.get("default") or ""))
        if asked or default:
            found[name] = {"prompt": asked, "default": default}
    return found
