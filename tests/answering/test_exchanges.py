"""A talk that goes to and fro, and a critic who only repeats what was answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering import conversations, exchanges
from inbox.permissions import Actor, Role
from tests.answering.stage import member
from tests.scenes import Scene

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def minutes(*numbers: int) -> list[datetime]:
    return [NINE + timedelta(minutes=number) for number in numbers]


@given(st.lists(st.integers(0, 30)), st.lists(st.integers(0, 30)), st.integers(0, 30))
def test_an_exchange_is_something_written_and_what_answers_it(wrote: list[int], replied: list[int], since: int) -> None:
    found = exchanges.exchanges(minutes(*wrote), minutes(*replied), minutes(since)[0])
    answered = {
        min(each for each in replied if each >= comment) for comment in wrote if any(r >= comment for r in replied)
    }
    assert found == len({each for each in answered if each >= since})


def test_three_within_an_hour_are_many_whoever_answered_and_in_whatever_thread(
    store: Session, at_start: datetime
) -> None:
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    scene = Scene(at_start - timedelta(minutes=50))
    account = scene.account()
    for number in range(exchanges.MANY):
        assert exchanges.count_lately(cm, 1) == number
        talk = scene.comment(account, "ines", 10 * number, thread=f"t{number % 2}")
        scene.comment(account, "ines", 10 * number + 1, thread=f"t{number % 2}")
        scene.answer(talk, 10 * number + 2)
        scene.answer(talk, 10 * number + 3)
        scene.answer(talk, 10 * number + 4, automatic=True)
    assert exchanges.count_lately(cm, 1) == exchanges.MANY
    scene.comment(account, "ines", 39)
    other = scene.comment(account, "paul", 40)
    scene.answer(other, 41)
    assert exchanges.count_lately(cm, 1) == exchanges.MANY, "another person's exchange is not theirs"
    with clock.frozen(at_start + timedelta(minutes=13)):
        assert exchanges.count_lately(cm, 1) == exchanges.MANY - 1, "the first is more than an hour old"


def thread(actor: Actor, talk: int) -> exchanges.Repeated | None:
    return exchanges.repeats(conversations.open_conversation(actor, talk).thread)


def test_who_only_repeats_what_was_answered_needs_no_last_word(store: Session, at_start: datetime) -> None:
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    scene = Scene(at_start - timedelta(hours=1))
    account = scene.account()
    talk = scene.comment(account, "ines", 0, "You knew about the blue bottles for weeks and said nothing")
    scene.comment(account, "ines", 5, "You knew about the blue bottles for weeks and said NOTHING!!")
    assert thread(cm, talk) is None, "nobody has answered yet"
    scene.answer(talk, 10)
    assert thread(cm, talk) is None, "they are answered"
    scene.comment(account, "ines", 20, "And when is the refund coming, then?")
    assert thread(cm, talk) is None, "that is new"
    scene.answer(talk, 30)
    scene.comment(account, "ines", 40, "you knew about the blue bottles for weeks, and said nothing.")
    found = thread(cm, talk)
    assert found is not None
    assert found.at == scene.at(5)
    conversations.correct_triage(cm, 4, urgency=0)
    assert thread(cm, talk) is None, "danger is always answered"


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_somebody_else_in_the_thread_repeats_nobody(store: Session, at_start: datetime) -> None:
    cm = member(Role.COMMUNITY_MANAGER, email="cm@example.org")
    scene = Scene(at_start - timedelta(hours=1))
    account = scene.account()
    talk = scene.comment(account, "ines", 0, "You knew about the blue bottles for weeks", thread="t")
    scene.answer(talk, 5)
    other = scene.comment(account, "paul", 10, "You knew about the blue bottles for weeks", thread="t")
    assert thread(cm, other) is None
