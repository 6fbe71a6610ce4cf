"""What every application of a run would make anew although it never changes: compiled templates, statements, rules.

Each test has an application and a database of its own; without this a third of the run's time would go into compiling
the same things for each of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Dialect, Engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_MOST_STATEMENTS = 5_000


class _Templates(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_TEMPLATES = _Templates()
_STATEMENTS: Any = LRUCache(_MOST_STATEMENTS)


def share_templates(app: Flask) -> None:
    """Templates that another application of this run has compiled are not compiled for `app` again."""
    app.jinja_env.bytecode_cache = _TEMPLATES


def share_statements(engine: Engine) -> None:
    """Statements that were compiled for another database on the same kind of engine serve `engine` too."""
    engine.update_execution_options(compiled_cache=_STATEMENTS)


def _is_alike(one: Dialect, other: object) -> bool:
    return type(one) is type(other)


def _kind(dialect: Dialect) -> int:
    return hash(type(dialect))


def _share_dialects() -> None:
    """Statements are kept by the dialect they were compiled for: all of a kind are one, since all have one server."""
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        dialect.__eq__ = _is_alike  # type: ignore[method-assign, assignment]
        dialect.__hash__ = _kind  # type: ignore[method-assign, assignment]


def _share_rules() -> None:
    """The function that builds an address depends on the rule's text alone."""
    compiled: dict[Any, Callable[..., tuple[str, str]]] = {}
    compile_builder = Rule._compile_builder

    def remembered(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = (tuple(rule._trace), repr(rule.defaults), append_unknown)
        if key not in compiled:
            compiled[key] = compile_builder(rule, append_unknown)
        return compiled[key]

    Rule._compile_builder = remembered  # type: ignore[method-assign, assignment]


_share_dialects()
_share_rules()
