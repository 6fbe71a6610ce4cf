"""Members, their roles, and how they sign in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Literal

import argon2
import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock, members
from inbox.members import passwords, signing_in
from inbox.members.emails import normal_email
from inbox.models import Member, MemberSession, SignInAttempt, TrailRow
from inbox.permissions import OPERATOR, Actor, Permission, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.conftest import MakeMember

STRONG = passwords._hasher
PASSWORD = "correct horse battery"
HERE = {"address": "192.0.2.1", "browser": "a browser"}


class _Hasher(argon2.PasswordHasher):
    """Argon2id with the least work, so that many sign-ins cost no time; it counts what it checks."""

    __slots__ = ("checked", "renews")

    def __init__(self) -> None:
        super().__init__(time_cost=1, memory_cost=8, parallelism=1)
        self.checked = 0
        self.renews = False

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  # As it is called above.
        self.checked += 1
        return super().verify(hash, password)

    def check_needs_rehash(self, hash: str | bytes) -> bool:  # noqa: A002  # As it is called above.
        return self.renews or super().check_needs_rehash(hash)


@pytest.fixture(autouse=True)
def hasher(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Hasher]:
    """Cheap hashes in this file."""
    cheap = _Hasher()
    monkeypatch.setattr(passwords, "_hasher", cheap)
    passwords._nobodys_hash.cache_clear()
    yield cheap
    passwords._nobodys_hash.cache_clear()


def test_hashes_take_the_work_that_is_recommended() -> None:
    # RFC 9106, section 4, second recommended option: Argon2id, 64 MiB, 3 passes, 4 lanes.
    assert STRONG.hash("").startswith("$argon2id$v=19$m=65536,t=3,p=4$")


@pytest.fixture
def camille(app: Flask) -> Member:
    """A community manager with a password."""
    return members.add_member(OPERATOR, "Camille@Example.org", [Role.COMMUNITY_MANAGER], password=PASSWORD)[0]


def actions(store: Session) -> list[str]:
    return list(store.scalars(select(TrailRow.action).order_by(TrailRow.seq)))


def fail(times: int, email: str = "camille@example.org", address: str = "192.0.2.1") -> None:
    for _ in range(times):
        with pytest.raises(Problem, match="sign_in_refused"):
            members.sign_in(email, "not the password", address=address, browser="")


def test_a_member_signs_in_with_a_hashed_password(camille: Member, store: Session) -> None:
    assert camille.email == "camille@example.org"
    assert camille.password_hash.startswith("$argon2id$")
    token = members.sign_in(" CAMILLE@example.ORG ", PASSWORD, **HERE)
    row = members.session_of(token)
    assert row is not None
    assert members.actor_of(row.member) == Actor.of_member(camille.id, frozenset({Role.COMMUNITY_MANAGER}))
    assert actions(store) == ["member.added", "member.signed_in"]


def test_the_token_is_nowhere_in_the_database(camille: Member, store: Session) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    row = store.scalars(select(MemberSession)).one()
    assert token not in repr(vars(row))
    assert members.session_of(row.token_hash) is None
    trail = [r.params for r in store.scalars(select(TrailRow))]
    assert not any(token in params or PASSWORD in params or "camille" in params for params in trail)


def test_a_password_typed_with_other_keys_is_the_same(app: Flask) -> None:
    members.add_member(OPERATOR, "e@example.org", [Role.ANALYST], password="déjà-vu-encore")
    assert members.sign_in("e@example.org", "de\u0301ja\u0300-vu-encore", **HERE)


def test_a_random_password_is_returned_and_works(app: Flask) -> None:
    _, password = members.add_member(OPERATOR, "new@example.org", [Role.ANALYST])
    assert len(password) >= members.SHORTEST_PASSWORD
    assert members.sign_in("new@example.org", password, **HERE)


@pytest.mark.parametrize("password", ["", "not the password", PASSWORD + " ", "\ud800", "x" * 100_000])
def test_a_wrong_password_is_refused(camille: Member, password: str) -> None:
    with pytest.raises(Problem, match="sign_in_refused") as refused:
        members.sign_in("camille@example.org", password, **HERE)
    assert refused.value.status == 401


@pytest.mark.parametrize("email", ["nobody@example.org", "", "no address", "\x00\ud800@example.org", "a" * 5_000])
def test_somebody_unknown_costs_as_much_work_and_reads_the_same(app: Flask, email: str, hasher: _Hasher) -> None:
    with pytest.raises(Problem, match="sign_in_refused"):
        members.sign_in(email, PASSWORD, **HERE)
    assert hasher.checked == 1


def test_a_session_ends_when_idle_and_after_the_longest_time(camille: Member, at_start: datetime) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    with clock.frozen(at_start + signing_in.IDLE):
        assert members.session_of(token) is None
    seen_last = at_start
    while seen_last + timedelta(hours=3) < at_start + signing_in.LONGEST:
        seen_last += timedelta(hours=3)
        with clock.frozen(seen_last):
            assert members.session_of(token) is not None
    with clock.frozen(at_start + signing_in.LONGEST):
        assert members.session_of(token) is None


def test_use_is_noted_once_a_minute(camille: Member, store: Session, at_start: datetime) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)

    def noted(seconds: int) -> datetime:
        with clock.frozen(at_start + timedelta(seconds=seconds)):
            assert members.session_of(token) is not None
        store.rollback()
        return store.scalars(select(MemberSession.last_seen_at)).one()

    assert noted(59) == at_start
    assert noted(60) == at_start + timedelta(seconds=60)
    assert noted(61) == at_start + timedelta(seconds=60)


def test_signing_out_ends_the_session_once(camille: Member, store: Session) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    other = members.sign_in("camille@example.org", PASSWORD, **HERE)
    members.sign_out(token)
    members.sign_out(token)
    assert members.session_of(token) is None
    assert members.session_of(other) is not None
    assert actions(store).count("member.signed_out") == 1


def test_a_leaver_is_out_at_once_and_can_be_brought_back(camille: Member, store: Session) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    members.deactivate(OPERATOR, camille.id)
    assert members.session_of(token) is None
    assert not members.actor_of(members.find_member("camille@example.org")).may(Permission.QUEUE_VIEW)
    with pytest.raises(Problem, match="sign_in_refused"):
        members.sign_in("camille@example.org", PASSWORD, **HERE)
    members.reactivate(OPERATOR, camille.id)
    assert members.session_of(token) is None
    assert members.sign_in("camille@example.org", PASSWORD, **HERE)
    assert actions(store).count("member.deactivated") == 1


def test_a_new_password_ends_the_sessions(camille: Member) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    members.set_password(members.actor_of(camille), camille.id, "another long password")
    assert members.session_of(token) is None
    with pytest.raises(Problem, match="sign_in_refused"):
        members.sign_in("camille@example.org", PASSWORD, **HERE)
    assert members.sign_in("camille@example.org", "another long password", **HERE)


def test_all_sessions_can_be_ended(camille: Member, make_member: MakeMember) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    with pytest.raises(Refused):
        members.end_sessions(make_member(Role.SUPERVISOR), camille.id)
    members.end_sessions(members.actor_of(camille), camille.id)
    assert members.session_of(token) is None


def test_guessing_is_slowed_down_per_email(camille: Member, store: Session, at_start: datetime) -> None:
    for number in range(signing_in.FAILURES_PER_EMAIL):
        fail(1, address=f"198.51.100.{number}")
    with pytest.raises(Problem, match="sign_in_throttled") as throttled:
        members.sign_in("camille@example.org", PASSWORD, **HERE)
    assert throttled.value.status == 429
    assert throttled.value.params == {"seconds": int(signing_in.WINDOW.total_seconds())}
    assert actions(store).count("sign_in.throttled") == 1
    with clock.frozen(at_start + signing_in.WINDOW):
        assert members.sign_in("camille@example.org", PASSWORD, **HERE)


def test_guessing_is_slowed_down_per_address(camille: Member, store: Session, at_start: datetime) -> None:
    for number in range(signing_in.FAILURES_PER_ADDRESS):
        fail(1, email=f"somebody{number}@example.org")
    with pytest.raises(Problem, match="sign_in_throttled"):
        members.sign_in("camille@example.org", PASSWORD, **HERE)
    assert members.sign_in("camille@example.org", PASSWORD, address="198.51.100.7", browser="")
    throttled = store.scalars(select(TrailRow).where(TrailRow.action == "sign_in.throttled")).one()
    assert json.loads(throttled.params) == {"scope": "address"}


def test_an_address_that_changes_within_its_own_network_is_one(app: Flask) -> None:
    for number in range(signing_in.FAILURES_PER_ADDRESS):
        fail(1, email=f"somebody{number}@example.org", address=f"2001:db8:1:2::{number:x}")
    with pytest.raises(Problem, match="sign_in_throttled"):
        members.sign_in("one@example.org", PASSWORD, address="2001:db8:1:2:ffff::1", browser="")
    with pytest.raises(Problem, match="sign_in_refused"):
        members.sign_in("one@example.org", PASSWORD, address="2001:db8:1:3::1", browser="")


def test_a_stranger_cannot_keep_a_member_out(camille: Member, at_start: datetime) -> None:
    members.sign_in("camille@example.org", PASSWORD, address="203.0.113.5", browser="")
    fail(signing_in.FAILURES_PER_EMAIL, address="198.51.100.1")
    with pytest.raises(Problem, match="sign_in_throttled"):
        members.sign_in("camille@example.org", PASSWORD, address="198.51.100.1", browser="")
    assert members.sign_in("camille@example.org", PASSWORD, address="203.0.113.5", browser="")


def test_many_guesses_at_once_are_all_counted(camille: Member, app: Flask, store: Session) -> None:
    def guess(number: int) -> str:
        with app.app_context(), pytest.raises(Problem) as refused:
            members.sign_in("camille@example.org", f"guess number {number}", **HERE)
        return refused.value.code

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(guess, range(2 * signing_in.FAILURES_PER_EMAIL)))
    assert codes.count("sign_in_refused") == signing_in.FAILURES_PER_EMAIL
    assert len(store.scalars(select(SignInAttempt)).all()) == signing_in.FAILURES_PER_EMAIL
    assert actions(store).count("sign_in.throttled") == 1


def test_an_outdated_hash_is_renewed(camille: Member, store: Session, hasher: _Hasher) -> None:
    before = camille.password_hash
    hasher.renews = True
    members.sign_in("camille@example.org", PASSWORD, **HERE)
    after = store.scalars(select(Member.password_hash)).one()
    assert after != before
    assert passwords.matches(after, PASSWORD)


@pytest.mark.parametrize(
    ("email", "roles", "password", "code"),
    [
        ("no address", [Role.ANALYST], PASSWORD, "email_invalid"),
        ("two@at@example.org", [Role.ANALYST], PASSWORD, "email_invalid"),
        ("a@example.org", [], PASSWORD, "roles_missing"),
        ("a@example.org", [Role.OPERATOR], PASSWORD, "role_not_for_members"),
        ("a@example.org", [Role.ANALYST], "elevenchars", "password_too_short"),
        ("a@example.org", [Role.ANALYST], "x" * 1001, "password_too_long"),
        ("CAMILLE@example.org", [Role.ANALYST], PASSWORD, "member_exists"),
    ],
)
def test_what_cannot_be_a_member(
    camille: Member, store: Session, email: str, roles: list[Role], password: str, code: str
) -> None:
    with pytest.raises(Problem) as problem:
        members.add_member(OPERATOR, email, roles, password=password)
    assert problem.value.code == code
    assert [member.email for member in store.scalars(select(Member))] == ["camille@example.org"]


@pytest.mark.parametrize("role", [Role.COMMUNITY_MANAGER, Role.SUPERVISOR, Role.APPROVER, Role.ANALYST])
def test_only_administrators_change_members(camille: Member, make_member: MakeMember, role: Role) -> None:
    actor = make_member(role, email="other@example.org")
    for deed in (
        lambda: members.add_member(actor, "new@example.org", [Role.ANALYST]),
        lambda: members.set_roles(actor, camille.id, [Role.ADMINISTRATOR]),
        lambda: members.deactivate(actor, camille.id),
        lambda: members.reactivate(actor, camille.id),
        lambda: members.set_password(actor, camille.id, PASSWORD),
    ):
        with pytest.raises(Refused):
            deed()


def test_roles_count_from_the_next_page_on(camille: Member, store: Session) -> None:
    token = members.sign_in("camille@example.org", PASSWORD, **HERE)
    members.set_roles(OPERATOR, camille.id, [Role.SUPERVISOR, Role.ANALYST])
    members.set_roles(OPERATOR, camille.id, [Role.SUPERVISOR])
    members.set_roles(OPERATOR, camille.id, [Role.SUPERVISOR])
    row = members.session_of(token)
    assert row is not None
    assert members.actor_of(row.member).roles == {Role.SUPERVISOR}
    assert actions(store).count("member.roles_set") == 2


def test_the_last_administrator_stays(make_member: MakeMember) -> None:
    first, second = (make_member(Role.ADMINISTRATOR, email=f"{n}@example.org") for n in ("a", "b"))
    assert first.member_id is not None
    assert second.member_id is not None
    members.deactivate(first, second.member_id)
    with pytest.raises(Conflict, match="last_administrator"):
        members.deactivate(first, first.member_id)
    with pytest.raises(Conflict, match="last_administrator"):
        members.set_roles(first, first.member_id, [Role.ANALYST])
    members.set_roles(first, first.member_id, [Role.ADMINISTRATOR, Role.ANALYST])


def test_two_administrators_cannot_let_each_other_go_at_once(app: Flask, make_member: MakeMember) -> None:
    pair = [make_member(Role.ADMINISTRATOR, email=f"{n}@example.org") for n in ("a", "b")]

    def let_go(numbers: tuple[int, int]) -> bool:
        with app.app_context():
            try:
                members.deactivate(pair[numbers[0]], pair[numbers[1]].member_id or 0)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(let_go, [(0, 1), (1, 0)])) == [False, True]


def test_languages(camille: Member, store: Session) -> None:
    members.set_language(members.actor_of(camille), "fr")
    assert members.find_member("camille@example.org").language == "fr"
    with pytest.raises(Problem, match="language_unknown"):
        members.set_language(members.actor_of(camille), "xx")
    with pytest.raises(Unknown):
        members.set_language(OPERATOR, "fr")


@given(st.text())
def test_any_text_is_an_address_that_stays_itself_or_none(text: str) -> None:
    email = normal_email(text)
    assert email is None or (email == normal_email(email.upper()) or email != email.upper().lower())
    assert email is None or ("@" in email and len(email) <= 254 and email.isprintable())
