"""Many rows in one statement, prepared once: the part of ingest that decides how many comments a second it takes.

SQLite gets one `executemany`, PostgreSQL one INSERT over arrays. A row that is there already is left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Connection, Dialect, Table, bindparam, func, select, text
from sqlalchemy.dialects import postgresql, sqlite

Row = Sequence[Any]
_Bind = Callable[[Any], Any] | None


class Rows:
    """An INSERT into some columns of a table, whose rows come as tuples in the order of the columns.

    Args:
        table: where the rows go.
        columns: names; a column left out gets the database's NULL, so that all others have to be named.
    """

    def __init__(self, table: Any, *columns: str) -> None:
        assert isinstance(table, Table)
        self._table = table
        self._columns = columns
        self._on_sqlite = cache(self._prepare_sqlite)
        self._on_postgresql = cache(self._prepare_postgresql)

    def store(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Insert `rows`; those whose unique key is taken are passed over."""
        if not rows:
            return
        if connection.dialect.name == "sqlite":
            statement, binds = self._on_sqlite(connection.dialect)
            connection.exec_driver_sql(statement, list(zip(*_bound(rows, binds), strict=True)))
        else:
            columns = zip(*rows, strict=True)
            values = {f"p{number}": list(column) for number, column in enumerate(columns)}
            connection.execute(self._on_postgresql(), values)

    def _prepare_sqlite(self, dialect: Dialect) -> tuple[str, tuple[_Bind, ...]]:
        columns = [self._table.c[name] for name in self._columns]
        statement = sqlite.insert(self._table).values({column.name: bindparam(column.name) for column in columns})
        compiled = statement.on_conflict_do_nothing().compile(dialect=dialect, column_keys=list(self._columns))
        by_name = {column.name: column.type.dialect_impl(dialect).bind_processor(dialect) for column in columns}
        order = [column.name for column in self._table.c if column.name in by_name]
        if order != list(self._columns):
            raise ValueError(f"the columns of {self._table.name} are named in the order of the table: {order}")
        return str(compiled), tuple(by_name[name] for name in order)

    def _prepare_postgresql(self) -> Any:
        columns = [self._table.c[name] for name in self._columns]
        arrays = [
            bindparam(f"p{number}", type_=ARRAY(column.type, dimensions=1)) for number, column in enumerate(columns)
        ]
        given = func.unnest(*arrays).table_valued(*self._columns).render_derived()
        picked = select(*(given.c[name] for name in self._columns))
        return postgresql.insert(self._table).from_select(list(self._columns), picked).on_conflict_do_nothing()


def _bound(rows: Sequence[Row], binds: tuple[_Bind, ...]) -> list[Any]:
    return [
        column if bind is None else [bind(value) for value in column]
        for column, bind in zip(zip(*rows, strict=True), binds, strict=True)
    ]


def take_ids(connection: Connection, table: Any, count: int) -> list[int]:
    """The next `count` ids of `table`, ascending, for rows that this transaction inserts.

    On SQLite the write transaction keeps every other writer out; on PostgreSQL they come from the table's sequence.
    """
    if not count:
        return []
    if connection.dialect.name == "sqlite":
        last = connection.execute(_last_id(table)).scalar_one()
        return list(range(last + 1, last + count + 1))
    rows = connection.execute(_NEXT_IDS, {"table": table.name, "count": count}).scalars()
    return sorted(rows)


@cache
def _last_id(table: Table) -> Any:
    return select(func.coalesce(func.max(table.c.id), 0))


_NEXT_IDS = text("SELECT nextval(pg_get_serial_sequence(:table, 'id')) FROM generate_series(1, :count)")
