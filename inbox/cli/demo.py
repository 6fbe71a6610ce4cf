"""`inbox demo`: a data folder of its own in which a newcomer is in the middle of a bad buzz."""

from __future__ import annotations

import json
import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from config import DEMO_SECRETS, Config
from inbox import clock, members
from inbox.answering import starter_templates
from inbox.cli.running import application, make_ready, settings
from inbox.collecting import accounts, collect
from inbox.connectors.demo import scenario
from inbox.connectors.demo.network import DemoNetwork
from inbox.extensions import writing
from inbox.members import passwords
from inbox.models import Purpose
from inbox.permissions import OPERATOR, Role
from inbox.problems import Problem, Unknown
from inbox.words import say

MEMBERS = {
    "cm@example.org": (Role.COMMUNITY_MANAGER, "Camille Morel"),
    "supervisor@example.org": (Role.SUPERVISOR, "Soraya Benali"),
    "admin@example.org": (Role.ADMINISTRATOR, "Adrien Caron"),
    "analyst@example.org": (Role.ANALYST, "Ana Lindqvist"),
}
"""Who signs in to the demo. They are invented."""

SCENARIO = "loupiote"
UNDER_WAY = timedelta(minutes=9)
"""How long ago the bad buzz broke out when the newcomer opens the first page."""


@click.command()
@click.option("--fresh-wave", is_flag=True, help="Let the bad buzz break out once more, on top of what is there.")
def demo(fresh_wave: bool) -> None:
    """Make a demo in the data folder: members, templates, an account, and a bad buzz that unfolds while you watch.

    A second call changes nothing and prints the sign-ins again. A folder with real accounts is left alone.
    """
    with application(ready=False) as app:
        password = _secrets_of(settings(app))
    # The application is opened anew: the folder's secrets are there only now.
    with application() as app:
        config = settings(app)
        for email, (role, name) in MEMBERS.items():
            _let_sign_in(email, role, name, password)
        with writing() as current:
            starter_templates.add_starters(current, OPERATOR)
        _play(config, fresh_wave=fresh_wave)
        for email in MEMBERS:
            click.echo(say("cli_demo_sign_in", email=email, password=password))


def _secrets_of(config: Config) -> str:
    """Make the folder a demo, unless it is one, and choose the password of its members.

    Returns:
        the password: INBOX_DEMO_PASSWORD, else that of the last time, else a random one.
    """
    path = config.data_dir / DEMO_SECRETS
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if config.demo else {}
    if not config.demo:
        make_ready(config)
        if accounts.list_accounts(OPERATOR) or members.list_members(OPERATOR):
            raise Problem("cli_demo_on_real_data", 409)
        kept = {"secret_key": secrets.token_urlsafe(32), "token_keys": secrets.token_hex(32)}
    before = dict(kept)
    kept["password"] = os.environ.get("INBOX_DEMO_PASSWORD") or kept.get("password") or passwords.generate()
    if kept != before:
        _write_privately(path, json.dumps(kept, indent=2) + "\n")
    return str(kept["password"])


def _write_privately(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)


def _let_sign_in(email: str, role: Role, name: str, password: str) -> None:
    try:
        member = members.find_member(email)
    except Unknown:
        members.add_member(OPERATOR, email, [role], password=password, name=name)
        return
    if not passwords.matches(member.password_hash, password):
        members.set_password(OPERATOR, member.id, password)


def _play(config: Config, *, fresh_wave: bool) -> None:
    """Connect the demo account and let the scenario play on it, once, or once more."""
    played = scenario.load(SCENARIO)
    every = [health.account for health in accounts.list_accounts(OPERATOR)]
    known = [account for account in every if account.purpose is Purpose.DEMO]
    if known and not fresh_wave:
        return
    if len(known) < len(every):
        raise Problem("cli_demo_on_real_data", 409)
    DemoNetwork(config.data_dir).play(SCENARIO, start_at=clock.now() - UNDER_WAY)
    account = known[0] if known else accounts.connect_account(OPERATOR, "demo", played.brand, credentials={})
    collect.collect_account(OPERATOR, account.id)
    click.echo(say("cli_demo_account", name=account.name))
