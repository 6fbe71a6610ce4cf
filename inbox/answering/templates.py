"""Reply templates: wordings to start from, in versions and languages. They retire and come back, never vanish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.answering import citations
from inbox.answering.placeholders import Filled, fill, names_in
from inbox.answering.template_filling import Asked, Insertion, ask, change_of, fill_for, fill_in
from inbox.answering.template_reading import (
    ListedTemplate,
    TemplateVersion,
    get_template,
    list_templates,
    listed,
    newest_of,
    template_of,
    title_of,
    versions_of,
)
from inbox.answering.template_wording import Places, Wording, checked, own_places, split_tags
from inbox.extensions import writing
from inbox.models import ReplyTemplate, ReplyTemplateVersion
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict

__all__ = [
    "Asked",
    "Filled",
    "Insertion",
    "ListedTemplate",
    "TemplateVersion",
    "ask",
    "bring_back",
    "change_of",
    "confirm_facts",
    "create",
    "edit",
    "fill",
    "fill_for",
    "fill_in",
    "get_template",
    "list_templates",
    "names_in",
    "own_places",
    "retire",
    "split_tags",
    "title_of",
    "versions_of",
]


def create(
    actor: Actor,
    name: str,
    texts: Mapping[str, str],
    *,
    purpose: str = "",
    kind: str | None = None,
    holding: bool = False,
    tags: Iterable[str] = (),
    places: Places | None = None,
) -> ReplyTemplate:
    """Add a template.

    Args:
        texts: text by language code, at least one; `{fact:name}` stays in it and is expanded when it is inserted.
        purpose: when to use it, for colleagues.
        kind: the kind of comment it answers, None for any.
        holding: it says that we are looking into it, no more.
        tags: words to find it by; `danger` and `press` also put it first for such comments.
        places: prompts and defaults of its own placeholders, see `Wording`.

    Raises:
        Problem: as `template_wording.checked`, and as `citations.expand` for the facts it cites.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    wording = checked(name, texts, purpose=purpose, kind=kind, holding=holding, tags=tags, places=places)
    with writing() as current:
        return add(current, actor, wording)


def add(current: Session, actor: Actor, wording: Wording, *, starter_code: str | None = None) -> ReplyTemplate:
    """As `create`, inside the caller's transaction and without asking for a permission."""
    template = ReplyTemplate(
        name=wording.name,
        purpose=wording.purpose,
        kind=wording.kind,
        holding=wording.holding,
        tags=wording.tags,
        starter_code=starter_code,
        created_at=clock.now(),
        created_by=actor.name,
    )
    current.add(template)
    current.flush()
    _add_version(current, actor, template, 1, wording)
    trail.record(current, actor, "template.created", of=("reply_template", template.id))
    return template


def edit(
    actor: Actor,
    template_id: int,
    *,
    name: str,
    texts: Mapping[str, str],
    purpose: str = "",
    kind: str | None = None,
    holding: bool = False,
    tags: Iterable[str] = (),
    places: Places | None = None,
    seen_number: int | None = None,
) -> ReplyTemplate:
    """Change a template; other texts, prompts or defaults become a new version, and the old ones stay readable.

    Args:
        seen_number: the number of the version that was on screen, to notice that a colleague was quicker.

    Raises:
        Unknown: `template_unknown`.
        Conflict: `template_changed`.
        Problem: as `create`.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    wording = checked(name, texts, purpose=purpose, kind=kind, holding=holding, tags=tags, places=places)
    with writing() as current:
        template = template_of(current, template_id, lock=True)
        rewrite(current, actor, template, wording, seen_number=seen_number)
    return template


def rewrite(
    current: Session, actor: Actor, template: ReplyTemplate, wording: Wording, *, seen_number: int | None = None
) -> bool:
    """As `edit`, inside the caller's transaction and without asking for a permission.

    A wording of the starter set that keeps the name, purpose and tags it is shown with goes on being shown in each
    reader's language.

    Returns:
        whether anything is different now.

    Raises:
        Conflict: `template_changed`.
        Problem: as `citations.expand` for the facts it cites.
    """
    newest = newest_of(current, template)
    if seen_number is not None and newest.number != seen_number:
        raise Conflict("template_changed")
    shown = listed(current, [(template, newest)])[0]
    said = (wording.name, wording.purpose, wording.tags)
    renamed = said != (shown.name, shown.purpose, shown.tags)
    reworded = (wording.texts, wording.places) != (newest.texts, newest.placeholders)
    used_otherwise = (wording.kind, wording.holding) != (template.kind, template.holding)
    if not (renamed or reworded or used_otherwise):
        return False
    template.kind, template.holding = wording.kind, wording.holding
    if renamed:
        template.name, template.purpose, template.tags = wording.name, wording.purpose, wording.tags
        template.starter_code = None
    number = newest.number
    if reworded:
        number += 1
        _add_version(current, actor, template, number, wording)
    trail.record(current, actor, "template.edited", of=("reply_template", template.id), params={"version": number})
    return True


def confirm_facts(actor: Actor, template_id: int, *, seen_number: int) -> ReplyTemplate:
    """Somebody has re-read a stale template: it takes the facts as they are now, in a new version with the same texts.

    A template whose facts hold is left as it is.

    Args:
        seen_number: the number of the version that was on screen.

    Raises:
        Unknown: `template_unknown`.
        Conflict: `template_changed`.
        Problem: `fact_retired`, `fact_unknown`, `fact_language_missing`: it must be reworded instead.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    with writing() as current:
        template = template_of(current, template_id, lock=True)
        newest = newest_of(current, template)
        if newest.number != seen_number:
            raise Conflict("template_changed")
        if citations.stale_template_versions(current, [newest.id]):
            _store_version(current, actor, template, newest.number + 1, newest.texts, newest.placeholders)
            params = {"version": newest.number + 1}
            trail.record(current, actor, "template.facts_confirmed", of=("reply_template", template.id), params=params)
    return template


def retire(actor: Actor, template_id: int) -> ReplyTemplate:
    """Offer a template no longer; retiring it twice changes nothing.

    Raises:
        Unknown: `template_unknown`.
    """
    return _set_retired(actor, template_id, True)


def bring_back(actor: Actor, template_id: int) -> ReplyTemplate:
    """Offer a retired template again.

    Raises:
        Unknown: `template_unknown`.
    """
    return _set_retired(actor, template_id, False)


def _set_retired(actor: Actor, template_id: int, retired: bool) -> ReplyTemplate:
    require(actor, Permission.TEMPLATES_WRITE)
    with writing() as current:
        template = template_of(current, template_id, lock=True)
        if (template.retired_at is not None) != retired:
            template.retired_at = clock.now() if retired else None
            deed = "template.retired" if retired else "template.brought_back"
            trail.record(current, actor, deed, of=("reply_template", template.id))
    return template


def _add_version(current: Session, actor: Actor, template: ReplyTemplate, number: int, wording: Wording) -> None:
    _store_version(current, actor, template, number, wording.texts, wording.places)


def _store_version(
    current: Session,
    actor: Actor,
    template: ReplyTemplate,
    number: int,
    texts: Mapping[str, str],
    places: Mapping[str, object],
) -> None:
    version = ReplyTemplateVersion(
        template_id=template.id,
        number=number,
        texts=dict(texts),
        placeholders=dict(places),
        written_at=clock.now(),
        written_by=actor.name,
    )
    current.add(version)
    current.flush()
    cited = {fact for language, text in texts.items() for fact in citations.expand(current, text, language).cited}
    citations.cite(current, cited, template_version_id=version.id)
