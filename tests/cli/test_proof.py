"""`inbox trail anchor` and `inbox verify`: a head kept elsewhere is checked against the trail."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Inbox, refused


def test_an_anchor_is_written_and_checked(inbox: Inbox, tmp_path: Path) -> None:
    inbox("members", "add", "a@example.org", "--role", "analyst")
    elsewhere = tmp_path / "elsewhere.jsonl"
    made = inbox("trail", "anchor", "--to", str(elsewhere), "--json")
    assert made.code == 0
    assert json.loads(elsewhere.read_text(encoding="ascii"))["hash"] in made.out
    assert inbox("verify", "--anchors", str(elsewhere)).code == 0
    assert inbox("trail", "anchor").code == 0
    assert inbox("verify").code == 0


def test_a_forged_anchor_is_named(inbox: Inbox, tmp_path: Path) -> None:
    inbox("members", "add", "a@example.org", "--role", "analyst")
    elsewhere = tmp_path / "elsewhere.jsonl"
    inbox("trail", "anchor", "--to", str(elsewhere))
    anchor = json.loads(elsewhere.read_text(encoding="ascii"))
    elsewhere.write_text(json.dumps({**anchor, "seq": 2}) + "\n", encoding="ascii")
    refused(inbox("verify", "--anchors", str(elsewhere)), "line 1", "does not carry its own signature")
