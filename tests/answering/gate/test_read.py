"""What the gate promises about any text."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inbox.answering.gate import STARTER_COURTESIES, Outcome, read
from tests.answering.gate.labelled import LANGUAGES, labelled

CLEAR = (
    "We apologise for what happened.",
    "Toutes nos excuses pour ce qui s'est passé.",
    "Our product is at fault, we will refund everyone.",
    "C'est notre faute.",
    "312 customers were affected.",
    "Nous vous indemniserons.",
)
HELD = [one for language in LANGUAGES for one in labelled(language) if one.outcome.held and read(one.text).held]
WORDS = ("hello", "thank you", "for your message", "bonjour", "merci", "de nous avoir contactés", "the shop is open")


@given(st.text(max_size=400))
def test_any_text_is_read_and_spans_index_it(text: str) -> None:
    for finding in read(text).findings:
        assert text[finding.start : finding.end] == finding.sentence
        assert finding.evidence in finding.sentence
        assert finding.outcome is not Outcome.FREE


@given(
    st.lists(st.sampled_from([*CLEAR, "\n", " ", "…", "“", "»", "&nbsp;", "\u200b", "'", "?!", "not ", "(", "4"])).map(
        "".join
    )
)
def test_spans_index_texts_full_of_findings(text: str) -> None:
    for finding in read(text).findings:
        assert text[finding.start : finding.end] == finding.sentence
        assert finding.evidence in finding.sentence


@given(
    st.sampled_from(CLEAR),
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join),
    st.sampled_from([". ", ", ", "\n", "! ", " – "]),
)
def test_benign_words_around_it_free_nothing(clear: str, before: str, after: str, mark: str) -> None:
    assert read(f"{before}{mark}{clear} {after}").held


def bare(text: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFD", text) if not unicodedata.combining(part))


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        bare,
        lambda text: text.replace(" ", "  "),
        lambda text: text.replace("'", "’"),
        lambda text: text.replace("’", "'"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: text.replace("o", "\u043e").replace("e", "\u0435"),
        lambda text: "\u200b".join(text),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: f"🙏 {text} 🙏",
        lambda text: f"@someone {text}",
    ],
    ids=[
        *("upper", "lower", "bare", "doubled", "curly", "straight", "unbroken", "cyrillic", "zero-width", "decomposed"),
        *("emoji", "mention"),
    ],
)
def test_another_way_of_typing_frees_nothing(change: object) -> None:
    assert callable(change)
    freed = [one.text for one in HELD if not read(change(one.text)).held]
    assert not freed


@pytest.mark.parametrize(
    "text",
    [
        "we&#39;re s&shy;orry",
        "s.o.r.r.y",
        "s o r r y",
        "a-p-o-l-o-g-i-e-s",
        "sooooorry",
        "s0rry",
        "$orry",
        "s*rry",
        "so\nrry for the fire",
        "ｗｅ　ａｒｅ　ｓｏｒｒｙ",
        "🅂🄾🅁🅁🅈",
        "🇸 🇴 🇷 🇷 🇾",
        "désolé·e·s",
        "désolé(e)s",
        "d&eacute;sol&eacute;",
        "#NousSommesDésolés",
        "toutes nos exc uses",
        "appologies to all",
        "c'est notre\n\nfaute",
        "it was 😢 our 😢 fault",
        "We say “we are truly sorry” to you all",
        "Sorry for the wait and the broken arm.",
        "Sorry for the wait. We are at fault.",
        "The minister apologised and we apologise too.",
        "We do not comment\nIt was our fault",
        "sorry, but we burned your house",
        "We cannot apologise enough.",
        "Bonjour, we are so sorry, vraiment",
    ],
)
def test_evasions_are_held(text: str) -> None:
    assert read(text).held


@pytest.mark.parametrize(
    "text",
    [
        "You wrote 'we are sorry' and that was kind.",
        "« Toutes nos excuses », a écrit le ministre.",
        "We received your refund request and will answer by 18:00.",
        "Nous avons bien reçu votre demande de remboursement.",
        "Here is our statement: https://example.org/our-apology",
        "We have nothing to apologise for.",
        "Nous regrettons de vous informer que le magasin ferme.",
    ],
)
def test_what_only_sounds_like_it_leaves(text: str) -> None:
    assert not read(text).held


def test_supervisors_keep_the_courtesies() -> None:
    text = "Sorry for the inconvenience."
    assert read(text).outcome is Outcome.APOLOGY
    assert read(text, courtesies=(*STARTER_COURTESIES, "SORRY for the  inconvenience")).outcome is Outcome.COURTESY
    assert read("Sorry for the wait.", courtesies=()).outcome is Outcome.APOLOGY


@pytest.mark.parametrize("courtesy", STARTER_COURTESIES)
def test_every_starter_courtesy_leaves(courtesy: str) -> None:
    assert read(courtesy.rstrip(" …")).outcome in (Outcome.COURTESY, Outcome.FREE)


def test_the_gravest_outcome_counts_and_each_sentence_is_told() -> None:
    reading = read("Sorry for the wait. We apologise for the noise. It was our fault. See you soon.")
    assert [one.outcome for one in reading.findings] == [Outcome.COURTESY, Outcome.APOLOGY, Outcome.ADMISSION]
    assert reading.outcome is Outcome.ADMISSION
    assert [one.evidence for one in reading.held] == ["apologise", "our fault."]


PIECES = [
    *("a", "! ", "!)", ".\n", "\n ", "« ", '"', "'a ", "1 111 ", "&amp;", "&", "so-", "sor ry ", "es·", "our "),
    *("not our fault ", "you say our fault ", "we have been our ", "no need to apologise ", "we were wrongly accused "),
    *("sorry for the wait ", "312 customers ", "one two people ", "if our fault ", "s o r r y ", "désolé·e·s "),
    *("\u200b", "[", "#a"),
]


def seconds(text: str) -> float:
    """The least processor time of three readings."""
    times = []
    for _ in range(3):
        begun = time.process_time()
        read(text)
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("piece", PIECES)
def test_time_grows_with_the_length_alone(piece: str) -> None:
    short, long = (piece * (length // len(piece)) for length in (2_500, 10_000))
    read(short)
    # Four times the length takes four times as long; growth with the square would take sixteen times.
    assert seconds(long) < 10 * max(seconds(short), 0.002)


@settings(deadline=None, max_examples=15)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join))
def test_no_mixture_takes_more(piece: str) -> None:
    assume(piece.strip())
    short, long = (piece * (length // len(piece)) for length in (2_500, 10_000))
    assert seconds(long) < 10 * max(seconds(short), 0.002)
