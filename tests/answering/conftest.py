"""What the tests of answering stand on."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask import Flask

from config import Config
from inbox.permissions import Actor, Role
from tests.answering.stage import Stage, member


@pytest.fixture
def stage(app: Flask, config: Config, at_start: datetime) -> Stage:
    """A demo network and its account, at a frozen moment."""
    return Stage(config.data_dir)


@pytest.fixture
def cm(stage: Stage) -> Actor:
    """A community manager."""
    return member(Role.COMMUNITY_MANAGER, email="cm@example.org")


@pytest.fixture
def supervisor(stage: Stage) -> Actor:
    """A supervisor."""
    return member(Role.SUPERVISOR, email="supervisor@example.org")
