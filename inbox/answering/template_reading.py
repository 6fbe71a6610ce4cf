"""Reply templates as they are shown: the newest version, whether its facts still hold, and the versions before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inbox.answering import citations
from inbox.answering.placeholders import names_in
from inbox.answering.template_wording import split_tags
from inbox.extensions import session
from inbox.models import Member, ReplyTemplate, ReplyTemplateVersion
from inbox.permissions import Actor, Permission, require
from inbox.problems import Unknown
from inbox.words import say

FIRST_CHOICE = "en"
"""The language taken where a template has no text in the reader's."""


@dataclass(frozen=True, slots=True)
class ListedTemplate:
    """A template with its newest version.

    Attributes:
        placeholders: those of its texts, each once.
        stale: it cites a fact that has changed since, or is retired: it cannot be inserted until somebody re-reads it.
    """

    template: ReplyTemplate
    version: ReplyTemplateVersion
    placeholders: list[str]
    stale: bool = False

    @property
    def id(self) -> int:
        """The template's id."""
        return self.template.id

    @property
    def name(self) -> str:
        """Its name; that of a wording of the starter set in the reader's language."""
        return title_of(self.template)

    @property
    def purpose(self) -> str:
        """When to use it, likewise."""
        code = self.template.starter_code
        return say(f"starter.{code}.purpose") if code else self.template.purpose

    @property
    def tags(self) -> list[str]:
        """Its tags, likewise."""
        code = self.template.starter_code
        return split_tags(say(f"starter.{code}.tags")) if code else list(self.template.tags)

    def language_for(self, language: str) -> str:
        """The language of the text that a reader of `language` gets."""
        return language_of(self.version, language)

    def text_in(self, language: str) -> str:
        """Its text in `language`; where there is none, in English, or in the first language it has."""
        return str(self.version.texts[self.language_for(language)])


@dataclass(frozen=True, slots=True)
class TemplateVersion:
    """One version of a template.

    Attributes:
        written_by: the member's name; None where the product or a command wrote it.
    """

    number: int
    texts: dict[str, str]
    places: dict[str, Any]
    written_at: datetime
    written_by: str | None


def title_of(template: ReplyTemplate) -> str:
    """What a template is called, in the reader's language where it is one of the starter set."""
    return say(f"starter.{template.starter_code}.name") if template.starter_code else template.name


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
    current = session()
    rows = current.execute(
        select(ReplyTemplate, ReplyTemplateVersion)
        .join(ReplyTemplateVersion, ReplyTemplateVersion.template_id == ReplyTemplate.id)
        .where(in_use, ReplyTemplateVersion.number == newest)
    ).all()
    found = listed(current, [(template, version) for template, version in rows])
    return sorted(found, key=lambda each: (each.name.casefold(), each.id))


def get_template(actor: Actor, template_id: int) -> ListedTemplate:
    """One template, retired or not, with its newest version.

    Raises:
        Unknown: `template_unknown`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    current = session()
    template = template_of(current, template_id)
    return listed(current, [(template, newest_of(current, template))])[0]


def versions_of(actor: Actor, template_id: int) -> list[TemplateVersion]:
    """Every version of a template, the newest first, with who wrote it and when.

    Raises:
        Unknown: `template_unknown`.
    """
    require(actor, Permission.TEMPLATES_VIEW)
    current = session()
    template_of(current, template_id)
    rows = current.scalars(
        select(ReplyTemplateVersion)
        .where(ReplyTemplateVersion.template_id == template_id)
        .order_by(ReplyTemplateVersion.number.desc())
    ).all()
    names = _names(current, (row.written_by for row in rows))
    return [
        TemplateVersion(row.number, row.texts, row.placeholders, row.written_at, names.get(row.written_by))
        for row in rows
    ]


def template_of(current: Session, template_id: int, *, lock: bool = False) -> ReplyTemplate:
    """A template as it stands now.

    Raises:
        Unknown: `template_unknown`.
    """
    locked = {"key_share": True} if lock else None
    template = current.get(ReplyTemplate, template_id, populate_existing=True, with_for_update=locked)
    if template is None:
        raise Unknown("template_unknown", id=template_id)
    return template


def newest_of(current: Session, template: ReplyTemplate) -> ReplyTemplateVersion:
    """The version that is inserted now."""
    return current.scalars(
        select(ReplyTemplateVersion)
        .where(ReplyTemplateVersion.template_id == template.id)
        .order_by(ReplyTemplateVersion.number.desc())
        .limit(1)
    ).one()


def listed(current: Session, rows: Sequence[tuple[ReplyTemplate, ReplyTemplateVersion]]) -> list[ListedTemplate]:
    """Templates with their newest versions, and whether the facts that these cite still hold."""
    stale = citations.stale_template_versions(current, [version.id for _, version in rows])
    return [
        ListedTemplate(template, version, _names_in(version.texts.values()), version.id in stale)
        for template, version in rows
    ]


def language_of(version: ReplyTemplateVersion, language: str) -> str:
    """The language of the text of a version that a reader of `language` gets."""
    for candidate in (language, language.partition("-")[0], FIRST_CHOICE):
        if candidate in version.texts:
            return candidate
    return str(next(iter(version.texts)))


def _names_in(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(name for text in texts for name in names_in(text)))


def _names(current: Session, actors: Iterable[str]) -> dict[str, str]:
    ids = {int(name.removeprefix("member:")) for name in set(actors) if name.startswith("member:")}
    rows = current.execute(select(Member.id, Member.name).where(Member.id.in_(ids)))
    return {f"member:{number}": name for number, name in rows}
