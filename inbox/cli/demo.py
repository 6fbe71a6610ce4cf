"""`inbox demo`: a data folder of its own in which a newcomer is in the middle of a bad buzz."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from pathlib import Path

import click

from config import DEMO_SECRETS, Config
from inbox import clock, members
from inbox.cli.running import application, make_ready, settings
from inbox.members import passwords
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


@click.command()
@click.option("--fresh-wave", is_flag=True, help="Let the bad buzz break out once more, on top of what is there.")
def demo(fresh_wave: bool) -> None:
    """Make a demo in the data folder: members, templates, an account, and a bad buzz that unfolds while you watch.

    A second call changes nothing and prints the sign-ins again. A folder with real accounts is left alone.
    """
    with application(ready=False) as app:
        kept = _made_a_demo(settings(app))
    # The application is opened anew: the folder's secrets are there only now.
    with application() as app:
        config = settings(app)
        if kept.get("let_in") != _fingerprint(kept["password"]):
            for email, (role, name) in MEMBERS.items():
                _let_sign_in(email, role, name, kept["password"])
            kept["let_in"] = _fingerprint(kept["password"])
            _keep(config, kept)
        if fresh_wave or "played_at" not in kept:
            # Imported here, since the second start of a demo needs nothing of it and is to be quick.
            from inbox.cli.wave import set_the_scene

            set_the_scene(config, *list(MEMBERS)[:2], fresh_wave=fresh_wave)
            _keep(config, {**kept, "played_at": clock.to_iso(clock.now())})
        for email in MEMBERS:
            click.echo(say("cli_demo_sign_in", email=email, password=kept["password"]))


def _made_a_demo(config: Config) -> dict[str, str]:
    """Make the folder a demo, unless it is one, and choose the password of its members.

    Returns:
        what `demo.json` holds: the secrets, and the password, which is INBOX_DEMO_PASSWORD, else that of the last time,
        else a random one.

    Raises:
        Problem: `cli_demo_on_real_data`.
    """
    if config.demo:
        before = json.loads((config.data_dir / DEMO_SECRETS).read_text(encoding="utf-8"))
    else:
        from inbox.collecting.accounts import list_accounts

        make_ready(config)
        if members.list_members(OPERATOR) or list_accounts(OPERATOR):
            raise Problem("cli_demo_on_real_data", 409)
        before = {"secret_key": secrets.token_urlsafe(32), "token_keys": secrets.token_hex(32)}
    chosen = os.environ.get("INBOX_DEMO_PASSWORD") or before.get("password") or passwords.generate()
    kept = {**before, "password": chosen}
    if len(chosen) < members.SHORTEST_PASSWORD:
        raise Problem("password_too_short", least=members.SHORTEST_PASSWORD)
    if kept != before or not config.demo:
        _keep(config, kept)
    return kept


def _keep(config: Config, kept: dict[str, str]) -> None:
    _write_privately(config.data_dir / DEMO_SECRETS, json.dumps(kept, indent=2) + "\n")


def _write_privately(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    beside.replace(path)


def _fingerprint(password: str) -> str:
    """What stands for "these members sign in with this password", without the slow check of four hashes."""
    hashes = {member.email: member.password_hash for member in members.list_members(OPERATOR)}
    known = [password, *(hashes.get(email, "") for email in MEMBERS)]
    return hashlib.sha256("\n".join(known).encode()).hexdigest()


def _let_sign_in(email: str, role: Role, name: str, password: str) -> None:
    try:
        member = members.find_member(email)
    except Unknown:
        members.add_member(OPERATOR, email, [role], password=password, name=name, language="")
        return
    if not passwords.matches(member.password_hash, password):
        members.set_password(OPERATOR, member.id, password)
