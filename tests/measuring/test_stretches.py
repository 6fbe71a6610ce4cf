"""The definition of a wait, by example and by property."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from inbox.measuring.stretches import Answer, Unit, derive

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def unit(number: int, minutes: float, *, received: float | None = None) -> Unit:
    return Unit(number, number, at(minutes), at(minutes if received is None else received))


def seen(number: int, minutes: float, up_to: int, *, substantive: bool = True) -> Answer:
    return Answer(number, at(minutes), up_to, substantive)


def native(number: int, minutes: float) -> Answer:
    return Answer(number, at(minutes), None, True)


def lengths(units: list[Unit], answers: list[Answer]) -> list[float | None]:
    return [stretch.seconds for stretch in derive(units, answers)[0]]


def test_a_wait_runs_from_the_oldest_unanswered_comment_to_the_reply() -> None:
    assert lengths([unit(1, 0), unit(2, 10)], [seen(1, 30, 2)]) == [1800.0]


def test_a_reply_answers_only_what_its_writer_had_on_screen() -> None:
    assert lengths([unit(1, 0), unit(2, 10)], [seen(1, 30, 1)]) == [1800.0, None]


def test_a_native_reply_covers_what_was_posted_before_it() -> None:
    assert lengths([unit(1, 0), unit(2, 10), unit(3, 40)], [native(1, 30)]) == [1800.0, None]


def test_a_comment_delivered_late_keeps_the_wait_its_author_had() -> None:
    stretches, unanswered = derive([unit(1, 20), unit(2, 0, received=60)], [seen(1, 30, 1)])
    assert [(s.opened_at, s.seconds) for s in stretches] == [(at(20), 600.0), (at(0), None)]
    assert [u.version_id for u in unanswered] == [2]


def test_an_edit_after_the_answer_opens_a_wait_from_the_edit() -> None:
    edited = Unit(2, 1, at(50), at(51))
    assert lengths([unit(1, 0), edited], [seen(1, 30, 1)]) == [1800.0, None]


def test_a_holding_reply_ends_the_first_response_and_the_substantive_one_is_told_beside() -> None:
    stretches, _ = derive([unit(1, 0)], [seen(1, 5, 1, substantive=False), seen(2, 65, 1)])
    assert [(s.seconds, s.substantive_at) for s in stretches] == [(300.0, at(65))]


def test_a_second_reply_to_nothing_new_makes_no_wait() -> None:
    assert lengths([unit(1, 0)], [seen(1, 5, 1), seen(2, 6, 1)]) == [300.0]


def test_an_authors_clock_ahead_of_the_network_makes_no_negative_wait() -> None:
    assert lengths([unit(1, 10)], [seen(1, 5, 1)]) == [0.0]


_units = st.lists(st.integers(0, 500), min_size=1, max_size=8).map(
    lambda minutes: [unit(number, minute) for number, minute in enumerate(minutes, start=1)]
)
_answers = st.lists(st.tuples(st.integers(0, 500), st.none() | st.integers(1, 8)), max_size=6).map(
    lambda facts: [Answer(n, at(minute), up_to, True) for n, (minute, up_to) in enumerate(facts, start=1)]
)


@given(_units, _answers, st.randoms(use_true_random=False))
def test_no_order_of_delivery_changes_a_wait(units: list[Unit], answers: list[Answer], random: Random) -> None:
    wanted = derive(units, answers)
    random.shuffle(units)
    random.shuffle(answers)
    assert derive(units, answers) == wanted


@given(_units, _answers)
def test_every_comment_is_in_exactly_one_wait_or_unanswered(units: list[Unit], answers: list[Answer]) -> None:
    stretches, unanswered = derive(units, answers)
    uncovered = [u for u in units if not any(answer.covers(u) for answer in answers)]
    assert sorted(u.version_id for u in unanswered) == sorted(u.version_id for u in uncovered)
    assert sum(stretch.closed_at is None for stretch in stretches) == bool(unanswered)
    assert all(stretch.seconds is None or stretch.seconds >= 0 for stretch in stretches)


@given(_units, _answers)
def test_leaving_a_reply_out_never_shortens_what_is_open(units: list[Unit], answers: list[Answer]) -> None:
    if not answers:
        return
    fewer = derive(units, answers[:-1])[1]
    more = derive(units, answers)[1]
    assert {u.version_id for u in more} <= {u.version_id for u in fewer}
