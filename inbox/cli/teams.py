"""`inbox teams`."""

from __future__ import annotations

import click

from inbox import members
from inbox.cli.output import Row, json_option, listing, print_object, print_rows
from inbox.cli.running import in_application
from inbox.permissions import OPERATOR
from inbox.sharing import teams as room
from inbox.sharing.teams import ShownTeam
from inbox.words import say


@click.group()
def teams() -> None:
    """The teams: who shares conversations."""


@teams.command(name="list")
@click.option("--all", "everything", is_flag=True, help="Retired ones too.")
@listing
@in_application
def list_(everything: bool, limit: int, as_json: bool) -> None:
    """List the teams with who belongs to them, and how many people wait for each."""
    rows = [_row(team) for team in room.list_teams(OPERATOR, retired=everything)[:limit]]
    print_rows(rows, as_json=as_json, columns=["id", "name", "members", "waiting", "retired_at"])


@teams.command()
@click.argument("name")
@json_option
@in_application
def make(name: str, as_json: bool) -> None:
    """Make a team called NAME."""
    team = room.make(OPERATOR, name)
    print_object({"id": team.id, "name": team.name}, as_json=as_json, words=say("cli_team_made", name=team.name))


@teams.command()
@click.argument("name")
@click.argument("new_name")
@json_option
@in_application
def rename(name: str, new_name: str, as_json: bool) -> None:
    """Call the team NAME otherwise."""
    team = room.rename(OPERATOR, room.find(name).id, new_name)
    print_object({"id": team.id, "name": team.name}, as_json=as_json, words=say("cli_team_renamed", name=team.name))


@teams.command()
@click.argument("name")
@json_option
@in_application
def retire(name: str, as_json: bool) -> None:
    """Take the team NAME out of use; what waited for it is for everybody again."""
    team = room.retire(OPERATOR, room.find(name).id)
    facts = {"id": team.id, "name": team.name, "retired_at": team.retired_at}
    print_object(facts, as_json=as_json, words=say("cli_team_retired", name=team.name))


@teams.command(name="put-in")
@click.argument("name")
@click.argument("email")
@json_option
@in_application
def put_in(name: str, email: str, as_json: bool) -> None:
    """Let the member with the address EMAIL belong to the team NAME."""
    team, member = room.find(name), members.find_member(email)
    room.put_in(OPERATOR, team.id, member.id)
    words = say("cli_team_joined", name=member.name, team=name)
    print_object({"id": team.id, "name": name, "member": member.email}, as_json=as_json, words=words)


@teams.command(name="take-out")
@click.argument("name")
@click.argument("email")
@json_option
@in_application
def take_out(name: str, email: str, as_json: bool) -> None:
    """Let the member with the address EMAIL belong to the team NAME no longer."""
    team, member = room.find(name), members.find_member(email)
    room.take_out(OPERATOR, team.id, member.id)
    words = say("cli_team_left", name=member.name, team=name)
    print_object({"id": team.id, "name": name, "member": member.email}, as_json=as_json, words=words)


def _row(team: ShownTeam) -> Row:
    return {
        "id": team.id,
        "name": team.name,
        "members": [member.name for member in team.members],
        "away": [member.name for member in team.members if member.id in team.away],
        "waiting": team.waiting,
        "created_at": team.created_at,
        "retired_at": team.retired_at,
    }
