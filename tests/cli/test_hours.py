"""`inbox accounts hours` and `inbox accounts round-the-clock`."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

from inbox.connectors.demo.network import DemoNetwork
from tests.cli.conftest import STAGE, Inbox, refused

WEEKLY = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-18:00")


def test_hours_are_set_from_a_file_and_listed(inbox: Inbox, network: DemoNetwork, tmp_path: Path) -> None:
    account = str(
        inbox("accounts", "add", "demo", "--identifier", STAGE, "--password", "right-key", "--json").json()["id"]
    )
    assert inbox("accounts", "hours", account, "--json").json() == []
    refused(inbox("accounts", "hours", "99"), "no account 99")
    refused(inbox("accounts", "round-the-clock", account), "--until")
    file = tmp_path / "hours.json"
    file.write_text("nothing", encoding="utf-8")
    refused(inbox("accounts", "hours", account, "--set", str(file)), "does not say hours")
    holidays = {"country": "FR", "subdivision": ""}
    file.write_text(json.dumps({"time_zone": "Europe/Paris", "weekly": WEEKLY, "holidays": holidays}), encoding="utf-8")
    assert "has new hours" in inbox("accounts", "hours", account, "--set", str(file)).out
    (row,) = inbox("accounts", "hours", account, "--json").json()
    assert (row["kind"], row["standing"], row["time_zone"]) == ("hours", "in_force", "Europe/Paris")
    assert row["weekly"] == {**dict.fromkeys(WEEKLY, "09:00–18:00"), "saturday": "", "sunday": ""}
    assert row["holidays"] == holidays
    refused(inbox("accounts", "round-the-clock", account, "--until", "2020-01-01"), "lies ahead")
    refused(inbox("accounts", "round-the-clock", account, "--end"), "Nobody answers")
    until = datetime.fromisoformat(row["starts_at"]) + timedelta(days=1)
    assert "round the clock until" in inbox("accounts", "round-the-clock", account, "--until", until.isoformat()).out
    (extension,) = [row for row in inbox("accounts", "hours", account, "--json").json() if row["kind"] != "hours"]
    assert (extension["standing"], datetime.fromisoformat(extension["ends_at"])) == ("in_force", until)
    assert "goes by its hours again" in inbox("accounts", "round-the-clock", account, "--end").out
    listed = inbox("accounts", "hours", account)
    assert "09:00–18:00" in listed.out
    assert len(inbox("accounts", "hours", account, "--json", "--limit", "1").json()) == 1
