"""What a comment speaks of that cannot wait, and whether it asks something.

The word lists of both languages are searched in every comment, whatever its language seems to be: a cry for help is
not to be missed because a short text was taken for another language.
"""

from __future__ import annotations

import re
from functools import cache

from . import evidence
from .folding import fold, readable
from .phrases import Phrases, read_sections

LANGUAGES = ("en", "fr")


NEAR = 90
"""Characters within which two weak signs are taken together: about one long sentence."""

_TOGETHER = {"press": (("newswork", "approach"),)}
"""Signs that say nothing alone and much together: viewers and "your side"."""


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
    return _find(subject, without_harmless(subject, folded))


def happening_now(folded: str) -> tuple[int, int] | None:
    """Where a danger that `folded` speaks of is said to happen now, or None.

    "Now" and a cry for help say so; what is told in the present does, unless the comment also says that it was long
    ago.
    """
    lists = _lists("danger")
    found = lists["now"].find(folded)
    if found is None and lists["past"].find(folded) is None:
        found = lists["happening"].find(without_harmless("danger", folded))
    return found and found.span()


def without_harmless(subject: str, folded: str) -> str:
    """`folded` with what only looks like `subject` blotted out, as long as before."""
    return without(_lists(subject)["harmless"], folded)


def _find(subject: str, folded: str) -> tuple[int, int] | None:
    lists = _lists(subject)
    if found := lists[subject].find(folded):
        return found.span()
    places: dict[str, list[tuple[int, int]]] = {}
    for pair in _TOGETHER.get(subject, ()):
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


def sounds_dangerous(folded: str, language: str) -> tuple[int, int] | None:
    """Where `folded` gives reason to fear for somebody though no phrase of the list stands in it, or None.

    Read as `language`, or as each of `LANGUAGES` where it is none of them.
    """
    languages = (language,) if language in LANGUAGES else LANGUAGES
    if evidence.weigh("danger", folded, languages) is None:
        return None
    return evidence.weigh("danger", without_harmless("danger", folded), languages)


def without(harmless: Phrases, folded: str) -> str:
    """`folded` with every harmless phrase blotted out, as long as before."""
    for found in list(harmless.find_all(folded)):
        folded = folded[: found.start()] + "|" * (found.end() - found.start()) + folded[found.end() :]
    return folded


def asks(folded: str) -> bool:
    """Whether the comment asks something, with or without a question mark."""
    if "?" not in folded:
        if find("question", folded) is not None:
            return True
        return "-" in folded and _INVERTED.search(without_harmless("question", folded)) is not None
    harmless = _lists("question")["harmless"]
    for found in list(harmless.find_all(folded)):
        end = found.end()
        mark = folded.find("?", end, end + RHETORICAL_TAIL)
        if mark >= 0 and not any(stop in folded[end:mark] for stop in ".!\n"):
            end = mark + 1
        folded = folded[: found.start()] + "|" * (end - found.start()) + folded[end:]
    return "?" in folded or find("question", folded) is not None


_INVERTED = re.compile(r"\w-(?:t-)?(?:ils?|elles?|on|je|tu)(?!\w)|\wez-vous(?!\w)")
"""A French verb that stands before its subject: a question whatever the verb, but for commands, which are harmless
phrases of their list, and for "dit-il" in a story, which nobody writes to a brand."""


def might_ask(folded: str) -> bool:
    """Whether the comment is put as a question is put by tone of voice alone ("les bons sont cumulables").

    Half of what is written that way tells or complains instead; whoever asks this looks at the tone as well.
    """
    if len(folded) > LONGEST_BY_VOICE:
        return False
    maybe = _lists("question")["maybe"]
    return maybe.find(folded) is not None and maybe.find(without_harmless("question", folded)) is not None


LONGEST_BY_VOICE = 110
"""Characters up to which a question is put by tone of voice alone: one sentence."""

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
