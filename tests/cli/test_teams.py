"""`inbox teams`, and the queue of a team."""

from __future__ import annotations

from tests.cli.conftest import Inbox, refused


def test_teams_are_made_filled_listed_and_retired(inbox: Inbox) -> None:
    for name in ("cm", "lea"):
        assert inbox("members", "add", f"{name}@example.org", "--role", "community_manager").code == 0
    assert inbox("teams", "make", "North", "--json").json()["name"] == "North"
    refused(inbox("teams", "make", "North"), "There is a team “North” already.")
    assert "belongs to the team" in inbox("teams", "put-in", "North", "cm@example.org").out
    inbox("teams", "put-in", "North", "lea@example.org")
    inbox("teams", "take-out", "North", "lea@example.org")
    inbox("teams", "rename", "North", "Evening")
    (team,) = inbox("teams", "list", "--json").json()
    assert (team["name"], team["members"], team["waiting"]) == ("Evening", ["cm"], 0)
    assert inbox("queue", "--team", "Evening", "--json").json() == []
    refused(inbox("queue", "--team", "North"), "There is no team “North”.")
    refused(inbox("teams", "put-in", "Evening", "nobody@example.org"), "There is no member")
    assert inbox("teams", "retire", "Evening").code == 0
    assert inbox("teams", "list", "--json").json() == []
    assert [one["name"] for one in inbox("teams", "list", "--all", "--json").json()] == ["Evening"]
