"""What cites a fact at present: templates in use, apologies and lines to take, by their newest version."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from inbox.answering.citations import outdated_versions
from inbox.extensions import session
from inbox.models import (
    Apology,
    ApologyState,
    ApologyVersion,
    Citation,
    Crisis,
    FactVersion,
    LineToTake,
    LineVersion,
    ReplyTemplate,
    ReplyTemplateVersion,
)
from inbox.permissions import Actor, Permission, require


@dataclass(frozen=True, slots=True)
class Cites:
    """A wording that cites a fact.

    Attributes:
        id: of the template, of the apology, or of the crisis whose line it is; None for the standing line.
        name: empty for the standing line.
        stale: whether it says what is not so any more, and so cannot be sent.
    """

    kind: Literal["template", "apology", "line"]
    id: int | None
    name: str
    stale: bool


def citing(actor: Actor, fact_id: int) -> list[Cites]:
    """What cites one fact, the stale first."""
    require(actor, Permission.FACTS_VIEW)
    current = session()
    found = [
        Cites(kind, row.id, row.name or "", stale)
        for kind, statement in _STATEMENTS.items()
        for row, stale in _of(current, statement, fact_id)
    ]
    return sorted(found, key=lambda each: (not each.stale, each.kind, each.name.casefold()))


def _of(current: Session, statement: Any, fact_id: int) -> list[tuple[Any, bool]]:
    outdated = {each.version.id for each in outdated_versions(current)}
    rows = current.execute(statement.where(FactVersion.fact_id == fact_id))
    return [(row, row.fact_version_id in outdated) for row in rows]


def _newest(version: Any, of: InstrumentedAttribute[int]) -> Any:
    """Of a row of a table of versions: it is the newest."""
    other = version.__table__.alias()
    return version.number == (
        select(func.max(other.c.number)).where(other.c[of.key] == of).correlate(version).scalar_subquery()
    )


_CITED = (Citation.fact_version_id, FactVersion.fact_id)

_STATEMENTS: dict[Literal["template", "apology", "line"], Any] = {
    "template": select(ReplyTemplate.id, ReplyTemplate.name, *_CITED)
    .join(ReplyTemplateVersion, ReplyTemplateVersion.template_id == ReplyTemplate.id)
    .join(Citation, Citation.template_version_id == ReplyTemplateVersion.id)
    .join(FactVersion, FactVersion.id == Citation.fact_version_id)
    .where(ReplyTemplate.retired_at.is_(None), _newest(ReplyTemplateVersion, ReplyTemplateVersion.template_id)),
    "apology": select(Apology.id, Apology.title.label("name"), *_CITED)
    .join(ApologyVersion, ApologyVersion.apology_id == Apology.id)
    .join(Citation, Citation.apology_version_id == ApologyVersion.id)
    .join(FactVersion, FactVersion.id == Citation.fact_version_id)
    .where(Apology.state != ApologyState.RETIRED, _newest(ApologyVersion, ApologyVersion.apology_id)),
    "line": select(LineToTake.crisis_id.label("id"), Crisis.name, *_CITED)
    .select_from(LineToTake)
    .outerjoin(Crisis, Crisis.id == LineToTake.crisis_id)
    .join(LineVersion, LineVersion.line_id == LineToTake.id)
    .join(Citation, Citation.line_version_id == LineVersion.id)
    .join(FactVersion, FactVersion.id == Citation.fact_version_id)
    .where(Crisis.closed_at.is_(None), _newest(LineVersion, LineVersion.line_id)),
}
