"""What a comment speaks of that cannot wait, and whether it asks something.

The word lists of both languages are searched in every comment, whatever its language seems to be: a cry for help is
not to be missed because a short text was taken for another language.
"""

from __future__ import annotations

import re
from functools import cache

from .folding import fold, readable
from .phrases import Phrases, read_sections

LANGUAGES = ("en", "fr")


NEAR = 90
"""Characters within which two weak signs are taken together: about one long sentence."""

# Signs that say nothing alone and much together: a child and bleach, viewers and "your side". They catch what no
# list of phrases foresees.
_TOGETHER = {
    "danger": (("person", "hazard"), ("person", "harm"), ("hazard", "harm")),
    "press": (("newswork", "approach"),),
    "question": (),
}


@cache
def _lists(subject: str) -> dict[str, Phrases]:
    """The sections of a subject, in all languages."""
    return read_sections(*(f"{subject}_{language}" for language in LANGUAGES))


def find(subject: str, folded: str) -> tuple[int, int] | None:
    """Where `folded` speaks of `subject` (`danger`, `press`, `question`): start and end, or None.

    A phrase that only looks like it ("this queue is killing me") is taken out before.
    """
    if _find(subject, folded) is None:
        return None
    return _find(subject, without(_lists(subject)["harmless"], folded))


def _find(subject: str, folded: str) -> tuple[int, int] | None:
    lists = _lists(subject)
    if found := lists[subject].find(folded):
        return found.span()
    places: dict[str, list[tuple[int, int]]] = {}
    for pair in _TOGETHER[subject]:
        first, second = (
            places.setdefault(name, [found.span() for found in lists[name].find_all(folded)])
            if name not in places
            else places[name]
            for name in pair
        )
        for one in first:
            for other in second:
                if one[1] <= other[0] <= one[1] + NEAR or other[1] <= one[0] <= other[1] + NEAR:
                    return min(one[0], other[0]), max(one[1], other[1])
    return None


def without(harmless: Phrases, folded: str) -> str:
    """`folded` with every harmless phrase blotted out, as long as before."""
    for found in list(harmless.find_all(folded)):
        folded = folded[: found.start()] + "|" * (found.end() - found.start()) + folded[found.end() :]
    return folded


def asks(folded: str) -> bool:
    """Whether the comment asks something, with or without a question mark."""
    if "?" not in folded:
        return find("question", folded) is not None
    harmless = _lists("question")["harmless"]
    for found in list(harmless.find_all(folded)):
        end = found.end()
        mark = folded.find("?", end, end + RHETORICAL_TAIL)
        if mark >= 0 and not any(stop in folded[end:mark] for stop in ".!\n"):
            end = mark + 1
        folded = folded[: found.start()] + "|" * (end - found.start()) + folded[end:]
    return "?" in folded or find("question", folded) is not None


RHETORICAL_TAIL = 40
"""Characters within which a question mark still belongs to the rhetorical phrase before it: half a line."""


_NEWSROOM = re.compile(
    r"\b(?:journalist\w*|journo|reporter|correspondent|correspondant\w*|newsroom|newsdesk|news ?desk|news|pigiste"
    r"|redac(?:tion)?|gazette|tribune|herald|presse|(?:local )?radio|jt|actus?|magazine|editor)\b"
)


def newsroom(author_name: str) -> str | None:
    """The author's display name, when it says that a newsroom or a journalist writes."""
    name = readable(author_name)
    return name.strip() if _NEWSROOM.search(fold(name)) else None
