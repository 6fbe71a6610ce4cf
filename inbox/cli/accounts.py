"""`inbox accounts`."""

from __future__ import annotations

from typing import Any

import click

from inbox.cli.hours import hours, round_the_clock
from inbox.cli.output import ROW, Row, json_option, listing, print_object, print_rows
from inbox.cli.running import in_application
from inbox.cli.secrets import from_environment
from inbox.collecting import accounts as room
from inbox.connectors.base import networks
from inbox.connectors.shapes import CredentialField
from inbox.measuring import targets
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.words import say

_URGENCIES = {"any": 2, "press": 1, "danger": 0}
_MINUTES = click.IntRange(1, targets.LONGEST_TARGET // 60)


@click.group()
def accounts() -> None:
    """The brand's accounts on the networks."""


class _Add(click.Command):
    """Learns its options for credentials from the networks, which are only read when it is called."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        names = {field.name for network in networks().values() for field in network.credential_fields}
        options: list[click.Parameter] = []
        for name in sorted(names | {"password"}):
            flag = name.replace("_", "-")
            options.append(click.Option([f"--{flag}"], help="A credential of the network."))
            options.append(
                click.Option([f"--{flag}-env"], metavar="VARIABLE", help="The same, from an environment variable.")
            )
        return [*self.params, *options, *([help_option] if (help_option := self.get_help_option(ctx)) else [])]


@accounts.command(cls=_Add)
@click.argument("network")
@click.option("--identifier", required=True, help="What the account is called on the network.")
@click.option(
    "--service",
    "--base-url",
    "base_url",
    default="",
    help="The server's address, for networks of many servers: https://example.org.",
)
@json_option
@in_application
def add(network: str, identifier: str, base_url: str, as_json: bool, **given: str | None) -> None:
    """Connect an account of NETWORK. The network is asked first; its credentials are stored encrypted.

    `--password` stands for whichever secret the network asks for. Prefer the `-env` options: what is typed on a command
    line can be read by other programs of the machine.
    """
    connector = networks().get(network)
    if connector is None:
        raise Problem("cli_network_unknown", network=network, networks=", ".join(sorted(networks())))
    account = room.connect_account(
        OPERATOR,
        network,
        identifier,
        base_url=base_url,
        credentials=_credentials(network, connector.credential_fields, given),
    )
    facts: Row = {
        "id": account.id,
        "network": account.network,
        "identifier": account.identifier,
        "name": account.name,
        "base_url": account.base_url,
    }
    words = say("cli_account_added", id=account.id, name=account.name, network=connector.title)
    print_object(facts, as_json=as_json, words=words)


@accounts.command(name="list")
@listing
@in_application
def list_(limit: int, as_json: bool) -> None:
    """List the accounts and how well each is collected."""
    rows = [_row(health) for health in room.list_accounts(OPERATOR)[:limit]]
    columns = ["id", "network", "name", "identifier", "state", "last_success_at", "lag_seconds", "quota_remaining"]
    print_rows(rows, as_json=as_json, columns=columns)


@accounts.command()
@click.argument("account_id", metavar="ACCOUNT", type=ROW)
@in_application
def disconnect(account_id: int) -> None:
    """Collect ACCOUNT no longer and send nothing from it; everything that was collected stays."""
    room.disconnect_account(OPERATOR, account_id)
    click.echo(say("cli_account_disconnected", id=account_id))


@accounts.command("targets")
@click.argument("account_id", metavar="ACCOUNT", type=ROW)
@click.option(
    "--urgency",
    type=click.Choice(list(_URGENCIES)),
    default="any",
    show_default=True,
    help="Which comments to set it for.",
)
@click.option("--crisis", is_flag=True, help="Set what holds while a crisis is open over the account.")
@click.option("--first", type=_MINUTES, metavar="MINUTES", help="Set within how long the first answer comes.")
@click.option("--next", "next_", type=_MINUTES, metavar="MINUTES", help="Set within how long later answers come.")
@click.option("--withdraw", is_flag=True, help="Have no target of its own for this any more.")
@listing
@in_application
def targets_(
    account_id: int,
    urgency: str,
    crisis: bool,
    first: int | None,
    next_: int | None,
    withdraw: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Show the targets of ACCOUNT, after setting one where a time is given. Of those that apply the strictest counts;
    they are counted in staffed hours, and whoever waits already keeps theirs."""
    if first is not None or next_ is not None or withdraw:
        case = targets.Case(_URGENCIES[urgency], crisis)
        wanted = targets.NONE if withdraw else targets.Allowed(_in_seconds(first), _in_seconds(next_))
        if not withdraw:
            present = targets.targets_of(OPERATOR, account_id).get(case, targets.NONE)
            wanted = targets.Allowed(wanted.first or present.first, wanted.next or present.next)
        targets.set_targets(OPERATOR, account_id, {case: wanted})
    names = {number: name for name, number in _URGENCIES.items()}
    rows: list[Row] = [
        {
            "urgency": names[case.urgency],
            "crisis": case.in_crisis,
            "first_seconds": allowed.first,
            "next_seconds": allowed.next,
        }
        for case, allowed in targets.targets_of(OPERATOR, account_id).items()
    ]
    print_rows(rows[:limit], as_json=as_json, columns=list(rows[0]))


def _in_seconds(minutes: int | None) -> int | None:
    return None if minutes is None else minutes * 60


accounts.add_command(hours)
accounts.add_command(round_the_clock)


def _credentials(network: str, fields: tuple[CredentialField, ...], given: dict[str, str | None]) -> dict[str, str]:
    """What was given for the network's fields.

    Raises:
        Problem: `cli_credential_missing`, `cli_credential_not_asked`, `cli_variable_missing`.
    """
    values = {name: value for name, value in given.items() if value is not None and not name.endswith("_env")}
    for name, variable in given.items():
        if variable is not None and name.endswith("_env"):
            values[name.removesuffix("_env")] = from_environment(variable)
    names = [field.name for field in fields]
    secrets = [field.name for field in sorted(fields, key=lambda field: not field.required) if field.secret]
    if "password" in values and "password" not in names and secrets:
        values.setdefault(secrets[0], values.pop("password"))
    for name in values:
        if name not in names:
            raise Problem("cli_credential_not_asked", network=network, option=_option(name))
    for field in fields:
        if field.required and not values.get(field.name):
            raise Problem("cli_credential_missing", network=network, option=_option(field.name))
    return values


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _row(health: Any) -> Row:
    account = health.account
    return {
        "id": account.id,
        "network": account.network,
        "name": account.name,
        "identifier": account.identifier,
        "base_url": account.base_url,
        "purpose": account.purpose,
        "state": health.state,
        "last_success_at": account.last_success_at,
        "next_collection_at": account.next_collection_at,
        "lag_seconds": health.lag_seconds,
        "quota_remaining": account.quota_remaining,
        "quota_limit": account.quota_limit,
        "quota_reset_at": account.quota_reset_at,
        "token_expires_at": account.token_expires_at,
        "excess_scopes": account.excess_scopes,
        "last_error": account.last_error_code,
        "received": account.received_count,
        "stored": account.stored_count,
        "known": account.known_count,
        "quarantined": account.quarantined_count,
    }
