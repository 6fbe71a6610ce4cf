"""Which words are hostile: those meant to hurt whoever reads them, and never where somebody may be in danger."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.collecting.triage import Urgency, hostile

HURTS = (
    "You are liars!",
    "shut up you clowns",
    "You people are absolute idiots",
    "F**k you and your closed lines",
    "I hope your company goes bankrupt",
    "go to hell",
    "Whoever runs this account is a moron",
    "Vous êtes des menteurs",
    "bande d’incapables",
    "Ferme ta gueule",
    "allez vous faire foutre",
    "CONNARDS",
    "pauvre type, va",
)
CRITICISES = (
    "You knew for weeks and said nothing.",
    "This is the worst service I have ever had. Shame on you.",
    "You treat us like idiots",
    "There was a rat in my soup",
    "I feel like a moron for trusting you",
    "damn good coffee",
    "We went through hell to get a refund",
    "Le service est nul, je suis très en colère",
    "Vous nous prenez pour des idiots",
    "Encore en retard, c’est honteux",
    "J’ai pris une douche froide à cause de vous",
    "Mon chien adore vos croquettes",
    "",
)


@pytest.mark.parametrize("text", HURTS)
def test_insults_are_hostile_and_danger_never_is(text: str) -> None:
    assert hostile(text)
    assert hostile(text.upper())
    for urgency in (Urgency.ACUTE, Urgency.DANGER):
        assert not hostile(text, urgency)


@pytest.mark.parametrize("text", CRITICISES)
def test_hard_criticism_is_not(text: str) -> None:
    assert not hostile(text)


@pytest.mark.parametrize(
    "text",
    ["My son is choking on your toy, you morons", "Mon fils s’étouffe avec votre jouet, bande d’incapables"],
)
def test_words_of_danger_are_read_whatever_urgency_is_stored(text: str) -> None:
    assert not hostile(text, Urgency.NORMAL)


@given(st.text(max_size=400) | st.text(alphabet="fuck*@# you idiots\n", max_size=400))
def test_no_text_does_any_harm(text: str) -> None:
    assert hostile(text) in {True, False}
