"""`inbox members`."""

from __future__ import annotations

import click

from inbox import members as room
from inbox.cli.output import Row, json_option, listing, moment, print_object, print_rows
from inbox.cli.running import in_application
from inbox.cli.secrets import from_environment
from inbox.measuring.member_figures import MemberFigures, figures_of_members
from inbox.models import Member
from inbox.permissions import MEMBER_ROLES, OPERATOR, Role
from inbox.trail import refusals
from inbox.words import say


@click.group()
def members() -> None:
    """The members of staff."""


@members.command()
@click.argument("email")
@click.option(
    "--role",
    "roles",
    multiple=True,
    required=True,
    type=click.Choice([role.value for role in MEMBER_ROLES]),
    help="May be given more than once.",
)
@click.option("--password", help="At least 12 characters; a random one is made and printed without it.")
@click.option("--password-env", metavar="VARIABLE", help="Take the password from this environment variable.")
@click.option("--name", help="The name colleagues see.")
@click.option("--language", type=click.Choice(room.LANGUAGES), default="en", show_default=True)
@json_option
@in_application
def add(
    email: str,
    roles: tuple[str, ...],
    password: str | None,
    password_env: str | None,
    name: str | None,
    language: str,
    as_json: bool,
) -> None:
    """Add a member who can sign in."""
    given = password if password_env is None else from_environment(password_env)
    member, password = room.add_member(
        OPERATOR, email, [Role(role) for role in roles], password=given, name=name, language=language
    )
    facts = {**_row(member), "password": password if given is None else None}
    words = say("cli_member_added", email=member.email, roles=", ".join(sorted(member.roles)))
    if given is None:
        words += "\n" + say("cli_member_password", password=password)
    print_object(facts, as_json=as_json, words=words)


@members.command(name="list")
@listing
@in_application
def list_(limit: int, as_json: bool) -> None:
    """List the members."""
    rows = [_row(member) for member in room.list_members(OPERATOR)[:limit]]
    print_rows(rows, as_json=as_json, columns=["id", "email", "name", "roles", "deactivated_at"])


@members.command()
@click.option("--from", "start", metavar="TIME", help="Waits opened at or after it: 2026-03-02 or with a time.")
@click.option("--to", "end", metavar="TIME", help="Waits opened before it; a day alone counts whole.")
@click.option("--as", "email", required=True, metavar="MEMBER", help="The e-mail address of the member who asks.")
@listing
@in_application
def figures(start: str | None, end: str | None, email: str, limit: int, as_json: bool) -> None:
    """Figures per member with the load beside them, as a supervisor or about oneself, once staff were informed."""
    actor = room.actor_of(room.find_member(email))
    refusals.act_as(actor)
    made = figures_of_members(actor, moment(start, "UTC"), moment(end, "UTC", whole_day=True))
    rows = [_figures_row(one) for one in made.members[:limit]]
    columns = ["name", "conversations", "open_now", "answered", "unanswered", "within_target", "past_target"]
    print_rows(rows, as_json=as_json, columns=columns)
    if not as_json:
        click.echo("\n" + say("member_figures_reading"))


def _figures_row(one: MemberFigures) -> Row:
    return {
        "id": one.member_id,
        "name": one.name,
        "conversations": one.load.conversations,
        "open_now": one.load.open_now,
        "on_duty": one.load.on_duty,
        "danger_or_criticism": one.load.hard,
        "waits": one.waits,
        "answered": one.answered,
        "unanswered": one.waiting + one.closed_without_reply,
        "closed_without_reply": one.closed_without_reply,
        "within_target": one.within_target,
        "past_target": one.past_target,
        "median_answered": one.lengths.answered["median"],
        "median_all": one.lengths.all["median"],
        "median_answered_staffed": one.staffed.answered["median"],
        "median_all_staffed": one.staffed.all["median"],
    }


def _row(member: Member) -> Row:
    return {
        "id": member.id,
        "email": member.email,
        "name": member.name,
        "roles": sorted(member.roles),
        "language": member.language,
        "created_at": member.created_at,
        "deactivated_at": member.deactivated_at,
    }
