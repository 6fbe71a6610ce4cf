"""Replies that say nothing but that we look into it."""

from __future__ import annotations

import pytest

from inbox.answering import gate


@pytest.mark.parametrize(
    "text",
    [
        "We are looking into it.",
        "We’ll get back to you",
        "Hi Ines, we are looking into it and will get back to you as soon as possible. Best regards, Sam",
        "Thanks for your message. We're currently looking into your question. – Sam",
        "@ines ＷＥ are lооking into it",
        "We’ll get back to you by 18:00.",
        "Ines, we are looking into this with our team. Sam",
        "Nous regardons.",
        "Nous revenons vers vous.",
        "Bonjour Inès, nous regardons cela et revenons vers vous dès que possible. Cordialement, L’équipe Loupiote",
        "Bonjour,\nMerci pour votre message. Nous vérifions et nous revenons vers vous avant 18 h.\nLéa",
        "Nous nous renseignons et vous tenons au courant.",
    ],
)
def test_words_that_only_hold(text: str) -> None:
    assert gate.only_holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Thank you!",
        "It is safe.",
        "We are looking into it. Stop using the lamp until then.",
        "We are looking into it: which lamp is it?",
        "We are looking into the cause: the charger heats up.",
        "The lamp is recalled. We will get back to you by 18:00.",
        "Nous regardons. Débranchez la lampe.",
        "Merci, nous avons remplacé votre lampe et revenons vers vous.",
    ],
)
def test_words_that_say_more(text: str) -> None:
    assert not gate.only_holds(text)
