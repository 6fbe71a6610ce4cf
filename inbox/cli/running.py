"""What stands around every command: the application, its database, the reader's language, and errors in one line."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from flask import Flask, g
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from config import Config, ConfigError
from inbox import create_app
from inbox.connectors.failures import ConnectorError
from inbox.extensions import db
from inbox.models import NotNow, schema
from inbox.permissions import OPERATOR, Refused, never
from inbox.problems import Problem
from inbox.trail import refusals
from inbox.words import say

Command = TypeVar("Command", bound=Callable[..., Any])

LANGUAGES = ("en", "fr")


def language() -> str:
    """The language of the terminal: INBOX_LANG, else what the system's variables say, else English."""
    for name in ("INBOX_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        code = os.environ.get(name, "")[:2].lower()
        if code:
            return code if code in LANGUAGES else "en"
    return "en"


@contextmanager
def application(*, ready: bool = True, for_good: bool = False) -> Iterator[Flask]:
    """The application, its context pushed, the operator as who acts.

    Args:
        ready: the database is checked, and on SQLite made when it is empty.
        for_good: what starts serves or works, see `schema.check`.

    Raises:
        click.ClickException: something the reader can do something about, as one sentence.
    """
    try:
        app = create_app(pages=False)
    except ConfigError as error:
        raise click.ClickException(str(error)) from None
    with app.app_context(), force_locale(language()), _no_connection_left(), _one_sentence():
        g.language = language()
        refusals.act_as(OPERATOR)
        if ready:
            make_ready(settings(app), for_good=for_good)
        yield app


def settings(app: Flask) -> Config:
    """The settings of `app`."""
    config: Config = app.config["INBOX"]
    return config


def in_application(command: Command) -> Command:
    """Let a command run inside `application()`."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        with application():
            return command(*args, **kwargs)

    return run  # type: ignore[return-value]


def make_ready(config: Config, *, for_good: bool = False) -> None:
    """Check the application's database; an empty one on SQLite is made first.

    Raises:
        SchemaError: it is too old, has lost a trigger, or, `for_good` outside a demo, is the application's own.
    """
    with db.engine.connect() as connection:
        empty = config.on_sqlite and schema.present(connection) is None
    if empty:
        schema.upgrade(config.database_url)
    with db.engine.connect() as connection:
        schema.check(connection, for_good=for_good and not (config.demo or config.allow_owner))


def sentence(code: str, params: dict[str, object]) -> str:
    """`code` in words; a code from a newer version of the database than this one as it is."""
    try:
        return say(code, **params)
    except KeyError:
        return code


@contextmanager
def _no_connection_left() -> Iterator[None]:
    try:
        yield
    finally:
        db.session.remove()
        db.engine.dispose()


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except Problem as error:
        raise click.ClickException(sentence(error.code, error.params)) from None
    except ConnectorError as error:
        detail = f" ({error.detail})" if error.detail else ""
        raise click.ClickException(sentence(error.code, {}) + detail) from None
    except Refused as refused:
        refusals.write_refused(refused)
        raise click.ClickException(say("cli_refused", permission=refused.permission.value)) from None
    except never.ForbiddenDeed:
        raise click.ClickException(say("refused_by_rule")) from None
    except NotNow as error:
        raise click.ClickException(say("cli_not_now", state=error.state)) from None
    except (ConfigError, schema.SchemaError) as error:
        raise click.ClickException(str(error)) from None
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or [type(error).__name__])[0]
        raise click.ClickException(say("cli_database_out_of_reach", reason=reason)) from None
