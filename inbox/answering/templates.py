"""Reply templates: wordings to start from, in versions and languages. They retire and come back, never vanish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox import clock, trail
from inbox.answering.choices import KINDS
from inbox.answering.finding import account_of, conversation_of, typed
from inbox.answering.placeholders import Filled, fill, names_in
from inbox.extensions import session, writing
from inbox.models import Author, ReplyTemplate, ReplyTemplateVersion
from inbox.permissions import Actor, Permission, require
from inbox.problems import Conflict, Problem, Unknown

__all__ = [
    "Filled",
    "ListedTemplate",
    "bring_back",
    "create",
    "edit",
    "fill",
    "fill_for",
    "get_template",
    "list_templates",
    "names_in",
    "retire",
]

LONGEST_NAME = 120
FIRST_CHOICE = "en"
"""The language taken where a template has no text in the reader's."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, slots=True)
class ListedTemplate:
    """A template with its newest version, and the placeholders of its texts, each once."""

    template: ReplyTemplate
    version: ReplyTemplateVersion
    placeholders: list[str]

    def text_in(self, language: str) -> str:
        """Its text in `language`; where there is none, in English, or in the first language it has."""
        return str(self.version.texts[_language(self.version, language)])


def list_templates(actor: Actor, *, retired: bool = False) -> list[ListedTemplate]:
    """The templates in use, or the retired ones, by name."""
    require(actor, Permission.TEMPLATES_VIEW)
    in_use = ReplyTemplate.retired_at.is_not(None) if retired else ReplyTemplate.retired_at.is_(None)
    newest = (
        select(func.max(ReplyTemplateVersion.number))
        .where(ReplyTemplateVersion.template_id == ReplyTemplate.id)
        .correlate(ReplyTemplate)
        .scalar_subquery()
    )
    rows = session().execute(
        select(ReplyTemplate, ReplyTemplateVersion)
        .join(ReplyTemplateVersion, ReplyTemplateVersion.template_id == ReplyTemplate.id)
        .where(in_use, ReplyTemplateVersion.number == newest)
        .order_by(func.lower(ReplyTemplate.name), ReplyTemplate.id)
    )
    return [_listed(template, version) for template, version in rows]


def get_template(actor: Actor, template_id: int) -> ListedTemplate:
    """One template, retired or not, with its newest version.

    Raises:
        Unknown: `template_unknown`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    template = _template(session(), template_id)
    return _listed(template, _newest(session(), template))


def create(
    actor: Actor,
    name: str,
    texts: Mapping[str, str],
    *,
    purpose: str = "",
    kind: str | None = None,
    holding: bool = False,
) -> ReplyTemplate:
    """Add a template.

    Args:
        texts: text by language code, at least one.
        purpose: when to use it, for colleagues.
        kind: the kind of comment it answers, None for any.
        holding: it says that we are looking into it, no more.

    Raises:
        Problem: `template_name_empty`, `template_name_too_long`, `template_text_empty`, `language_code_unknown`,
            `kind_unknown`.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    with writing() as current:
        return add(current, actor, name, texts, purpose=purpose, kind=kind, holding=holding)


def add(
    current: Session,
    actor: Actor,
    name: str,
    texts: Mapping[str, str],
    *,
    purpose: str = "",
    kind: str | None = None,
    holding: bool = False,
) -> ReplyTemplate:
    """As `create`, inside the caller's transaction and without asking for a permission."""
    template = ReplyTemplate(
        name=_name(name),
        purpose=_purpose(purpose),
        kind=_kind(kind),
        holding=holding,
        created_at=clock.now(),
        created_by=actor.name,
    )
    current.add(template)
    current.flush()
    _add_version(current, actor, template, 1, _texts(texts))
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
    seen_number: int | None = None,
) -> ReplyTemplate:
    """Change a template; other texts become a new version, and the old ones stay readable.

    Args:
        seen_number: the number of the version that was on screen, to notice that a colleague was quicker.

    Raises:
        Unknown: `template_unknown`.
        Conflict: `template_changed`.
        Problem: as `create`.
    """
    require(actor, Permission.TEMPLATES_WRITE)
    with writing() as current:
        template = _template(current, template_id, lock=True)
        newest = _newest(current, template)
        if seen_number is not None and newest.number != seen_number:
            raise Conflict("template_changed")
        template.name, template.purpose = _name(name), _purpose(purpose)
        template.kind, template.holding = _kind(kind), holding
        wanted = _texts(texts)
        if wanted != newest.texts:
            _add_version(current, actor, template, newest.number + 1, wanted)
        trail.record(current, actor, "template.edited", of=("reply_template", template.id))
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


def fill_for(
    actor: Actor,
    template_id: int,
    conversation_id: int,
    *,
    language: str | None = None,
    values: Mapping[str, str] | None = None,
) -> Filled:
    """A template's text for one conversation, with the names of the author and of the account filled in.

    Args:
        language: the conversation's when left out.
        values: what the member gave for further placeholders.

    Raises:
        Unknown: `template_unknown`, `conversation_unknown`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    conversation = conversation_of(current, conversation_id)
    listed = get_template(actor, template_id)
    author = current.get_one(Author, conversation.author_id)
    names = {
        "author_name": author.display_name or author.identifier,
        "account_name": account_of(current, conversation.account_id).name,
    }
    return fill(listed.text_in(language or conversation.language), {**names, **(values or {})})


def _set_retired(actor: Actor, template_id: int, retired: bool) -> ReplyTemplate:
    require(actor, Permission.TEMPLATES_WRITE)
    with writing() as current:
        template = _template(current, template_id, lock=True)
        if (template.retired_at is not None) != retired:
            template.retired_at = clock.now() if retired else None
            deed = "template.retired" if retired else "template.brought_back"
            trail.record(current, actor, deed, of=("reply_template", template.id))
    return template


def _template(current: Session, template_id: int, *, lock: bool = False) -> ReplyTemplate:
    template = current.get(ReplyTemplate, template_id, populate_existing=True, with_for_update=lock or None)
    if template is None:
        raise Unknown("template_unknown", id=template_id)
    return template


def _newest(current: Session, template: ReplyTemplate) -> ReplyTemplateVersion:
    return current.scalars(
        select(ReplyTemplateVersion)
        .where(ReplyTemplateVersion.template_id == template.id)
        .order_by(ReplyTemplateVersion.number.desc())
        .limit(1)
    ).one()


def _listed(template: ReplyTemplate, version: ReplyTemplateVersion) -> ListedTemplate:
    names = dict.fromkeys(name for text in version.texts.values() for name in names_in(text))
    return ListedTemplate(template, version, list(names))


def _language(version: ReplyTemplateVersion, language: str) -> str:
    for candidate in (language, language.partition("-")[0], FIRST_CHOICE):
        if candidate in version.texts:
            return candidate
    return str(next(iter(version.texts)))


def _add_version(current: Session, actor: Actor, template: ReplyTemplate, number: int, texts: dict[str, str]) -> None:
    current.add(
        ReplyTemplateVersion(
            template_id=template.id, number=number, texts=texts, written_at=clock.now(), written_by=actor.name
        )
    )


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
