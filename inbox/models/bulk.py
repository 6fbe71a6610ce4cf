"""Many rows in one statement, prepared once: what decides how many comments a second can be stored.

SQLAlchemy's own bulk forms build their parameters row by row and render lists of identifiers anew for each length.
Here SQLite gets one `executemany` of plain tuples, PostgreSQL one INSERT over arrays, and a list of identifiers is one
parameter on both, so that statements stay prepared.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Dialect,
    Table,
    Text,
    bindparam,
    column,
    func,
    select,
    table,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

from inbox.models.base import UtcTime

Row = Sequence[Any]
_Bind = Callable[[Any], Any] | None

_REMEMBERED = 5_000
"""How many bound times are remembered: a page writes the same few moments into many rows of many tables."""


class Rows:
    """An INSERT into some columns of a table, whose rows come as tuples in the order of the columns.

    Args:
        table: where the rows go.
        columns: names, in the order of the table; a column left out gets NULL, or the next id.
        once: a row whose unique key is taken is passed over; otherwise it is an error.
    """

    def __init__(self, table: Any, *columns: str, once: bool = False) -> None:
        assert isinstance(table, Table)
        self._table = table
        self._columns = columns
        self._once = once
        self._on_sqlite = cache(self._prepare_sqlite)
        self._on_postgresql = cache(self._prepare_postgresql)

    def store(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert `rows`.

        Raises:
            sqlalchemy.exc.IntegrityError: a unique key is taken. In kept tables SQLite's trigger against REPLACE
                passes over such a row instead, and what refers to it fails.
        """
        if not rows:
            return
        columns = zip(*rows, strict=True)
        if connection.dialect.name == "sqlite":
            statement, binds = self._on_sqlite(connection.dialect)
            bound = [column if bind is None else map(bind, column) for column, bind in zip(columns, binds, strict=True)]
            connection.exec_driver_sql(statement, list(zip(*bound, strict=True)))
        else:
            values = {f"p{number}": list(column) for number, column in enumerate(columns)}
            connection.execute(self._on_postgresql(), values)

    def _prepare_sqlite(self, dialect: Dialect) -> tuple[str, tuple[_Bind, ...]]:
        columns = [each for each in self._table.c if each.name in self._columns]
        if [each.name for each in columns] != list(self._columns):
            raise ValueError(f"the columns of {self._table.name} are not named in the order of the table")
        # Without the table's own defaults: a column that is left out is the database's to fill.
        bare = table(self._table.name, *(column(each.name, each.type) for each in columns))
        statement = sqlite.insert(bare).values({each.name: bindparam(each.name) for each in columns})
        if self._once:
            statement = statement.on_conflict_do_nothing()
        compiled = statement.compile(dialect=dialect, column_keys=list(self._columns))
        return str(compiled), tuple(_bind_of(column.type, dialect) for column in columns)

    def _prepare_postgresql(self) -> Any:
        columns = [self._table.c[name] for name in self._columns]
        arrays = [
            bindparam(f"p{number}", type_=ARRAY(column.type, dimensions=1)) for number, column in enumerate(columns)
        ]
        given = func.unnest(*arrays).table_valued(*self._columns).render_derived()
        picked = select(*(given.c[name] for name in self._columns))
        statement = postgresql.insert(self._table).from_select(list(self._columns), picked)
        return statement.on_conflict_do_nothing() if self._once else statement


def _bind_of(of: TypeEngine[Any], dialect: Dialect) -> _Bind:
    return _time_bind(dialect) if isinstance(of, UtcTime) else of.dialect_impl(dialect).bind_processor(dialect)


@cache
def _time_bind(dialect: Dialect) -> _Bind:
    bind = UtcTime().dialect_impl(dialect).bind_processor(dialect)
    return bind and lru_cache(_REMEMBERED)(bind)


def take_ids(connection: Connection, table: Any, count: int) -> list[int]:
    """The next `count` ids of `table`, ascending, for rows that this transaction inserts.

    On SQLite the write transaction keeps every other writer out; on PostgreSQL they come from the table's sequence.
    """
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        last = connection.execute(_last_id(table)).scalar_one()
        return list(range(last + 1, last + count + 1))
    rows = connection.execute(_NEXT_IDS, {"sequence": f"{table.name}_id_seq", "count": count}).scalars()
    return sorted(rows)


@cache
def _last_id(table: Table) -> Any:
    return select(func.coalesce(func.max(table.c.id), 0))


_NEXT_IDS = text("SELECT nextval(CAST(:sequence AS regclass)) FROM generate_series(1, :count)")


_PLANNED_FOR = 12
"""A plan that is kept counts on ten values. PostgreSQL thinks that a new one for fewer is worth making each time, which
takes longer than to read the rows."""


class _ListOf(TypeDecorator[Any]):
    """A list as one parameter: an array on PostgreSQL, JSON text on SQLite."""

    impl = Text
    cache_ok = True

    def __init__(self, item: TypeEngine[Any]) -> None:
        super().__init__()
        self.item = item

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """The type the driver sees."""
        return dialect.type_descriptor(ARRAY(self.item) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """The driver's form of the list."""
        if dialect.name != "postgresql":
            return json.dumps(list(value))
        values = list(value)
        # The last one again and again finds nothing more.
        return values + values[-1:] * (_PLANNED_FOR - len(values))


class _Among(FunctionElement[Any]):
    """Has no type, since SQLAlchemy writes `= 1` behind what is boolean, and no index of SQLite serves that."""

    inherit_cache = True
    type = NullType()


@compiles(_Among, "sqlite")
def _among_on_sqlite(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - compiled clauses, no values.


@compiles(_Among, "postgresql")
def _among_on_postgresql(element: _Among, compiler: Any, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY ({values})"


def among(column: Any, values: Collection[int] | Collection[str]) -> ColumnElement[bool]:
    """`column IN (…)` for identifiers, as one parameter whatever their number."""
    return _Among(column, bindparam(None, values, type_=_ListOf(column.type), unique=True))


def among_given(column: Any, name: str) -> ColumnElement[bool]:
    """As `among`, for a statement that is built once: the identifiers come with each execution as parameter `name`."""
    return _Among(column, bindparam(name, type_=_ListOf(column.type)))
