"""The demo's templates, its account, the bad buzz that breaks out on it, and what the team has prepared for it."""

from __future__ import annotations

from datetime import timedelta

import click

from config import Config
from inbox import clock
from inbox.answering import starter_templates
from inbox.cli import prepared
from inbox.collecting import accounts, collect
from inbox.connectors.demo import scenario
from inbox.connectors.demo.network import DemoNetwork
from inbox.extensions import writing
from inbox.models import Purpose
from inbox.permissions import OPERATOR
from inbox.problems import Problem
from inbox.words import say

SCENARIO = "loupiote"
UNDER_WAY = timedelta(minutes=9)
"""How long ago the bad buzz broke out when the newcomer opens the first page."""

CRISIS_SINCE = timedelta(hours=24)
"""Since when the crisis counts: the first people of the play wrote the evening before the buzz broke out."""


def set_the_scene(config: Config, cm: str, supervisor: str, *, fresh_wave: bool) -> None:
    """Add what is missing of the templates, the play and the account, or let the play begin once more.

    Args:
        cm: e-mail address of the member who answers.
        supervisor: e-mail address of the one who leads.

    Raises:
        Problem: `cli_demo_on_real_data`: a fresh wave is asked for beside real accounts.
    """
    with writing() as current:
        starter_templates.add_starters(current, OPERATOR)
    every = [health.account for health in accounts.list_accounts(OPERATOR)]
    known = [account for account in every if account.purpose is Purpose.DEMO]
    if fresh_wave and len(known) < len(every):
        raise Problem("cli_demo_on_real_data", 409)
    network, brand = DemoNetwork(config.data_dir), scenario.load(SCENARIO).brand
    if fresh_wave or not network.messages(brand):
        network.play(SCENARIO, start_at=clock.now() - UNDER_WAY)
    account = known[0] if known else accounts.connect_account(OPERATOR, "demo", brand, credentials={})
    collect.collect_account(OPERATOR, account.id)
    prepared.prepare(account, cm, supervisor, clock.now() - CRISIS_SINCE)
    click.echo(say("cli_demo_account", name=account.name))
