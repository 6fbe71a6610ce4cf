"""Finding a template by typing: the words of its name, tags, purpose and texts, those that fit the comment first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from inbox.answering.template_reading import ListedTemplate, list_templates
from inbox.permissions import Actor

DANGER, PRESS = 0, 1
"""Urgencies for which templates with a tag of the same name stand first."""

_TAGS_FIRST = {DANGER: frozenset({"danger"}), PRESS: frozenset({"press", "presse"})}
_WORD = re.compile(r"\w+")
_SPELT_OUT = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "’": "'"})

_IN_NAME, _IN_TAGS, _IN_PURPOSE, _IN_TEXT = 8, 6, 3, 2
_WHOLE_WORD = 1


@dataclass(frozen=True, slots=True)
class Comment:
    """What is known of the comment that is to be answered.

    Attributes:
        urgency: as triage counts it, `DANGER` first.
    """

    kind: str
    language: str
    urgency: int


def search(
    actor: Actor, words: str, *, for_comment: Comment | None = None, tag: str = "", retired: bool = False
) -> list[ListedTemplate]:
    """The templates in use in which every word that was typed begins some word, accents and case aside.

    Ordered by where the words were found, and before all that, when nothing or little was typed, by what fits
    `for_comment`: a template for danger or the press first where it is called for, then those for this kind of comment
    and in this language, then those for any kind. Stale ones stand last.

    Args:
        words: what was typed; nothing finds all.
        tag: only templates with this tag.
        retired: look through the retired ones instead.
    """
    wanted = [folded(word) for word in _WORD.findall(words)]
    found: list[tuple[tuple[float, ...], int, ListedTemplate]] = []
    for place, template in enumerate(list_templates(actor, retired=retired)):
        if tag and folded(tag) not in {folded(each) for each in template.tags}:
            continue
        score = _score(template, wanted)
        if score is not None:
            found.append(((template.stale, -_fit(template, for_comment) - score), place, template))
    return [template for _, _, template in sorted(found, key=lambda each: each[:2])]


def tags_in_use(actor: Actor) -> list[str]:
    """The tags of all templates in use, each once, by name."""
    found: dict[str, str] = {}
    for template in list_templates(actor):
        for tag in template.tags:
            found.setdefault(folded(tag), tag)
    return [found[key] for key in sorted(found)]


def fits(template: ListedTemplate, comment: Comment) -> bool:
    """Whether a template is meant for a comment: for its urgency, or for its kind, in its language."""
    tags = _TAGS_FIRST.get(max(comment.urgency, DANGER), frozenset())
    return bool(tags & {folded(tag) for tag in template.tags}) or (
        template.template.kind == comment.kind and _speaks(template, comment.language)
    )


def folded(text: str) -> str:
    """`text` without accents and case, letters that are written as two spelt out."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(_SPELT_OUT))
    return "".join(character for character in apart if not unicodedata.combining(character))


def _fit(template: ListedTemplate, comment: Comment | None) -> float:
    if comment is None:
        return 0
    tags = {folded(tag) for tag in template.tags}
    urgent = 100 if tags & _TAGS_FIRST.get(max(comment.urgency, DANGER), frozenset()) else 0
    # A wording for danger or the press is not what a question calls for, however well its kind fits.
    elsewhere = any(tags & names for names in _TAGS_FIRST.values()) and not urgent
    kind = 5 if template.template.kind == comment.kind else 2 if template.template.kind is None else 0
    return urgent + kind + (3 if _speaks(template, comment.language) else 0) - (3 if elsewhere else 0)


def _speaks(template: ListedTemplate, language: str) -> bool:
    return bool({language, language.partition("-")[0]} & set(template.version.texts))


def _score(template: ListedTemplate, wanted: list[str]) -> float | None:
    """How well what was typed was found; None when a word of it stands nowhere."""
    if not wanted:
        return 0
    fields = (
        (_IN_NAME, [template.name, template.template.name]),
        (_IN_TAGS, [*template.tags, *template.template.tags]),
        (_IN_PURPOSE, [template.purpose]),
        (_IN_TEXT, list(template.version.texts.values())),
    )
    words = [(weight, set(_words(texts))) for weight, texts in fields]
    total = 0.0
    for typed in wanted:
        best = max(
            (
                weight + (_WHOLE_WORD if typed in known else 0)
                for weight, known in words
                if any(word.startswith(typed) for word in known)
            ),
            default=None,
        )
        if best is None:
            return None
        # Whoever types a word means it: what was found outweighs what fits.
        total += 20 * best
    return total


def _words(texts: Iterable[str]) -> Iterable[str]:
    return (word for text in texts for word in _WORD.findall(folded(text)))
