"""What every test stands on: a database per test on both engines, an application over it, members, a frozen clock."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from config import Config
from inbox import clock, create_app
from inbox.extensions import db, session, writing
from inbox.models import Member, MemberRole
from inbox.permissions import Actor, Role
from tests.databases import ENGINES, database
from tests.made_once import share_statements, share_templates

TOKEN_KEY = bytes(range(32))
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
"""Where the frozen clock stands: a Monday morning."""


_ON_THE_NETWORK = ("bluesky", "atproto", "on_a_real_network")


class OneNetwork(LoadScopeScheduling):  # type: ignore[misc]
    """Hands tests out one by one, but all that need the AT Protocol network to one program, so that it is installed and
    started once. The marks of `loadgroup` would say so too; xdist 3.8 does not find them with pytest 9.2."""

    def _split_scope(self, nodeid: str) -> str:
        return "atproto" if any(name in nodeid for name in _ON_THE_NETWORK) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> OneNetwork:
    """How tests are handed out to the programs that run them."""
    return OneNetwork(config, log)


@pytest.fixture
def at_start() -> Iterator[datetime]:
    """The clock stands still at `START`."""
    with clock.frozen(START):
        yield START


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine the test runs on: every database test runs on both."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own."""
    with database(engine_name, tmp_path) as url:
        yield url


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Settings as in production, over the test's database."""
    return Config(
        data_dir=tmp_path,
        database_url=database_url,
        migration_database_url=None,
        secret_key="a secret of the tests",
        token_keys=(TOKEN_KEY,),
        private_hosts=("127.0.0.1", "localhost"),
        demo=False,
    )


@pytest.fixture
def pages() -> bool:
    """Whether the application under test answers browsers; most tests do without, and begin sooner."""
    return False


@pytest.fixture
def app(config: Config, pages: bool) -> Iterator[Flask]:
    """The application, with an application context pushed."""
    application = create_app(config, pages=pages)
    application.testing = True
    share_templates(application)
    with application.app_context():
        share_statements(db.engine)
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def store(app: Flask) -> Session:
    """The session of the application context, for reading what a deed left behind."""
    return session()


MakeMember = Callable[..., Actor]


@pytest.fixture
def make_member(app: Flask) -> MakeMember:
    """A factory: `make_member(Role.SUPERVISOR, email="…")` stores a member and returns the actor."""

    def make(*roles: Role, email: str | None = None) -> Actor:
        with writing() as current:
            member = Member(
                email=email or f"{'-'.join(role.value for role in roles)}@example.org",
                name=roles[0].value.replace("_", " ").title(),
                password_hash="!",
                created_at=clock.now(),
            )
            current.add(member)
            current.flush()
            for role in roles:
                current.add(MemberRole(member_id=member.id, role=role, granted_at=clock.now(), granted_by="operator"))
        return Actor.of_member(member.id, frozenset(roles))

    return make


def free_port() -> int:
    """A loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
