"""`inbox report rows`."""

from __future__ import annotations

from typing import Any

import click

from inbox import clock, members
from inbox.cli.output import ROW, listing, print_rows
from inbox.cli.running import in_application
from inbox.measuring import report_behind
from inbox.measuring.report_filters import Preset, query_of
from inbox.measuring.report_rows import Breakdown
from inbox.permissions import OPERATOR

_COLUMNS = ("wait_id", "account", "posted_at", "sent_at", "seconds", "staffed_seconds", "within_target", "state")


@click.command()
@click.option(
    "--figure",
    required=True,
    metavar="NAME",
    help="As the report's files call it: answered, past_target, first_response_median_seconds, …",
)
@click.option("--preset", type=click.Choice([each.value for each in Preset]), help="A period by name.")
@click.option("--from", "start", metavar="TIME", help="Waits opened at or after it.")
@click.option("--to", "end", metavar="TIME", help="Waits opened before it; a day alone counts whole.")
@click.option("--account", "accounts", type=ROW, multiple=True, help="Only this account; may be given several times.")
@click.option("--crisis", type=ROW, help="Only what was opened in this crisis.")
@click.option("--by", type=click.Choice([each.value for each in Breakdown]), help="What the report is split by.")
@click.option("--group", help="Only the rows of this group of the split; empty for those of none.")
@click.option("--time-zone", default="UTC", show_default=True, help="For days, hours, and times without a zone.")
@click.option("--as", "as_member", metavar="MEMBER", help="With the rights of this member, by e-mail address.")
@listing
@in_application
def rows(
    figure: str,
    preset: str | None,
    start: str | None,
    end: str | None,
    accounts: tuple[int, ...],
    crisis: int | None,
    by: str | None,
    group: str | None,
    time_zone: str,
    as_member: str | None,
    limit: int,
    as_json: bool,
) -> None:
    """The rows that a figure of the report counts, or is computed of."""
    asked = {
        "preset": preset,
        "from": start,
        "to": end,
        "account": [str(number) for number in accounts],
        "crisis": crisis,
        "by": by,
        "zone": time_zone,
    }
    query = query_of(asked, time_zone, clock.now())
    actor = OPERATOR if as_member is None else members.actor_of(members.find_member(as_member))
    found: list[dict[str, Any]] = []
    after = None
    while True:
        part = report_behind.behind(
            actor, query, figure, after, min(limit - len(found), report_behind.MOST), group=group
        )
        found += part.rows
        after = part.next
        if after is None or len(found) >= limit:
            break
    columns = _COLUMNS if part.columns == report_behind.WAIT_COLUMNS else part.columns
    print_rows(found, as_json=as_json, columns=columns)
