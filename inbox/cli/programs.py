"""`inbox serve`, `inbox worker`, `inbox migrate`, `inbox roles`."""

from __future__ import annotations

import logging

import click

from inbox import live
from inbox.cli.running import application, settings
from inbox.connectors.base import networks
from inbox.models import schema
from inbox.models.roles import role_statements
from inbox.words import say


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Where it is reached; put a proxy with TLS before it."
)
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, envvar="PORT", show_envvar=True)
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True, help="Web processes, on PostgreSQL.")
@click.option(
    "--threads", type=click.IntRange(2), default=100, show_default=True, help="Pages each of them makes at once."
)
@click.option(
    "--streams",
    type=click.IntRange(0, 10_000),
    default=live.USUAL_STREAMS,
    show_default=True,
    help="Open screens each of them tells of news at once; further ones ask every few seconds.",
)
def serve(host: str, port: int, processes: int, threads: int, streams: int) -> None:
    """Serve the pages, and work: collect, send, watch. SIGTERM stops both."""
    from inbox import serving

    with application(for_good=True) as app:
        config = settings(app)
        config.require_secret_key()
        try:
            listener = serving.open_port(host, port)
        except serving.PortTaken as error:
            raise click.ClickException(say("cli_port_taken", address=str(error))) from None
        click.echo(say("cli_serving", address=f"http://{host}:{listener.getsockname()[1]}"))
    _log_to_stderr()
    # Every network is loaded once, before the programs are forked off.
    tuple(networks().values())
    serving.serve(config, listener, processes=processes, threads=threads, streams=streams)


@click.command()
def worker() -> None:
    """Only work, beside web servers that run elsewhere (PostgreSQL). SIGTERM stops it."""
    from inbox.jobs import run_worker

    with application(for_good=True) as app:
        settings(app).require_secret_key()
    _log_to_stderr()
    run_worker(app)


@click.command()
def migrate() -> None:
    """Bring the database to this version, as its owner: INBOX_MIGRATION_DATABASE_URL, where that is set."""
    with application(ready=False) as app:
        config = settings(app)
        schema.upgrade(config.migration_database_url or config.database_url, config.database_url)
        click.echo(say("cli_migrated", version=schema.newest()))


@click.command()
@click.option("--owner", default="inbox_owner", show_default=True, help="The role that migrates.")
@click.option("--application", default="inbox_application", show_default=True, help="The role that serves and works.")
def roles(owner: str, application: str) -> None:
    """Print the SQL that makes the two roles of PostgreSQL: run it once, as a superuser, in the empty database."""
    try:
        statements = role_statements(owner, application)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    for statement in statements:
        click.echo(f"{statement};")


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
