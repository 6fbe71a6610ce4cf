"""What the tests of collecting stand on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from config import Config
from inbox.models import triggers
from inbox.models.kept import KEPT
from inbox.permissions import Actor, Role
from tests.collecting.stage import Stage
from tests.conftest import MakeMember


@pytest.fixture
def stage(app: Flask, config: Config, at_start: datetime) -> Stage:
    """A demo network and its account, at a frozen moment."""
    return Stage(config)


@pytest.fixture
def cm(make_member: MakeMember) -> Actor:
    """A community manager."""
    return make_member(Role.COMMUNITY_MANAGER)


@pytest.fixture
def supervisor(make_member: MakeMember) -> Actor:
    """A supervisor."""
    return make_member(Role.SUPERVISOR)


@pytest.fixture
def administrator(make_member: MakeMember) -> Actor:
    """An administrator."""
    return make_member(Role.ADMINISTRATOR)


@pytest.fixture
def tamper(app: Flask, database_url: str) -> Callable[[str], None]:
    """A function that changes the database behind the product's back, with the triggers taken away meanwhile."""

    def change(statement: str) -> None:
        engine = create_engine(database_url)
        with engine.begin() as connection:
            if connection.dialect.name == "sqlite":
                for name in triggers.names("sqlite"):
                    connection.execute(text(f"DROP TRIGGER {name}"))
            else:
                for table in KEPT:
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            connection.execute(text(statement))
            triggers.lay(connection)
        engine.dispose()

    return change
