"""`inbox templates`."""

from __future__ import annotations

import click

from inbox.answering import template_figures
from inbox.answering import templates as room
from inbox.cli.output import Row, listing, print_rows
from inbox.cli.running import in_application
from inbox.permissions import OPERATOR


@click.command()
@click.option("--retired", is_flag=True, help="The retired ones instead of those in use.")
@listing
@in_application
def templates(retired: bool, limit: int, as_json: bool) -> None:
    """List the reply templates: their texts, their tags, and what became of answers that began with them."""
    found = room.list_templates(OPERATOR, retired=retired)[:limit]
    figures = template_figures.figures(OPERATOR, [each.id for each in found])
    rows = [
        {
            "id": each.id,
            "name": each.name,
            "purpose": each.purpose,
            "kind": each.template.kind,
            "holding": each.template.holding,
            "tags": each.tags,
            "version": each.version.number,
            "stale": each.stale,
            "languages": sorted(each.version.texts),
            "texts": each.version.texts,
            "places": each.placeholders,
            **_figures(figures.get(each.id, template_figures.TemplateFigures())),
        }
        for each in found
    ]
    columns = ["id", "name", "kind", "tags", "languages", "version", "stale", "uses", "waited_seconds"]
    print_rows(rows, as_json=as_json, columns=columns)


def _figures(of: template_figures.TemplateFigures) -> Row:
    return {
        "uses": of.uses,
        "changed_share": of.changed,
        "waited_seconds": of.seconds,
        "then_calmed": of.calmed,
        "then_continued": of.continued,
        "then_silent": of.silent,
        "too_early_to_tell": of.too_early,
    }
