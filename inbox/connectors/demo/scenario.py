"""Scenario files: a bad buzz as a list of events, read and checked. The format is told in `scenarios/README.md`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "scenarios"

KINDS_OF_COMMENT: Final = frozenset({"question", "criticism", "praise", "other"})
"""What a label of a comment may say about its kind."""

FLAGS: Final = frozenset({"danger", "distress", "press", "private_data"})
"""What a label may add: danger to a person, a person in distress, the press, private data of somebody."""

_ABOUT_A_COMMENT: Final = frozenset({"edit", "taken_back", "hidden", "vanished"})
_SAID: Final = frozenset({"comment", "brand"})


class ScenarioError(ValueError):
    """A scenario file that cannot be played; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a person says the comment is; triage is measured against it."""

    kind: str
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Character:
    """Somebody who writes in the scenario. `lang` is the language of their profile, None when they set none."""

    id: str
    name: str
    followers: int | None
    lang: str | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """What the author does `after` seconds of the scenario once the brand has answered: write `text`, or take back
    the comment that was answered when `text` is None."""

    after: float
    text: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happens.

    Attributes:
        kind: `post`, `comment`, `brand` (the brand writes natively), `edit`, `taken_back`, `hidden` or `vanished`.
        at: seconds after the start; negative before it.
        id: of a post, a comment or a brand message; empty for the others.
        by: who writes a comment.
        on: the post that is commented on.
        answers: the comment or brand message that is answered, None for one that opens a thread.
        of: the comment that an edit or a disappearance is about.
        lang: the language it is written in (BCP 47; `und` for emoji alone).
        group: name of a copy-paste campaign this comment belongs to.
        closed: the author accepts no answer from the brand.
        unless_answered: written only if the brand has not answered this author before; nothing else refers to it.
    """

    kind: str
    at: float
    line: int
    id: str = ""
    by: str = ""
    on: str = ""
    answers: str | None = None
    of: str = ""
    text: str = ""
    lang: str | None = None
    label: Label | None = None
    group: str | None = None
    closed: bool = False
    unless_answered: bool = False
    when_answered: tuple[Reaction, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole play, its events in the order of time.

    Attributes:
        brand: the identifier of the brand's account, which names the stage unless told otherwise.
    """

    name: str
    title: str
    about: str
    brand: str
    brand_name: str
    authors: dict[str, Character]
    events: tuple[Event, ...]

    @property
    def comments(self) -> tuple[Event, ...]:
        """The scripted comments; reactions come on top, when they are called forth."""
        return tuple(event for event in self.events if event.kind == "comment")

    @property
    def seconds(self) -> float:
        """How long it plays after its start, in seconds of the scenario."""
        return max((event.at for event in self.events), default=0.0)

    def root_of(self, event: Event) -> Event:
        """The comment or brand message that opened the thread of `event`."""
        by_id = {other.id: other for other in self.events if other.id}
        while event.answers is not None:
            event = by_id[event.answers]
        return event


def names() -> list[str]:
    """The scenarios that come with the product."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


@cache
def load(name: str) -> Scenario:
    """The scenario `name` of this folder.

    Raises:
        ScenarioError: there is none, or it cannot be played.
    """
    if name not in names():
        raise ScenarioError(f"there is no scenario {name!r}; there are: {', '.join(names())}")
    return read(name, (FOLDER / f"{name}.jsonl").read_text(encoding="utf-8"))


def read(name: str, content: str) -> Scenario:
    """A scenario from the JSON Lines of its file.

    Raises:
        ScenarioError: a line is not what the format says, or names something that is not there.
    """
    head: dict[str, Any] = {}
    authors: dict[str, Character] = {}
    events: list[Event] = []
    for number, line in enumerate(content.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            kind = fields.pop("is")
            if kind == "scenario":
                head = fields
            elif kind == "author":
                authors[fields["id"]] = Character(
                    fields["id"], fields["name"], fields.get("followers"), fields.get("lang")
                )
            else:
                events.append(_event(kind, number, fields))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ScenarioError(f"{name}, line {number}: {error!r}") from error
    events.sort(key=lambda event: event.at)
    try:
        scenario = Scenario(
            name, head["title"], head["about"], head["brand"], head["brand_name"], authors, tuple(events)
        )
    except KeyError as error:
        raise ScenarioError(f"{name}: the scenario line lacks {error}") from error
    _check(scenario)
    return scenario


def _event(kind: str, line: int, fields: dict[str, Any]) -> Event:
    label = fields.pop("expected", None)
    reactions = fields.pop("when_answered", [])
    if label is not None:
        label = Label(label["kind"], frozenset(label.get("flags", ())))
        if label.kind not in KINDS_OF_COMMENT or not label.flags <= FLAGS:
            raise ValueError(f"unknown label {label}")
    if kind not in _SAID | _ABOUT_A_COMMENT | {"post"}:
        raise ValueError(f"unknown event {kind!r}")
    return Event(
        kind=kind,
        line=line,
        label=label,
        when_answered=tuple(Reaction(reaction["after"], reaction.get("text")) for reaction in reactions),
        **fields,
    )


def _check(scenario: Scenario) -> None:
    """Every reference leads to something that is there before."""
    posts: set[str] = set()
    said: dict[str, Event] = {}
    for event in scenario.events:
        fault = _fault(event, scenario.authors, posts, said)
        if fault:
            raise ScenarioError(f"{scenario.name}, line {event.line}: {fault}")
        if event.kind == "post":
            posts.add(event.id)
        elif event.kind in _SAID:
            said[event.id] = event


def _fault(event: Event, authors: dict[str, Character], posts: set[str], said: dict[str, Event]) -> str | None:
    about = event.of if event.kind in _ABOUT_A_COMMENT else event.answers
    if about is not None and about not in said:
        return f"{about!r} has not been written yet"
    if about is not None and said[about].unless_answered:
        return f"{about!r} may never be written"
    if event.kind in _ABOUT_A_COMMENT:
        return None
    if not event.id or event.id in posts or event.id in said:
        return f"{event.id!r} is no new id"
    if not event.text:
        return "there is no text"
    if event.kind == "post":
        return None
    if event.on not in posts:
        return f"there is no post {event.on!r} yet"
    if event.answers is not None and said[event.answers].on != event.on:
        return f"it answers {event.answers!r} under another post"
    if event.kind == "comment" and event.by not in authors:
        return f"nobody is called {event.by!r}"
    return None
