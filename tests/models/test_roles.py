"""The role of the application on PostgreSQL: enough to do everything the product does, and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import create_engine, inspect, make_url, text

from config import Config
from inbox import clock, verify
from inbox.answering import holds, outbox, queue, replies
from inbox.cli import main, root
from inbox.collecting import accounts, collect, watch
from inbox.connectors.demo.network import DemoNetwork
from inbox.jobs.engine import engine_of
from inbox.measuring import reports
from inbox.measuring.report_rows import ReportQuery
from inbox.models import ReplyState, roles, schema
from inbox.models.kept import KEPT
from inbox.permissions import OPERATOR, WORKER, Role
from tests.answering.stage import member, reply_now, seen
from tests.databases import APPLICATION, OWNER, with_roles


@pytest.fixture
def addresses() -> Iterator[tuple[str, str]]:
    """The owner's and the application's address of one database."""
    with with_roles() as both:
        yield both


@pytest.fixture
def engine_name() -> str:
    """These tests are about one engine."""
    return "postgresql"


@pytest.fixture
def database_url(addresses: tuple[str, str]) -> str:
    """The application's address."""
    return addresses[1]


def fault_at(url: str) -> str | None:
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return roles.faults(connection)
    finally:
        engine.dispose()


def test_the_two_roles_are_two() -> None:
    with pytest.raises(ValueError, match="two roles"):
        roles.role_statements("same", "same")


@pytest.mark.parametrize("name", ["", 'x"; DROP TABLE comments; --', "a'b", "a$$b", "a%b", "é", "x" * 64])
def test_a_name_that_could_be_more_than_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="Latin letters"):
        roles.role_statements(OWNER, name)
    with pytest.raises(ValueError, match="Latin letters"):
        roles.right_statements(name)


def test_the_documented_role_is_fit_and_the_others_are_not(addresses: tuple[str, str], tmp_path: Path) -> None:
    owner, application = addresses
    superuser = make_url(owner).set(username="postgres").render_as_string()
    assert fault_at(application) is None
    assert "owns the table" in str(fault_at(owner))
    assert "a superuser" in str(fault_at(superuser))
    assert fault_at(f"sqlite:///{tmp_path / 'any.sqlite'}") is None


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (f"GRANT DELETE ON comments TO {APPLICATION}", "may DELETE comments"),
        (f"GRANT TRIGGER ON trail TO {APPLICATION}", "may TRIGGER trail"),
        (f"GRANT TRUNCATE ON waits TO {APPLICATION}", "may TRUNCATE waits"),
        ("GRANT DELETE ON authors TO PUBLIC", "may DELETE authors"),
        (f"ALTER TABLE comments OWNER TO {APPLICATION}", "owns the table comments"),
        (f"ALTER FUNCTION inbox_never() OWNER TO {APPLICATION}", "may rewrite the function inbox_never"),
        (f"ALTER SCHEMA public OWNER TO {APPLICATION}", "owns the schema"),
        ("ALTER DATABASE {database} OWNER TO " + APPLICATION, "owns the schema"),
        (f"GRANT {OWNER} TO {APPLICATION}", "owns the table"),
    ],
)
def test_each_right_too_many_is_named(addresses: tuple[str, str], given: str, why: str) -> None:
    superuser = make_url(addresses[0]).set(username="postgres")
    engine = create_engine(superuser)
    with engine.begin() as connection:
        connection.execute(text(given.format(database=superuser.database)))
    try:
        assert why in str(fault_at(addresses[1]))
    finally:
        # Membership of a role is not the database's own, but that of the whole server.
        with engine.begin() as connection:
            connection.execute(text(f"REVOKE {OWNER} FROM {APPLICATION}"))
        engine.dispose()


def test_rows_leave_only_the_tables_that_are_named(app: Flask, addresses: tuple[str, str]) -> None:
    engine = create_engine(addresses[1])
    with engine.connect() as connection:
        found = {
            table
            for table in inspect(connection).get_table_names()
            if connection.execute(
                text("SELECT has_table_privilege(:table, 'DELETE') OR has_table_privilege(:table, 'TRUNCATE')"),
                {"table": table},
            ).scalar()
        }
    engine.dispose()
    assert found == roles.EMPTIED
    assert not found & set(KEPT)


def test_a_table_of_a_later_version_can_be_filled_and_read_but_not_emptied(addresses: tuple[str, str]) -> None:
    owner, application = map(create_engine, addresses)
    with owner.begin() as connection:
        connection.execute(text("CREATE TABLE later (id bigserial PRIMARY KEY, word text)"))
    with application.begin() as connection:
        connection.execute(text("INSERT INTO later (word) VALUES ('x')"))
        assert connection.execute(text("SELECT word FROM later")).scalar() == "x"
    with application.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.execute(text("DELETE FROM later"))
    for engine in (owner, application):
        engine.dispose()


def test_a_migration_gives_the_rights_anew(addresses: tuple[str, str]) -> None:
    owner, application = addresses
    engine = create_engine(owner)
    with engine.begin() as connection:
        connection.execute(text(f"REVOKE ALL ON comments FROM {APPLICATION}"))
        connection.execute(text(f"GRANT DELETE ON trail TO {APPLICATION}"))
    engine.dispose()
    assert "may DELETE trail" in str(fault_at(application))
    schema.upgrade(owner, application)
    assert fault_at(application) is None
    engine = create_engine(application)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM comments")).scalar() == 0
    engine.dispose()


def test_only_what_serves_is_held_to_the_role(addresses: tuple[str, str]) -> None:
    owner, application = map(create_engine, addresses)
    with application.connect() as connection:
        schema.check(connection, for_good=True)
    with owner.connect() as connection:
        schema.check(connection)
        with pytest.raises(schema.SchemaError, match=r"owns the table.*INBOX_ALLOW_OWNER=1"):
            schema.check(connection, for_good=True)
    for engine in (owner, application):
        engine.dispose()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_the_commands_that_go_on_refuse_the_owner(
    addresses: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
) -> None:
    started: list[object] = []
    monkeypatch.setattr("inbox.serving.serve", lambda _config, listener, **_more: started.append(listener.close()))
    monkeypatch.setattr("inbox.jobs.run_worker", started.append)
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("INBOX_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("INBOX_DATABASE_URL", addresses[0])
    monkeypatch.setenv("INBOX_SECRET_KEY", "a secret of the tests")
    monkeypatch.delenv("INBOX_ALLOW_OWNER", raising=False)
    with pytest.raises(SystemExit) as ended:
        main([command])
    told = capsys.readouterr().err
    assert (ended.value.code, started) == (1, [])
    assert told.count("\n") == 1
    assert "owns the table" in told
    assert "inbox roles" in told


def test_it_is_told_to_start_all_the_same_by_one_setting_only() -> None:
    assert not Config.from_environment({"INBOX_ALLOW_OWNER": "yes"}).allow_owner
    assert Config.from_environment({"INBOX_ALLOW_OWNER": "1"}).allow_owner


def test_the_command_prints_what_makes_the_roles() -> None:
    done = CliRunner().invoke(root, ["roles", "--owner", "o", "--application", "a"])
    assert done.exit_code == 0
    assert done.output.splitlines() == [f"{statement};" for statement in roles.role_statements("o", "a")]
    assert CliRunner().invoke(root, ["roles", "--owner", "o", "--application", "o"]).exit_code == 2


def test_the_whole_main_job_is_done_as_that_role(app: Flask, config: Config, at_start: datetime) -> None:
    demo = DemoNetwork(config.data_dir)
    demo.open_stage("gobelune", "Gobelune")
    account = accounts.connect_account(OPERATOR, "demo", "gobelune", credentials={})
    wrote = [demo.write("gobelune", author, "Is it safe?") for author in ("ines", "paul", "noor")]
    assert collect.collect_account(WORKER, account.id).stored == 3
    cm, supervisor = (
        member(Role.COMMUNITY_MANAGER, email="cm@example.org"),
        member(Role.SUPERVISOR, email="s@example.org"),
    )
    rows = queue.page(cm, queue.QueueFilters(), None).rows
    assert len(rows) == 3
    first = rows[0].conversation_id
    reply = replies.write(cm, first, "It is safe.", form_key="a" * 32, seen_up_to=seen(first))
    holds.hold(cm)
    holds.release(supervisor)
    assert outbox.send_due(WORKER).sent == 1
    assert reply_now(reply.id).state is ReplyState.SENT
    demo.vanish(wrote[1])
    demo.author_takes_back(wrote[2])
    with clock.frozen(at_start + timedelta(hours=1)):
        report = watch.look_again(WORKER, account.id)
        assert (report.removed, report.vanished) == (1, 1)
        figures = reports.response_times(supervisor, ReportQuery(at_start - timedelta(days=1), clock.now()))
    assert figures is not None
    assert verify.verify(OPERATOR) is None
    assert accounts.disconnect_account(OPERATOR, account.id).disconnected_at is not None


def test_jobs_are_rung_for_and_done_as_that_role(app: Flask, config: Config) -> None:
    huey = engine_of(config)
    done: list[int] = []
    task = huey.task(name="note")(done.append)
    task(7)
    waiting = huey.dequeue()
    huey.execute(waiting)
    assert done == [7]
    assert huey.dequeue() is None
    huey.storage.close()
