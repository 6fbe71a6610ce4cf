"""What a member reads of hostility is theirs alone: counted once, told to nobody else, and forgotten."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, members
from inbox.members import ReadOfHostility, looking_after
from inbox.models import Exposure, Member, TrailRow
from inbox.permissions import SYSTEM, Actor, Refused, Role
from tests.answering.stage import member
from tests.scenes import Scene

PRODUCT = Path(looking_after.__file__).parents[1]


@pytest.fixture
def scene(store: Session, at_start: datetime) -> Scene:
    """A brand with five comments."""
    scene = Scene(at_start - timedelta(hours=1))
    account = scene.account()
    for minute in range(5):
        scene.comment(account, "ines", minute, "You liars")
    return scene


def test_each_comment_counts_once_and_for_its_reader_alone(scene: Scene) -> None:
    karim = member(Role.COMMUNITY_MANAGER, email="karim@example.org")
    lea = member(Role.SUPERVISOR, email="lea@example.org")
    members.note_read(karim, [1, 2, 2])
    members.note_read(karim, [2, 3])
    members.note_read(lea, [1])
    assert members.read_of_hostility(karim, UTC) == ReadOfHostility(3, 3)
    assert members.read_of_hostility(lea, UTC) == ReadOfHostility(1, 1)
    assert members.read_of_hostility(SYSTEM, UTC) == ReadOfHostility(0, 0)


def test_today_begins_at_the_members_own_midnight(scene: Scene, at_start: datetime) -> None:
    karim = member(Role.COMMUNITY_MANAGER, email="karim@example.org")
    members.note_read(karim, [1])
    with clock.frozen(at_start + timedelta(hours=14, minutes=30)):
        assert members.read_of_hostility(karim, UTC) == ReadOfHostility(1, 1)
        assert members.read_of_hostility(karim, ZoneInfo("Europe/Paris")) == ReadOfHostility(0, 1)


def test_it_is_forgotten_after_some_days(scene: Scene, at_start: datetime, store: Session) -> None:
    karim = member(Role.COMMUNITY_MANAGER, email="karim@example.org")
    members.note_read(karim, [1])
    with clock.frozen(at_start + timedelta(days=5)):
        members.note_read(karim, [2])
    with clock.frozen(at_start + timedelta(days=7, seconds=1)):
        assert members.read_of_hostility(karim, UTC) == ReadOfHostility(0, 1)
        assert members.forget_what_was_read(SYSTEM) == 0
    with clock.frozen(at_start + looking_after.FORGOTTEN_AFTER + timedelta(seconds=1)):
        assert members.forget_what_was_read(SYSTEM) == 1
    assert store.scalars(select(Exposure.comment_id)).all() == [2]


def test_much_is_much_in_a_day_or_in_a_week() -> None:
    assert not ReadOfHostility(looking_after.MANY_TODAY - 1, looking_after.MANY_THIS_WEEK - 1).is_much
    assert ReadOfHostility(looking_after.MANY_TODAY, 0).is_much
    assert ReadOfHostility(0, looking_after.MANY_THIS_WEEK).is_much


def test_the_trail_tells_nothing_of_it(scene: Scene, store: Session) -> None:
    karim = member(Role.COMMUNITY_MANAGER, email="karim@example.org")
    before = store.scalars(select(TrailRow.seq)).all()
    members.note_read(karim, [1, 2])
    members.set_blurs_hostile(karim, True)
    assert store.get_one(Member, karim.member_id, populate_existing=True).blurs_hostile
    assert store.scalars(select(TrailRow.seq)).all() == before


def test_nothing_but_its_own_file_reads_the_table() -> None:
    readers = {
        str(path.relative_to(PRODUCT))
        for path in PRODUCT.rglob("*.py")
        if "Exposure" in path.read_text() or "exposures" in path.read_text()
    }
    assert readers == {
        "members/looking_after.py",
        "models/__init__.py",
        "models/exposure.py",
        "models/roles.py",
    }
    askers = {
        str(path.relative_to(PRODUCT)) for path in PRODUCT.rglob("*.py") if "read_of_hostility" in path.read_text()
    }
    assert askers == {"members/looking_after.py", "members/__init__.py", "web/veils.py"}


def test_who_sees_no_comments_reads_none(scene: Scene) -> None:
    with pytest.raises(Refused):
        members.note_read(Actor.of_member(1, frozenset({Role.ANALYST})), [1])
    with pytest.raises(Refused):
        members.forget_what_was_read(member(Role.ADMINISTRATOR, email="admin@example.org"))
