"""What pages keep for a moment says what it would say if it were made anew, and goes when it has to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask, g

from inbox import bell, clock, languages
from inbox.answering.presence import Doing, Present
from inbox.answering.queue import QueueRow
from inbox.extensions import writing
from inbox.models import ConversationState, Member
from inbox.permissions import Actor, Role
from inbox.web import kept_markup
from inbox.web.glances import glance
from inbox.web.kept_rows import Beside, shown
from tests.conftest import START, MakeMember

USUAL = QueueRow(
    author_id=1,
    author_name="Ines P.",
    author_identifier="ines",
    followers=12,
    account_id=1,
    account_name="Bambini",
    network="mastodon",
    network_title="Mastodon",
    letter="M",
    conversation_id=1,
    conversation_count=1,
    comment_count=1,
    state=ConversationState.WAITING,
    urgency=2,
    kind="question",
    language="en",
    assignee_id=None,
    assignee_name=None,
    team_id=None,
    team_name=None,
    waiting_since=START - timedelta(minutes=5),
    due_at=START + timedelta(minutes=55),
    last_comment_at=START - timedelta(minutes=5),
    reasons=[],
    excerpt="Is the blue one safe?",
)

OTHERWISE: dict[str, Any] = {
    "author_id": 2,
    "author_name": "Noor <b>",
    "author_identifier": "noor",
    "account_name": "Bambini Support",
    "network_title": "Bluesky",
    "letter": "B",
    "conversation_id": 2,
    "conversation_count": 3,
    "comment_count": 4,
    "state": ConversationState.ANSWERED,
    "urgency": 0,
    "kind": "criticism",
    "language": "it",
    "assignee_name": "Sam",
    "team_name": "Evening",
    "waiting_since": START - timedelta(hours=2),
    "due_at": START - timedelta(minutes=1),
    "last_comment_at": START - timedelta(days=1),
    "reasons": [{"code": "happening_now", "params": {"word": "still on sale"}}],
    "excerpt": None,
}

BESIDE = Beside(selects=True, several_accounts=False, begun=frozenset(), present=[], tags={})
OTHERWISE_BESIDE: dict[str, Any] = {
    "selects": False,
    "several_accounts": True,
    "begun": frozenset({1}),
    "present": [Present(9, "Kim", 1, 1, Doing.TYPING)],
    "tags": {1: ("refund",)},
}


@pytest.fixture
def engine_name() -> str:
    """Nothing here asks the database for more than a member."""
    return "sqlite"


@pytest.fixture
def reading(app: Flask, at_start: object, make_member: MakeMember) -> Iterator[Actor]:
    """A request of a member."""
    actor = make_member(Role.COMMUNITY_MANAGER)
    with app.test_request_context("/queue"):
        g.actor = actor
        g.member = Member(id=actor.member_id, blurs_hostile=False)
        languages.choose("en")
        kept_markup._kept.clear()
        yield actor


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_row_that_differs_in_one_thing_is_made_anew(reading: Actor, name: str) -> None:
    settled: dict[str, Any] = {"state": ConversationState.ANSWERED} if name == "last_comment_at" else {}
    row = USUAL._replace(**settled)
    other = row._replace(**{name: OTHERWISE[name]})
    list(shown([row], BESIDE))
    said = list(shown([other], BESIDE))
    kept_markup._kept.clear()
    assert said == list(shown([other], BESIDE))


@pytest.mark.parametrize("name", OTHERWISE_BESIDE)
def test_what_stands_beside_a_row_is_part_of_it(reading: Actor, name: str) -> None:
    other = replace(BESIDE, **{name: OTHERWISE_BESIDE[name]})
    before = list(shown([USUAL], BESIDE))
    said = list(shown([USUAL], other))
    kept_markup._kept.clear()
    assert said == list(shown([USUAL], other)) != before


def test_a_row_is_kept_in_each_language(reading: Actor) -> None:
    before = list(shown([USUAL], BESIDE))
    languages.choose("fr")
    assert list(shown([USUAL], BESIDE)) != before


def test_a_row_is_made_once_and_again_when_its_wait_has_grown(reading: Actor) -> None:
    around = Beside(selects=True, several_accounts=False, begun=frozenset(), present=[], tags={})
    first = next(shown([USUAL], around))
    assert next(shown([USUAL], around)) is first
    with clock.frozen(START + timedelta(minutes=1)):
        assert "6\N{NO-BREAK SPACE}min" in next(shown([USUAL], around))
        # What the minute before said is gone: nobody will ask for it any more.
        assert len(kept_markup._kept) == 1


def test_hostile_words_are_covered_for_whom_they_are_to_be_covered(reading: Actor) -> None:
    around = Beside(selects=False, several_accounts=False, begun=frozenset(), present=[], tags={})
    row = USUAL._replace(excerpt="You are all idiots and liars, go to hell")
    assert "veil" not in next(shown([row], around))
    g.member.blurs_hostile = True
    assert "veil" in next(shown([row], around))


def test_no_words_are_kept_once_somebody_is_erased(reading: Actor, store: Any) -> None:
    list(shown([USUAL], Beside(selects=False, several_accounts=False, begun=frozenset(), present=[], tags={})))
    assert kept_markup._kept
    with writing() as current:
        bell.ring(current, "author.erased", author_id=1)
    assert not kept_markup._kept


def test_a_glance_lasts_two_seconds_and_until_the_next_commit_here(reading: Actor) -> None:
    looks: list[int] = []

    def look() -> int:
        looks.append(1)
        return len(looks)

    assert [glance("counted", look) for _ in range(3)] == [1, 1, 1]
    assert glance("counted by somebody else", look) == 2
    with clock.frozen(START + timedelta(seconds=2)):
        # A request has one moment; the next one has another.
        assert glance("counted", look) == 1
        g.pop("glancing")
        assert glance("counted", look) == 3
        with writing() as current:
            current.get(Member, reading.member_id)
        assert glance("counted", look) == 4
