"""For whom it counts that they had a conversation: nobody's figures get worse by what was only pushed on them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import aliased
from sqlalchemy.sql.functions import GenericFunction

from inbox import clock
from inbox.models import Assignment, StageRow

KEPT = timedelta(minutes=15)
"""Whoever was given a conversation by somebody else and kept it for so long had time to see it."""


def counts() -> ColumnElement[bool]:
    """Of an assignment: it counts for its member, since they took the conversation themselves, had it on screen or
    wrote in it while it was theirs, or kept it for `KEPT`."""
    after, at_the_time = aliased(Assignment), aliased(Assignment)
    passed_on = (
        select(after.id)
        .where(
            after.conversation_id == Assignment.conversation_id,
            after.id > Assignment.id,
            after.at < _kept_until(Assignment.at),
        )
        .exists()
    )
    passed_on_by_then = (
        select(at_the_time.id)
        .where(
            at_the_time.conversation_id == Assignment.conversation_id,
            at_the_time.id > Assignment.id,
            at_the_time.at <= StageRow.at,
        )
        .correlate(Assignment, StageRow)
        .exists()
    )
    saw = (
        select(StageRow.id)
        .where(
            StageRow.conversation_id == Assignment.conversation_id,
            StageRow.member_id == Assignment.member_id,
            StageRow.at >= Assignment.at,
            ~passed_on_by_then,
        )
        .correlate(Assignment)
        .exists()
    )
    return or_(
        Assignment.by == literal("member:") + cast(Assignment.member_id, String),
        (Assignment.at <= clock.now() - KEPT) & ~passed_on,
        saw,
    )


class _kept_until(GenericFunction[datetime]):  # noqa: N801
    """`KEPT` after a stored time."""

    inherit_cache = True


@compiles(_kept_until)
def _on_postgresql(element: Any, compiler: Any, **options: Any) -> str:
    return f"({compiler.process(element.clauses, **options)} + interval '{int(KEPT.total_seconds())} seconds')"


@compiles(_kept_until, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    # As times are stored, so that they are compared as text.
    at = compiler.process(element.clauses, **options)
    return f"strftime('%Y-%m-%d %H:%M:%f', {at}, '+{int(KEPT.total_seconds())} seconds')"
