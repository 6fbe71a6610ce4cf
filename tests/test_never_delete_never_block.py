"""THE RULE, one section per lock: each is tried from many sides, and each holds.

Everything with a database runs three times: on SQLite, on PostgreSQL as a superuser, whom only the triggers stop, and
on PostgreSQL as the role that the documentation asks for.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import click
import httpx
import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, Table, UniqueConstraint, create_engine, delete, inspect, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session, aliased

import inbox
from config import Config
from inbox import clock
from inbox.cli import root
from inbox.collecting import watch
from inbox.connectors.base import Connector, networks
from inbox.connectors.shapes import AccountAccess
from inbox.connectors.x import XConnector
from inbox.connectors.x.rules import NEVER_REQUESTED_SCOPES, REQUESTED_SCOPES
from inbox.extensions import db, writing
from inbox.jobs import Jobs
from inbox.models import (
    Author,
    Base,
    Comment,
    CommentState,
    CommentVersion,
    Member,
    RawPayload,
    Reply,
    Tombstone,
    TombstoneReason,
    TrailRow,
    kept,
    triggers,
)
from inbox.permissions import GRANTS, OPERATOR, SYSTEM, WORKER, Actor, Permission, Refused, Role, never, require
from inbox.trail import record
from inbox.web.access import KeptRule
from tests import attacks, attacks_sql
from tests.answering.stage import Stage
from tests.attacks import OWN_CLIENTS, RAW_REQUESTS, Trap
from tests.connectors.fake_x import running
from tests.connectors.peers_x import access_to
from tests.databases import ENGINES, database, with_roles
from tests.scenes import Scene

SOURCES = Path(inbox.__file__).parent


@pytest.fixture
def pages() -> bool:
    """Routes are one of the locks."""
    return True


@pytest.fixture(params=(*ENGINES, "application"))
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine, or `application` for PostgreSQL as the documented role."""
    return str(request.param)


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path) -> Iterator[str]:
    """A migrated database of the test's own."""
    if engine_name == "application":
        with with_roles() as (_, application):
            yield application
    else:
        with database(engine_name, tmp_path) as url:
            yield url


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[never.Attempt]:
    """What was announced, instead of being written to the trail."""
    seen: list[never.Attempt] = []
    monkeypatch.setattr(never, "_subscribers", [seen.append])
    return seen


# 1. Vocabulary: the permission model has no such word, and none can be brought in at run time.


@pytest.mark.parametrize("verb", sorted(never.FORBIDDEN_VERBS))
@pytest.mark.parametrize("shape", ["{}", "comments:{}", "{}_author", "can{}Reply", "bulk-{}", "{}_{}"])
def test_a_name_with_a_forbidden_verb_is_refused(verb: str, shape: str) -> None:
    name = shape.format(verb.title() if shape == "can{}Reply" else verb, verb)
    with pytest.raises(never.ForbiddenDeed):
        never.refuse_names([name], lock="vocabulary")


@pytest.mark.parametrize(
    "name",
    [
        *("muted", "banning", "deletes", "Blocker", "hiding", "removal", "suppression", "DELETE", "softdelete"),
        *(
            "deletecomment",
            "unblock",
            "shadowbanned",
            "undeleted",
            "blocklisted",
            "d\u0435lete",
            "\uff44elete",
            "del\u200bete",
        ),
    ],
)
def test_inflected_glued_and_disguised_forms_are_seen_through(name: str) -> None:
    with pytest.raises(never.ForbiddenDeed):
        never.refuse_names([name], lock="vocabulary")


@pytest.mark.parametrize(
    "name", ["retire", "disconnect", "deactivate", "withdraw", "urban", "import", "planned", "release", "immutable"]
)
def test_honest_names_pass(name: str) -> None:
    never.refuse_names([name], lock="vocabulary")


def test_permissions_and_roles_hold_no_forbidden_word() -> None:
    for name in (*Permission, *Role):
        assert not never.forbidden_words(name.value)


@given(st.text(max_size=60))
def test_any_text_can_be_read_for_forbidden_words(name: str) -> None:
    assert set(never.forbidden_words(name)) <= set(never.words_of(name))


def test_the_table_of_grants_cannot_be_written_to() -> None:
    attacks_on_it: list[Callable[[Any], object]] = [
        lambda table: table.__setitem__(Role.ADMINISTRATOR, frozenset(Permission)),
        lambda table: table.update({Role.ADMINISTRATOR: frozenset(Permission)}),
        lambda table: table.pop(Role.ADMINISTRATOR),
        lambda table: table[Role.ADMINISTRATOR].add(Permission.COMMENTS_TOMBSTONE),
    ]
    for attack in attacks_on_it:
        with pytest.raises((TypeError, AttributeError)):
            attack(GRANTS)
    with pytest.raises(AttributeError):
        cast("Any", OPERATOR).roles = frozenset(Role)


def test_a_permission_that_is_made_up_is_an_attempt(attempts: list[never.Attempt]) -> None:
    invented = cast("Any", str).__new__(Permission, "comments:delete")
    for permission in ("comments:delete", "*", invented, None):
        for actor in (OPERATOR, SYSTEM, Actor(frozenset(Role), 1, "member:1")):
            with pytest.raises(never.ForbiddenDeed):
                require(actor, cast("Any", permission))
    assert {attempt.lock for attempt in attempts} == {"vocabulary"}


def test_a_role_that_is_made_up_may_nothing() -> None:
    class Boss(Actor):  # type: ignore[misc]
        """Says yes to everything."""

        def may(self, permission: Permission) -> bool:
            return True

    roles: Any = frozenset({"god", "root", "*", cast("Any", str).__new__(Role, "superadministrator")})
    for permission in Permission:
        for actor in (Actor(roles, None, "boss"), Boss(roles, None, "boss")):
            with pytest.raises(Refused):
                require(actor, permission)


def test_even_with_every_role_there_is_nothing_that_deletes() -> None:
    everything = Actor(frozenset(), 1, "member:1")
    object.__setattr__(everything, "roles", frozenset(Role))
    assert {permission for permission in Permission if everything.may(permission)} == set(Permission)
    assert not [permission for permission in Permission if never.forbidden_words(permission)]


# 2. Connector: a class that could is refused when it is declared, and when it learns it later.


@pytest.mark.parametrize("method", ["delete_comment", "hide", "block_author", "muteThread", "report_spam", "_remove"])
def test_a_connector_that_could_is_refused_when_it_is_declared(method: str) -> None:
    for value in (lambda self: None, property(lambda self: None), object()):
        with pytest.raises(never.ForbiddenDeed):
            type("EvilConnector", (Connector,), {"network": "evil", method: value})


class Innocent:
    """Brings a method along."""

    def delete(self) -> None: ...


class Silencing:
    """Keeps the base from hearing of its children."""

    def __init_subclass__(cls) -> None: ...


@pytest.mark.parametrize("bases", [(Innocent, Connector), (Innocent, Silencing, Connector), (Innocent, XConnector)])
def test_a_mix_in_does_not_smuggle_the_method_in(bases: tuple[type, ...]) -> None:
    with pytest.raises(never.ForbiddenDeed):
        type("EvilConnector", bases, {"network": "evil"})
    with pytest.raises(never.ForbiddenDeed):
        type("EvilConnector", (Silencing, Connector), {"network": "evil", "mute": None})


def test_a_connector_learns_nothing_later() -> None:
    for kind in (Connector, *networks().values()):
        with pytest.raises(never.ForbiddenDeed):
            cast("Any", kind).delete_comment = lambda self: None
        assert not [name for name in dir(kind) if never.forbidden_words(name) and not name.startswith("__")]


def test_an_access_holds_no_secret_way_round() -> None:
    """What a connector is given has no setting that would loosen a lock."""
    for name in AccountAccess.__dataclass_fields__:
        assert not never.forbidden_words(name)


# 3. Wire: no SDK and no raw request gets anything out that is not listed. Every destructive method of tweepy is called
# in tests/connectors/test_x_rule.py, those of atproto on a real network in tests/connectors/test_bluesky_rule.py.


@pytest.fixture
def here() -> Iterator[Trap]:
    """The network's own server."""
    with attacks.trap() as server:
        yield server


@pytest.mark.parametrize("kind", sorted(attacks.recorded_deeds()))
def test_every_writing_method_of_the_sdks_was_looked_at(kind: str) -> None:
    """Red after an upgrade: look at what is new, see that it is refused, then put it into the record."""
    found = {**attacks.tweepy_deeds(), **attacks.atproto_deeds()}
    assert found[kind] == attacks.recorded_deeds()[kind]
    assert found.keys() == attacks.recorded_deeds().keys()


def test_no_procedure_of_the_protocol_leaves(here: Trap, attempts: list[never.Attempt]) -> None:
    client = attacks.bluesky_client(here.origin).sdk
    procedures = attacks.atproto_deeds()["atproto procedures"]
    for name in procedures:
        body = {"repo": attacks.DID, "collection": "app.bsky.graph.block", "rkey": "3jui7kd54zh2y"}
        with pytest.raises(never.ForbiddenDeed):
            client.request.post(f"{here.origin}/xrpc/{name}", json=body)
    assert here.seen == []
    assert len(attempts) == len(procedures)


@pytest.mark.parametrize("network", OWN_CLIENTS)
def test_no_raw_request_leaves_through_a_connectors_own_client(
    here: Trap, attempts: list[never.Attempt], network: str
) -> None:
    client = OWN_CLIENTS[network](here.origin)
    places = {"reads": client.reads, "answers": client.answers, "host": here.origin.removeprefix("http://")}
    for number, (method, path, more) in enumerate(RAW_REQUESTS, 1):
        with pytest.raises(never.ForbiddenDeed):
            client.ask(method, here.origin + path.format(**places), **more)
        assert (len(attempts), here.seen) == (number, []), (method, path, more)


@pytest.mark.parametrize("network", OWN_CLIENTS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_leads_to_another_host(here: Trap, network: str, status: int) -> None:
    with attacks.trap() as elsewhere:
        here.location, here.status = f"{elsewhere.origin}/2/tweets/1", status
        client = OWN_CLIENTS[network](here.origin)
        with pytest.raises((requests.TooManyRedirects, httpx.TooManyRedirects)):
            client.ask("GET", here.origin + client.reads)
        with pytest.raises(never.ForbiddenDeed):
            client.ask("GET", elsewhere.origin + client.reads)
        assert (len(here.seen), elsewhere.seen) == (1, [])


DOORS = {
    "aiohttp": set(),
    "atproto.AsyncClient": set(),
    "ftplib": set(),
    "http.client": set(),
    "httpcore": {"connectors/addresses.py", "connectors/transports.py"},
    "httpx": {"connectors/bluesky/presence.py", "connectors/transports.py", "notices/webhook.py"},
    "psycopg": {"live/watching.py"},
    "requests": {"connectors/transports.py", "connectors/x/client.py"},
    "smtplib": {"notices/letters.py"},
    "socket": {"connectors/addresses.py", "serving.py"},
    "telnetlib": set(),
    "tweepy.asynchronous": set(),
    "urllib.request": set(),
    "urllib3": {"connectors/addresses.py", "connectors/transports.py"},
    "websockets": set(),
}
"""What can open a connection, and the files that may import it."""
UNGUARDED_CALLS = {"delete", "get", "head", "options", "patch", "post", "put", "request", "stream", "Session"}


def test_there_is_no_second_door() -> None:
    """No file beside those listed can open a connection, and those make no request past the guard."""
    for path in SOURCES.rglob("*.py"):
        name = path.relative_to(SOURCES).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            for imported in _imports(node):
                for door, files in DOORS.items():
                    assert name in files or not f"{imported}.".startswith(f"{door}."), f"{name} imports {imported}"
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                of, called = ast.unparse(node.func.value), node.func.attr
                if of in {"requests", "httpx"} and name != "connectors/transports.py":
                    assert called not in UNGUARDED_CALLS | {"HTTPTransport", "AsyncClient"}, f"{name}: {of}.{called}"
                    assert called != "Client" or "transport" in {given.arg for given in node.keywords}, name


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)]
    return []


# 4. Scopes: none that moderates is asked for, and a token that carries one is shown.


def test_no_scope_that_could_is_asked_for() -> None:
    assert not [scope for scope in REQUESTED_SCOPES if never.forbidden_words(scope)]
    assert not NEVER_REQUESTED_SCOPES & set(REQUESTED_SCOPES)


@pytest.mark.parametrize("scope", sorted(NEVER_REQUESTED_SCOPES))
def test_a_token_that_could_is_called_over_powered(scope: str) -> None:
    with running() as fake:
        profile = XConnector(access_to(fake, scopes=f"tweet.read tweet.write {scope}")).check()
    assert profile.excess == (scope,)


# 5. Session: the ORM refuses deletes, single and bulk, and no relationship or foreign key takes rows along.


@pytest.fixture
def used(app: Flask, at_start: datetime) -> Scene:
    """Two answered comments of two people, the first behind a tombstone, and a row at least of everything kept."""
    scene = Scene(at_start)
    account = scene.account()
    for author, minutes in (("ines", 0), ("paul", 1)):
        scene.answer(scene.comment(account, author, minutes), minutes + 10)
    with writing() as session:
        for comment_id in (1, 2):
            payload = RawPayload(
                account_id=1, remote_id=f"c{comment_id}", comment_id=comment_id, digest=bytes([comment_id])
            )
            payload.payload, payload.received_at = '{"id": 1}', at_start
            session.add(payload)
        session.add(Tombstone(comment_id=1, reason=TombstoneReason.REMOVED_BY_AUTHOR, at=at_start, by="system"))
        session.flush()
        attacks_sql.fill(session, at_start)
        session.add(Member(email="other@example.org", name="Other", password_hash="!", created_at=at_start))
        record(session, OPERATOR, "account.connected")
        record(session, OPERATOR, "account.disconnected")
    return scene


@pytest.fixture
def untouched(used: Scene, store: Session) -> Iterator[None]:
    """Whatever is tried in between, all that is kept is as it was."""
    before = attacks_sql.contents(store)
    assert all(before.values())
    store.rollback()
    yield
    assert attacks_sql.contents(store) == before


@pytest.mark.parametrize("model", [Comment, CommentVersion, Author, Reply, Tombstone, TrailRow])
def test_the_session_refuses_to_delete_one(untouched: None, store: Session, model: Any) -> None:
    row = store.scalars(select(model)).first()
    store.rollback()
    with pytest.raises(never.ForbiddenDeed), writing() as session:
        session.delete(row)
    refused = store.scalars(select(TrailRow).where(TrailRow.action == "rule.refused")).one()
    assert (refused.actor, '"lock":"session"' in refused.params) == ("system", True)


BULK: list[Callable[[Session], object]] = [
    lambda session: session.execute(delete(Comment)),
    lambda session: session.execute(delete(Comment).where(Comment.id == 1).returning(Comment.id)),
    lambda session: session.execute(delete(cast("Table", Comment.__table__))),
    lambda session: session.execute(delete(cast("Any", aliased(Comment)))),
    lambda session: session.scalars(delete(Author).returning(Author.id)),
    lambda session: session.query(Comment).delete(),
    lambda session: session.query(Comment).filter_by(id=1).delete(synchronize_session=False),
    lambda session: session.query(TrailRow).delete(),
]


@pytest.mark.parametrize("number", range(len(BULK)))
def test_the_session_refuses_to_delete_many(untouched: None, number: int) -> None:
    with pytest.raises(never.ForbiddenDeed), writing() as session:
        BULK[number](session)


def _take_all_grants(session: Session) -> None:
    member = session.get_one(Member, 1)
    member.grants.clear()


AROUND_THE_ORM: list[Callable[[Session], object]] = [
    lambda session: session.connection().execute(delete(cast("Table", Comment.__table__))),
    lambda session: session.connection().exec_driver_sql("DELETE FROM comments"),
    lambda session: session.execute(text("DELETE FROM comments")),
    lambda session: session.execute(select(delete(Comment).returning(Comment.id).cte().c.id)),
    lambda session: session.execute(update(CommentVersion).values(text="I love it")),
    lambda session: session.bulk_update_mappings(cast("Any", Comment), [{"id": 2, "author_id": 1}]),
    _take_all_grants,
    lambda session: setattr(session.get_one(Comment, 2), "remote_id", "never seen"),
]


@pytest.mark.parametrize("number", range(len(AROUND_THE_ORM)))
def test_what_goes_past_the_orm_meets_the_database(untouched: None, store: Session, number: int) -> None:
    with pytest.raises(DatabaseError), writing() as session:
        AROUND_THE_ORM[number](session)


def test_nothing_is_deleted_along_with_something_else(app: Flask) -> None:
    for mapper in Base.registry.mappers:
        for relation in mapper.relationships:
            assert not {"delete", "delete-orphan"} & set(relation.cascade), relation
            assert not relation.passive_deletes, relation
    tables = inspect(db.engine)
    for table in tables.get_table_names():
        for key in tables.get_foreign_keys(table):
            assert not key.get("options", {}).get("ondelete"), (table, key)


# 6. Database: triggers, the authorizer and missing rights refuse what goes past the ORM.


def refused_by(engine: Engine, together: list[str]) -> bool:
    """Whether one of the statements of one transaction was refused."""
    try:
        with engine.begin() as connection:
            for statement in together:
                connection.exec_driver_sql(statement)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def another_program(used: Scene, database_url: str) -> Iterator[Engine]:
    """A connection without the product's care, as the same role."""
    engine = create_engine(database_url)
    yield engine
    engine.dispose()


def test_raw_sql_of_the_application_is_refused_and_written_down(untouched: None, store: Session) -> None:
    through = []
    for statement in attacks_sql.FORBIDDEN_STATEMENTS:
        try:
            with writing() as session:
                session.connection().exec_driver_sql(statement)
            through.append(statement)
        except DatabaseError:
            pass
    assert through == []
    rows = store.scalars(select(TrailRow.params).where(TrailRow.action == "rule.refused")).all()
    assert len(rows) == len(attacks_sql.FORBIDDEN_STATEMENTS)
    assert not [row for row in rows if '"lock":"database"' not in row or "love" in row]


def test_raw_sql_of_another_program_is_refused(untouched: None, another_program: Engine) -> None:
    statements = attacks_sql.FORBIDDEN_STATEMENTS
    assert [one for one in statements if not refused_by(another_program, [one])] == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_the_application_cannot_loosen_its_own_locks(untouched: None, store: Session) -> None:
    engine = cast("Engine", store.get_bind())
    assert [one for one in attacks_sql.LOOSENING_SQLITE if not refused_by(engine, [one])] == []
    assert triggers.faults(store.connection()) == []


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_nothing_is_replaced(used: Scene, another_program: Engine, store: Session) -> None:
    """`OR REPLACE` deletes without asking the triggers of deletion, unless a connection asked for that."""
    statements = [
        *(one for table in kept.KEPT for one in attacks_sql.replacements(Base.metadata.tables[table])),
        *attacks_sql.OVERWRITING,
    ]
    before = attacks_sql.contents(store)
    store.rollback()
    for statement in statements:
        for engine in (another_program, cast("Engine", store.get_bind())):
            refused_by(engine, [statement])
            after = attacks_sql.contents(store)
            assert not [row for table, rows in before.items() for row in rows if row not in after[table]], statement
            store.rollback()


@pytest.mark.parametrize("engine_name", ["postgresql", "application"], indirect=True)
def test_triggers_stop_even_a_superuser(untouched: None, another_program: Engine) -> None:
    statements = attacks_sql.TOGETHER_POSTGRESQL
    assert [one for one in statements if not refused_by(another_program, one)] == []


@pytest.mark.parametrize("engine_name", ["application"], indirect=True)
def test_the_role_of_the_application_cannot_loosen_a_lock(untouched: None, another_program: Engine) -> None:
    statements = attacks_sql.LOOSENING_POSTGRESQL
    assert [one for one in statements if not refused_by(another_program, [one])] == []
    with another_program.connect() as connection:
        assert triggers.faults(connection) == []


def test_the_keys_that_are_guarded_are_all_there_are() -> None:
    for table in kept.KEPT:
        rows = Base.metadata.tables[table]
        found = [tuple(key.columns.keys()) for key in rows.constraints if isinstance(key, UniqueConstraint)]
        found += [tuple(index.columns.keys()) for index in rows.indexes if index.unique]
        assert sorted(found) == sorted(key.columns for key in kept.KEYS.get(table, ())), table


def test_a_text_is_withheld_only_behind_a_tombstone(used: Scene, store: Session) -> None:
    with writing() as session:
        session.execute(update(CommentVersion).where(CommentVersion.comment_id == 1).values(text=None, salt=None))
        session.execute(update(Comment).where(Comment.id == 1).values(state=CommentState.TOMBSTONED))
    version = store.scalars(select(CommentVersion).filter_by(comment_id=1)).one()
    assert (version.text, len(version.digest)) == (None, 32)
    store.rollback()
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(update(CommentVersion).where(CommentVersion.comment_id == 1).values(text="I love it"))
    with pytest.raises(DatabaseError), writing() as session:
        session.execute(update(Comment).where(Comment.id == 1).values(state=CommentState.PRESENT))


def test_every_kept_table_has_its_trigger(app: Flask, store: Session) -> None:
    names = triggers.names(store.get_bind().dialect.name)
    assert {f"never_delete_{table}" for table in kept.KEPT} <= names
    assert triggers.faults(store.connection()) == []


DERIVED = {"huey_counter", "huey_kv", "huey_schedule", "huey_task", "queue_counters", "queue_entries"}
SHORT_LIVED = {"alembic_version", "drafts", "events", "exposures", "member_sessions", "presences", "sign_in_attempts"}
"""Half-written replies, what screens are told, who is at one, and how much hostility a member read are members' own, of
the day or the week; nothing of a critic's."""


def test_every_table_is_kept_or_can_be_made_again(app: Flask) -> None:
    """A new table is put into `KEPT`, or here, where it must be clear why nothing in it can be lost."""
    found = set(inspect(db.engine).get_table_names())
    # SQLite keeps what a full-text table holds in tables of its own, named after it.
    of_index = {table for table in found if table.startswith("fts_findables_")}
    assert found - set(kept.KEPT) - of_index <= DERIVED | SHORT_LIVED | set(kept.DERIVED)


def test_nothing_is_taken_out_of_the_index_of_words(app: Flask, used: Scene) -> None:
    tables = kept.DERIVED if db.engine.dialect.name == "sqlite" else ()
    for table in tables:
        with pytest.raises(DatabaseError), writing() as session:
            session.execute(text(f"DELETE FROM {table}"))


# 7. Routes, commands, jobs and messages: none deletes, and none is named so.


def test_no_route_deletes_hides_or_blocks(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 10
    for rule in rules:
        assert "DELETE" not in (rule.methods or ())
        for name in (rule.rule, rule.endpoint):
            assert not never.forbidden_words(name, figures=True), name


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("/comments/<int:number>/delete", {}),
        ("/comments/<int:number>/hide", {"methods": ["POST"]}),
        ("/authors/<int:number>", {"methods": ["DELETE"]}),
        ("/authors/<int:number>/act", {"endpoint": "authors.block"}),
    ],
)
@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_such_a_route_cannot_be_registered(config: Config, rule: str, more: dict[str, Any]) -> None:
    app = inbox.create_app(config)
    with pytest.raises(never.ForbiddenDeed):
        app.add_url_rule(rule, view_func=lambda number: "", **more)
    with pytest.raises(never.ForbiddenDeed):
        app.url_map.add(KeptRule(rule, **{"endpoint": "act", **more}))


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_a_request_to_delete_is_answered_with_no(app: Flask) -> None:
    client: FlaskClient = app.test_client()
    for rule in app.url_map.iter_rules():
        path = rule.rule.replace("<int:", "<").replace("<path:", "<")
        for part in rule.arguments:
            path = path.replace(f"<{part}>", "1")
        answer = client.delete(path, headers={"X-HTTP-Method-Override": "GET"})
        assert answer.status_code in {400, 401, 302, 403, 404, 405}, path


def commands(group: click.Group, context: click.Context) -> Iterator[str]:
    """The names of all commands and options below `group`."""
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield name
        for parameter in command.params:
            yield from (parameter.name or "", *parameter.opts)
        if isinstance(command, click.Group):
            yield from commands(command, context)


def test_no_command_and_no_option_deletes() -> None:
    names = list(commands(root, click.Context(root)))
    assert {"serve", "collect", "send", "verify"} <= set(names)
    assert not [name for name in names if never.forbidden_words(name, figures=True)]


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_no_job_deletes(app: Flask) -> None:
    names = [str(name).rpartition(".")[2] for name in Jobs(app).huey._registry._registry]
    assert len(names) >= 3
    assert not [name for name in names if never.forbidden_words(name)]


def test_no_message_deletes() -> None:
    """What rings, and what the trail calls a deed: read from every call there is."""
    names = set()
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in {"ring", "record", "tell"}:
                names |= {
                    part.value for part in node.args if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    assert len(names) > 10
    assert not [name for name in names if never.forbidden_words(name)]


# 8. Watch: a comment that vanished outside this inbox is noticed, kept and written down.


@pytest.fixture
def stage(app: Flask, config: Config, at_start: datetime) -> Stage:
    """A demo network with an account on it."""
    return Stage(config.data_dir)


@pytest.mark.parametrize("deed", ["vanish", "somebody_conceals"])
def test_a_comment_that_vanished_is_noticed_and_kept(
    stage: Stage, store: Session, at_start: datetime, deed: str
) -> None:
    stage.comment("ines", "Is it safe?")
    remote_id = store.scalars(select(Comment.remote_id)).one()
    store.rollback()
    getattr(stage.demo, deed)(remote_id)
    with clock.frozen(at_start + timedelta(hours=12)):
        assert watch.look_again(WORKER, stage.account_id).vanished == 1
    comment = store.scalars(select(Comment)).one()
    assert (comment.state, comment.versions[0].text) == (CommentState.VANISHED, "Is it safe?")
    assert store.scalars(select(TrailRow.action).where(TrailRow.action == "comment.vanished")).all()


def test_only_its_author_can_have_it_withheld(stage: Stage, store: Session, at_start: datetime) -> None:
    stage.comment("ines", "Is it safe?")
    remote_id = store.scalars(select(Comment.remote_id)).one()
    store.rollback()
    stage.demo.author_takes_back(remote_id)
    with clock.frozen(at_start + timedelta(hours=12)):
        assert watch.look_again(WORKER, stage.account_id).removed == 1
    comment = store.scalars(select(Comment)).one()
    tombstone = store.scalars(select(Tombstone)).one()
    assert (comment.state, comment.versions[0].text) == (CommentState.TOMBSTONED, None)
    assert (tombstone.reason, tombstone.by) == (TombstoneReason.REMOVED_BY_AUTHOR, "system")
