"""Why we answer as we do: pages that each tell one thing about a crisis, and the list of them."""

from __future__ import annotations

from flask import Blueprint

from inbox.problems import Problem
from inbox.web import access
from inbox.web.rendering import Answer, page

screen = Blueprint("help", __name__)

TOPICS = (
    "answering",
    "same-question",
    "criticism-stays",
    "apologising",
    "holding-replies",
    "silence",
    "trolls",
    "private-channel",
    "facts",
    "campaigns",
    "breathing",
)
"""In the order in which they help on a first day.

Each has two sentences in `inbox.words.why`, its title and its reason, and a page of prose per language in
`templates/help/topics/`: prose is written anew in each language, since whole pages read badly when they are translated
sentence by sentence.
"""


@screen.get("/help")
@access.members_only
def index() -> Answer:
    """Every topic with its reason in a sentence."""
    return page("help/index.html", topics=TOPICS)


@screen.get("/help/<topic>")
@access.members_only
def show(topic: str) -> Answer:
    """One topic.

    Raises:
        Problem: `help_unknown`, 404: there is no such topic.
    """
    if topic not in TOPICS:
        raise Problem("help_unknown", 404)
    number = TOPICS.index(topic)
    return page("help/show.html", topic=topic, following=TOPICS[(number + 1) % len(TOPICS)])
