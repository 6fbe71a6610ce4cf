"""A bad buzz of five days, laid down as rows, so that the pictures of a report show one worth showing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import exp
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from flask import Flask

from config import Config
from inbox import clock, create_app, members
from inbox.extensions import session, writing
from inbox.models import Crisis, ReplyKind, schema
from inbox.permissions import OPERATOR, Role
from tests.scenes import Scene

BROKE_OUT = datetime(2026, 3, 2, 7, 5, tzinfo=UTC)
NOW = BROKE_OUT + timedelta(days=4, hours=3)
PARIS = ZoneInfo("Europe/Paris")
ANALYST = "analyst@example.org"
KINDS = ("criticism",) * 5 + ("question",) * 4 + ("praise", "other")
QUERY = "preset=crisis&by=kind&zone=Europe/Paris"


@contextmanager
def reported(password: str) -> Iterator[Flask]:
    """An application in which a crisis is four days old and nearly everybody has an answer."""
    with TemporaryDirectory() as folder:
        data = Path(folder)
        url = f"sqlite:///{data / 'inbox.sqlite'}"
        schema.upgrade(url)
        app = create_app(Config(data, url, None, "a secret for pictures", (bytes(32),), (), True))
        with app.app_context(), clock.frozen(BROKE_OUT):
            members.add_member(OPERATOR, ANALYST, [Role.ANALYST], password=password, name="Ana Lindqvist")
            play(Scene(BROKE_OUT))
        with clock.frozen(NOW):
            yield app


def play(scene: Scene) -> None:
    """People write, most on the first day; from the second day on there are more of us."""
    chance = Random(5)  # noqa: S311 - a picture that is the same every time.
    account = scene.account("Loupiote")
    staff = [scene.member("camille"), scene.member("karim")]
    crisis = scene.crisis(account, 0)
    with writing():
        session().get_one(Crisis, crisis).name = "Loose caps"
    free_at = 30.0
    last = (NOW - BROKE_OUT).total_seconds() / 60
    for number, written in enumerate(_written(chance, last)):
        conversation = scene.comment(
            account, f"person{number}", written, kind=chance.choice(KINDS), urgency=chance.choice((1, 2, 2, 2))
        )
        begun = _at_work(max(written + chance.uniform(2, 9), free_at))
        free_at = begun + (5.2 if begun < 1440 else 2.4) * chance.uniform(0.5, 1.5)
        answered = begun + chance.uniform(2, 12)
        approval = chance.uniform(8, 70) if chance.random() < 0.3 else None
        sent = answered + (approval or 0.2)
        if chance.random() < 0.05 or sent >= last:
            continue
        scene.opened(conversation, begun, chance.choice(staff))
        scene.answer(
            conversation,
            sent,
            member=chance.choice(staff),
            drafted=begun + 1,
            submitted=None if approval is None else answered,
            approved=None if approval is None else sent - 0.2,
            kind=ReplyKind.HOLDING if begun < 300 and chance.random() < 0.3 else ReplyKind.SUBSTANTIVE,
        )


def _written(chance: Random, last: float) -> Iterator[float]:
    """Minutes at which somebody writes: many at first, few at night."""
    minute = 0.0
    while minute < last:
        hour = (BROKE_OUT + timedelta(minutes=minute)).astimezone(PARIS).hour
        awake = 0.12 if hour < 7 else 1.0 if hour < 23 else 0.4
        per_minute = (26 * exp(-minute / 600) + 3) / 60 * awake
        minute += chance.expovariate(per_minute)
        if minute < last:
            yield minute


def _at_work(minute: float) -> float:
    """The same minute, or seven in the morning after it where nobody works."""
    here = (BROKE_OUT + timedelta(minutes=minute)).astimezone(PARIS)
    if 7 <= here.hour < 23:
        return minute
    morning = here.replace(hour=7, minute=0, second=0, microsecond=0)
    if here.hour >= 23:
        morning += timedelta(days=1)
    return (morning - BROKE_OUT).total_seconds() / 60
