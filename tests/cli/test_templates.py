"""`inbox templates`."""

from __future__ import annotations

from tests.cli.conftest import Inbox


def test_templates_are_listed_with_their_figures(inbox: Inbox) -> None:
    assert inbox("templates", "--json").json() == []
    inbox("demo")
    rows = inbox("templates", "--json").json()
    assert len(rows) == 12
    danger = next(row for row in rows if "danger" in row["tags"])
    assert danger["languages"] == ["en", "fr"]
    assert (danger["uses"], danger["stale"], danger["changed_share"]) == (0, False, None)
    assert len(inbox("templates", "--json", "--limit", "3").json()) == 3
    assert inbox("templates", "--retired", "--json").json() == []
    assert danger["name"] in inbox("templates").out
