"""THE RULE: no criticism is deleted here and nobody is blocked.

Not "not granted": it does not exist. Everything that declares a permission, a role, a connector method, a route, a
command or a job is read here and refused, when it is declared, if it names a deed that makes a critic disappear.
An attempt at run time is announced to whoever subscribed (the top floor writes it to the trail) and fails loudly.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache

FORBIDDEN_VERBS = frozenset(
    {
        "ban",
        "banish",
        "blacklist",
        "block",
        "blocklist",
        "bury",
        "censor",
        "delete",
        "denylist",
        "destroy",
        "eliminate",
        "eradicate",
        "expunge",
        "gag",
        "hidden",
        "hide",
        "kick",
        "moderate",
        "mute",
        "obliterate",
        "purge",
        "remove",
        "report",
        "restrict",
        "scrub",
        "shadowban",
        "silence",
        "spam",
        "suppress",
        "takedown",
        "trash",
        "unfollow",
        "unlist",
        "unpost",
        "unpublish",
        "unsend",
        "wipe",
    }
)
"""Verbs, and the nouns made of them, that no permission, connector method, job or message may carry."""

_MEANINGS_THAT_ARE_FIGURES = frozenset({"report"})
_WHERE_FIGURES_ARE_MEANT = FORBIDDEN_VERBS - _MEANINGS_THAT_ARE_FIGURES
"""On a page or the command line a report is a table of figures; only towards a network is it a denunciation."""

_SEEN_INSIDE_WORDS = frozenset(
    {"blacklist", "block", "censor", "delete", "destroy", "expunge", "moderate", "purge", "remove", "restrict"}
    | {"shadowban", "suppress", "takedown", "unfollow", "unpublish"}
)
"""Verbs that no honest word contains, so that `softdelete` and `deletecomment` are seen through. Short ones are looked
for as whole words only: an urban address bans nobody."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Za-z][a-z]*")


class ForbiddenDeed(Exception):
    """Something was declared or tried that would make a critic's words disappear.

    Attributes:
        attempt: what was tried, in a form that is written to the trail.
    """

    def __init__(self, attempt: Attempt) -> None:
        super().__init__(f"{attempt.what}: no criticism is deleted here and nobody is blocked")
        self.attempt = attempt


@dataclass(frozen=True, slots=True)
class Attempt:
    """One refused attempt.

    Attributes:
        lock: which lock held: `vocabulary`, `connector`, `wire`, `scopes`, `session`, `database`, `routes`.
        what: what was tried, short and without secrets, for example `DELETE api.x.com /2/tweets/1`.
        params: further facts, as JSON values.
    """

    lock: str
    what: str
    params: dict[str, str | int | None] = field(default_factory=dict)


_subscribers: list[Callable[[Attempt], None]] = []


def on_attempt(subscriber: Callable[[Attempt], None]) -> None:
    """Have `subscriber` called with every refused attempt, before the refusal is raised."""
    if subscriber not in _subscribers:
        _subscribers.append(subscriber)


def announce(attempt: Attempt) -> None:
    """Tell the subscribers of `attempt`; the caller raises afterwards."""
    for subscriber in _subscribers:
        subscriber(attempt)


def words_of(name: str) -> list[str]:
    """`name` (snake, kebab, camel case or a path) as lower-case words."""
    return [word.lower() for word in _WORD.findall(name)]


def forbidden_words(name: str, *, figures: bool = False) -> list[str]:
    """The words of `name` that name a forbidden deed, inflected forms included.

    Args:
        name: an identifier, a path or a command.
        figures: `name` belongs to a page or a command, where "report" means a table of figures.
    """
    forbidden = _WHERE_FIGURES_ARE_MEANT if figures else FORBIDDEN_VERBS
    return [word for word in words_of(name) if _names_one_of(word, forbidden)]


@lru_cache(maxsize=4096)
def _names_one_of(word: str, forbidden: frozenset[str]) -> bool:
    return bool(_stems(word) & forbidden) or any(verb in word for verb in forbidden & _SEEN_INSIDE_WORDS)


def _stems(word: str) -> set[str]:
    stems = {word}
    for ending in ("s", "es", "ed", "d", "ing", "er", "ers", "al", "ion"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            stems |= {stem, stem + "e"}
            if len(stem) > 3 and stem[-1] == stem[-2]:
                stems.add(stem[:-1])
    return stems


def refuse_names(names: Iterable[str], *, lock: str, figures: bool = False) -> None:
    """Refuse a declaration that carries a forbidden name, or one in letters that can only look like ours.

    Raises:
        ForbiddenDeed: at the first such name.
    """
    for name in names:
        found = forbidden_words(name, figures=figures)
        if found or not name.isascii():
            attempt = Attempt(lock, ascii(name)[1:-1][:200], {"word": found[0]} if found else {})
            announce(attempt)
            raise ForbiddenDeed(attempt)
