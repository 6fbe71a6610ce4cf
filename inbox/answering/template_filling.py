"""From a template to the words of one answer: facts and values put in, what is missing asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from babel.dates import format_date
from rapidfuzz.distance import Indel
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import citations
from inbox.answering.finding import account_of, conversation_of
from inbox.answering.placeholders import (
    ACCOUNT_NAME,
    AUTHOR_NAME,
    BY_TIME,
    OWN_WORDS,
    TOPIC,
    Filled,
    fill,
    names_in,
    tame_name,
)
from inbox.answering.template_reading import ListedTemplate, get_template, list_templates
from inbox.extensions import session
from inbox.models import Author, Conversation, Crisis, CrisisScope, Post
from inbox.permissions import Actor, Permission, require
from inbox.problems import Problem
from inbox.words import say

LONGEST_TOPIC = 30
"""Characters of a beginning that can pass for what a post is about; what is longer is a sentence of its own."""

_SENTENCE = re.compile(r"[^.!?\n…]+")
_WORDS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Insertion(Filled):
    """A template filled for one conversation.

    Attributes:
        version_id: the version it was made from.
        holding: it says that we are looking into it, no more.
        cited: the versions of facts whose words are in it.
        language: of the text.
    """

    version_id: int
    holding: bool
    cited: tuple[int, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a text still lacks.

    Attributes:
        name: of the placeholder.
        prompt: the question to the member, in the reader's language.
        suggestion: what it may be; nothing of it is in the text before the member says so.
        moment: a time is asked for, not words.
    """

    name: str
    prompt: str
    suggestion: str
    moment: bool


def fill_for(
    actor: Actor,
    template_id: int,
    conversation_id: int,
    *,
    language: str | None = None,
    values: Mapping[str, str] | None = None,
    by: datetime | None = None,
    zone: tzinfo | None = None,
) -> Insertion:
    """A template's text for one conversation: facts as they are now, the names of the author and of the account.

    Args:
        language: the conversation's when left out.
        values: what the member gave for further placeholders; they come before the defaults of the template.
        by: when we write again (aware), for `{by_time}`.
        zone: the clock on which `by` is told; UTC when left out.

    Raises:
        Unknown: `template_unknown`, `conversation_unknown`.
        Problem: `template_stale`: a fact it cites has changed; `template_is_retired`; as `citations.expand`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    conversation = conversation_of(current, conversation_id)
    chosen = get_template(actor, template_id)
    if chosen.template.retired_at is not None:
        raise Problem("template_is_retired", name=chosen.name)
    if chosen.stale:
        raise Problem("template_stale", name=chosen.name)
    given = {name: value for name, value in (values or {}).items() if value.strip()}
    code = chosen.language_for(language or conversation.language)
    if by is not None:
        given[BY_TIME] = spoken(by, code, zone)
    return _filled(current, chosen, code, {**_known(current, conversation), **_defaults(chosen), **given})


def previews(actor: Actor, conversation_id: int, chosen: Iterable[ListedTemplate]) -> list[tuple[ListedTemplate, str]]:
    """Templates as they would read in a conversation; a stale one as it is stored.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    current = session()
    conversation = conversation_of(current, conversation_id)
    known = _known(current, conversation)
    found = []
    for each in chosen:
        code = each.language_for(conversation.language)
        values = {**known, **_defaults(each)}
        found.append((each, each.text_in(code) if each.stale else _filled(current, each, code, values).text))
    return found


def fill_in(
    text: str,
    values: Mapping[str, str],
    *,
    by: datetime | None = None,
    language: str = "en",
    zone: tzinfo | None = None,
) -> Filled:
    """What is typed already, with further values put into the places that are left in it."""
    given = {name: value for name, value in values.items() if value.strip()}
    if by is not None:
        given.setdefault(BY_TIME, spoken(by, language, zone))
    return fill(text, given)


def ask(actor: Actor, conversation_id: int, text: str, *, language: str, template_id: int | None = None) -> list[Asked]:
    """What to ask the member for, so that no place of a template is left in `text`.

    Args:
        language: the reader's, for the prompts.
        template_id: the template that was inserted last: its prompts come before those of others.

    Raises:
        Unknown: `conversation_unknown`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    missing = names_in(text)
    if not missing:
        return []
    current = session()
    prompts: dict[str, Mapping[str, str]] = {}
    for each in sorted(list_templates(actor), key=lambda one: one.id != template_id):
        for name, place in each.version.placeholders.items():
            prompts.setdefault(name, place.get("prompt") or {})
    topic = topic_of(current, conversation_of(current, conversation_id)) if TOPIC in missing else ""
    return [
        Asked(
            name=name,
            prompt=_prompt(name, prompts.get(name, {}), language),
            suggestion=topic if name == TOPIC else "",
            moment=name == BY_TIME,
        )
        for name in missing
    ]


def topic_of(current: Session, conversation: Conversation) -> str:
    """What a conversation is probably about: the open crisis that touches it, else how the post begins.

    Only a suggestion: the name of a crisis is an internal word until a member puts it into an answer.
    """
    crisis = current.scalar(
        select(Crisis.name)
        .join(CrisisScope, CrisisScope.crisis_id == Crisis.id)
        .where(
            Crisis.closed_at.is_(None),
            CrisisScope.removed_at.is_(None),
            CrisisScope.account_id == conversation.account_id,
            or_(CrisisScope.post_id.is_(None), CrisisScope.post_id == conversation.post_id),
        )
        .order_by(CrisisScope.post_id.is_(None), Crisis.opened_at.desc())
        .limit(1)
    )
    if crisis:
        return tame_name(crisis)
    post = current.get(Post, conversation.post_id) if conversation.post_id else None
    beginning = _SENTENCE.search(post.text) if post else None
    words = tame_name(beginning[0]) if beginning else ""
    return words if len(words) <= LONGEST_TOPIC else ""


def spoken(by: datetime, language: str, zone: tzinfo | None = None) -> str:
    """A time as a sentence takes it after "by" or "avant": `18:00`, `10:00 tomorrow`; `18 h`, `demain 10 h 30`."""
    here, today = by.astimezone(zone or clock.now().tzinfo), clock.now().astimezone(zone or clock.now().tzinfo).date()
    french = language.partition("-")[0] == "fr"
    if french:
        at = f"{here.hour}\u00a0h" + (f"\u00a0{here.minute:02d}" if here.minute else "")
    else:
        at = f"{here.hour:02d}:{here.minute:02d}"
    if here.date() == today:
        return at
    if here.date() == today + timedelta(days=1):
        return f"demain {at}" if french else f"{at} tomorrow"
    if french:
        return f"le {format_date(here, 'EEEE d MMMM', locale='fr')} à {at}"
    return f"{at} on {format_date(here, 'EEEE d MMMM', locale='en_GB')}"


def change_of(filled: str, sent: str) -> float:
    """How much of a filled template was changed by hand before sending: 0 nothing, 1 everything.

    Counted in words and signs, case included: what was taken out and put in, as a share of both texts together.
    """
    return float(Indel.normalized_distance(_WORDS.findall(filled), _WORDS.findall(sent)))


def _filled(current: Session, chosen: ListedTemplate, code: str, values: Mapping[str, str]) -> Insertion:
    # Facts first: what stands in braces in a value from outside is never taken for a fact.
    expanded = citations.expand(current, chosen.text_in(code), code)
    filled = fill(expanded.text, values)
    return Insertion(
        text=filled.text,
        missing=filled.missing,
        version_id=chosen.version.id,
        holding=chosen.template.holding,
        cited=expanded.cited,
        language=code,
    )


def _known(current: Session, conversation: Conversation) -> dict[str, str]:
    author = current.get_one(Author, conversation.author_id)
    return {
        AUTHOR_NAME: tame_name(author.display_name) or tame_name(author.identifier),
        ACCOUNT_NAME: account_of(current, conversation.account_id).name,
    }


def _defaults(chosen: ListedTemplate) -> dict[str, str]:
    return {name: str(place.get("default") or "") for name, place in chosen.version.placeholders.items()}


def _prompt(name: str, prompts: Mapping[str, str], language: str) -> str:
    if name in OWN_WORDS:
        return say(f"placeholder.{name}")
    found = prompts.get(language) or next((words for words in prompts.values() if words), "")
    return found or name.replace("_", " ").capitalize()
