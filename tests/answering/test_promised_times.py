"""What a reply says about when we write again is read out of it, in English and in French."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.answering.promised_times import READ, suggested

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 3, 2, 14, 30, tzinfo=PARIS)
"""A Monday afternoon."""

PROMISES = [
    ("We are looking into it and will write again by 18:00.", "2026-03-02 18:00"),
    ("We will write again by 6pm.", "2026-03-02 18:00"),
    ("We’ll get back to you by 6.30 p.m. at the latest.", "2026-03-02 18:30"),
    ("I'll be back with an answer by tomorrow 9am.", "2026-03-03 09:00"),
    ("We do not know yet and will say by tomorrow noon.", "2026-03-03 12:00"),
    ("You will hear from us by Wednesday.", "2026-03-04 18:00"),
    ("You'll have an answer on Monday at 10:15.", "2026-03-09 10:15"),
    ("We will update you within 2 hours.", "2026-03-02 16:30"),
    ("We will let you know in the next 45 minutes.", "2026-03-02 15:15"),
    ("We'll reply within the hour.", "2026-03-02 15:30"),
    ("We will tell you more this evening.", "2026-03-02 20:00"),
    ("We will tell you more by midnight.", "2026-03-03 00:00"),
    ("More by the end of the day.", "2026-03-02 18:00"),
    ("We will write to you again by 9am.", "2026-03-03 09:00"),
    ("We will publish the results on 12 March.", "2026-03-12 18:00"),
    ("We will write again the day after tomorrow.", "2026-03-04 18:00"),
    ("We will say more by 17:00, and you will have a full answer by tomorrow at 10:00.", "2026-03-03 10:00"),
    ("Nous revenons vers vous avant 18 h.", "2026-03-02 18:00"),
    ("Nous revenons vers vous d’ici 18h30.", "2026-03-02 18:30"),
    ("Nous vous répondrons demain midi au plus tard.", "2026-03-03 12:00"),
    ("Nous vous écrirons à nouveau demain à 9 heures.", "2026-03-03 09:00"),
    ("On vous redit ça demain matin.", "2026-03-03 12:00"),
    ("Nous ne savons pas encore ; nous vous dirons ce qu’il en est avant jeudi.", "2026-03-05 18:00"),
    ("Nous revenons vers vous sous 24 h.", "2026-03-03 14:30"),
    ("Nous reviendrons vers vous dans les deux prochaines heures.", "2026-03-02 16:30"),
    ("Vous aurez une réponse dans l’heure.", "2026-03-02 15:30"),
    ("Je reviens vers vous ce soir.", "2026-03-02 20:00"),
    ("Nous vous tiendrons informée cet après-midi.", "2026-03-02 18:00"),
    ("Nous vous donnerons des nouvelles après-demain à 11h.", "2026-03-04 11:00"),
    ("Nous allons vous répondre avant minuit.", "2026-03-03 00:00"),
    ("Nous publierons les résultats le 1er avril.", "2026-04-01 18:00"),
]

NO_PROMISES = [
    "",
    "Thank you for writing to us.",
    "The shop opens at 9:00 tomorrow.",
    "La boutique ouvre demain à 9 h.",
    "The recall concerns boxes sold before 18:00 on Friday.",
    "We will write again.",
    "Nous revenons vers vous.",
    "We will write again to all 312 people.",
    "Nous vous répondrons, comme à 312 autres personnes.",
    "You wrote at 13:00 yesterday.",
    "We will refund 18.50 euros of what you paid.",
    "We will write again today before 13:00.",
]


@pytest.mark.parametrize(("text", "expected"), PROMISES)
def test_a_time_that_is_promised_is_proposed(text: str, expected: str) -> None:
    found = suggested(text, NOW, PARIS)
    assert found is not None
    assert found.strftime("%Y-%m-%d %H:%M") == expected


@pytest.mark.parametrize("text", NO_PROMISES)
def test_nothing_is_proposed_where_nothing_is_promised(text: str) -> None:
    assert suggested(text, NOW, PARIS) is None


def test_the_hour_is_meant_on_the_writers_clock() -> None:
    text = "We will write again by 18:00."
    assert suggested(text, NOW, ZoneInfo("America/New_York")) == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


def test_two_hours_stay_two_hours_when_the_clocks_change() -> None:
    before = datetime(2026, 3, 29, 1, 30, tzinfo=PARIS)
    assert suggested("We will write again within 2 hours.", before, PARIS) == datetime(2026, 3, 29, 2, 30, tzinfo=UTC)


@given(st.text(max_size=200), st.sampled_from([text for text, _ in PROMISES]))
def test_whatever_is_typed_a_proposal_is_still_to_come(noise: str, promise: str) -> None:
    for text in (noise, f"{noise} {promise}", f"{promise}\n{noise}"):
        found = suggested(text, NOW, PARIS)
        assert found is None or (found > NOW and found.tzinfo is not None)


@given(st.text(alphabet="wewillby 0123456789:hapm.", max_size=60))
def test_nothing_that_looks_like_a_time_breaks_it(text: str) -> None:
    found = suggested(f"We will write again by {text}", NOW, PARIS)
    assert found is None or found > NOW


def seconds(text: str) -> float:
    """Of this program alone, the best of several."""
    taken = []
    for _ in range(5):
        began = time.process_time()
        suggested(text, NOW, PARIS)
        taken.append(time.process_time() - began)
    return min(taken)


@pytest.mark.parametrize("words", ["we will ", "nous allons ", "update ", "nous a a "])
def test_eight_times_the_length_takes_nothing_like_its_square(words: str) -> None:
    short, long = (words * (length // len(words)) for length in (READ // 8, READ))
    assert seconds(long) < 24 * seconds(short)


def test_a_very_long_text_takes_no_longer_than_its_beginning() -> None:
    assert seconds("we will " * 20_000) < 4 * seconds("we will " * (READ // 8))


def test_what_comes_after_the_beginning_is_not_read() -> None:
    promise = "We will write again by 18:00."
    assert suggested("a " * (READ // 2 - 20) + promise, NOW, PARIS) is not None
    assert suggested("a " * (READ // 2) + promise, NOW, PARIS) is None
