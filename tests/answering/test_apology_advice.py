"""What makes an apology work, found and missing, in both languages; and approved words put back where they stood."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.answering import core_repair, cores
from inbox.answering.apology_advice import Element, advise

GOOD_EN = "We apologise: the caps of our bottles came off. We replace every bottle by Friday."
GOOD_FR = (
    "Nous vous présentons nos excuses : le bouchon de nos gourdes s’est détaché. "
    "Nous remplaçons chaque gourde d’ici vendredi."
)
HAPPENED_EN = {"happened": "The caps came off."}
HAPPENED_FR = {"happened": "Le bouchon s’est détaché."}


def found(core: str, situation: dict[str, str] | None = None) -> dict[str, bool]:
    return {hint.element.value: hint.found for hint in advise(core, situation or {})}


@pytest.mark.parametrize(("core", "situation"), [(GOOD_EN, HAPPENED_EN), (GOOD_FR, HAPPENED_FR)])
def test_a_good_one_has_everything(core: str, situation: dict[str, str]) -> None:
    assert found(core, situation) == dict.fromkeys((element.value for element in Element), True)


def test_an_empty_one_is_told_nothing() -> None:
    assert advise(" \n", HAPPENED_EN) == ()


@pytest.mark.parametrize(
    ("core", "words"),
    [
        ("We apologise if anyone was offended.", "if anyone was offended"),
        ("We are sorry to those who may have felt hurt by it.", "to those who may have felt hurt by it"),
        ("We apologise for any inconvenience.", "any inconvenience"),
        ("Nous sommes désolés si certains ont été blessés.", "si certains ont été blessés"),
        ("Nos excuses si cela vous a heurtés.", "si cela vous a heurtés"),
        ("Nous regrettons ces mots qui ont pu choquer.", "ont pu choquer"),
        ("Nos excuses pour les éventuels désagréments.", "éventuels désagréments"),
    ],
)
def test_a_condition_is_shown(core: str, words: str) -> None:
    [hint] = [one for one in advise(core, {}) if one.element is Element.UNCONDITIONAL]
    assert (hint.found, hint.words) == (False, words)


@pytest.mark.parametrize(
    "core",
    [
        "We apologise. If you have one of the bottles, bring it back.".replace("If you", "Whoever"),
        "We apologise for the cuts that three children had.",
        "Nous vous présentons nos excuses. Le bouchon cassé coupe.",
    ],
)
def test_without_a_condition_none_is_found(core: str) -> None:
    assert found(core)["unconditional"]


@pytest.mark.parametrize(
    ("core", "named"),
    [
        ("We apologise for what happened.", False),
        ("We apologise for the situation.", False),
        ("Nos excuses pour la gêne occasionnée.", False),
        ("Nos excuses pour ce qui s’est passé.", False),
        ("We apologise that the seals leaked.", True),
        ("Nos excuses : trois enfants se sont blessés.", True),
    ],
)
def test_the_harm_is_named_or_not(core: str, named: bool) -> None:
    assert found(core)["harm"] is named


def test_a_word_of_what_happened_names_it() -> None:
    assert not found("We apologise for the parcels.")["harm"]
    assert found("We apologise for the parcels.", {"to_whom": "Everybody whose parcel went to Lyon"})["harm"]


@pytest.mark.parametrize(
    "core",
    [
        "by Friday",
        "on 6 March",
        "within two days",
        "at 18:00",
        "d’ici vendredi",
        "le 6 mars",
        "sous deux jours",
        "à 18 h",
    ],
)
def test_a_date_is_a_date(core: str) -> None:
    assert found(f"We apologise, {core}.")["date"]
    assert not found("We apologise, soon, bientôt.")["date"]


def test_who_speaks_and_what_is_repaired() -> None:
    assert not found("Mistakes were made.")["speaker"]
    assert found("{account_name} apologises.")["speaker"]
    assert not found("We apologise and think of everybody.")["repair"]
    assert found("Every jar is replaced.")["repair"]
    assert found("Nous vous remboursons.")["repair"]


@given(st.text(max_size=400), st.dictionaries(st.sampled_from(["happened", "to_whom"]), st.text(max_size=60)))
def test_whatever_is_typed_is_quoted_from_it(core: str, situation: dict[str, str]) -> None:
    for hint in advise(core, situation):
        assert all(word in core for word in hint.words.split())


def test_a_long_one_is_read_at_once() -> None:
    started = time.process_time()
    advise("we so very much if anyone in " * 130, {"happened": "sorry " * 160})
    assert time.process_time() - started < 1


NAMES = {"author_name": "Ines Paul", "account_name": "Brand"}
CORE = "{author_name}, we apologise for the broken seals. Every jar is replaced by Friday."
FILLED = "Ines Paul, we apologise for the broken seals. Every jar is replaced by Friday."


@pytest.mark.parametrize(
    ("before", "changed", "after"),
    [
        ("Hello!\n\n", FILLED.replace("Friday", "Monday"), " Take care."),
        ("", FILLED.replace("Friday", "Wednesday"), ""),
        ("", FILLED.replace("broken", "badly broken"), "\nYour team"),
        ("Thank you. ", FILLED.replace("Every jar", "Nearly every jar"), " Bye."),
        ("Thank you. ", FILLED.replace("Ines Paul, we", "We"), ""),
        ("Dear ", FILLED.replace(" by Friday", ""), " Bye."),
    ],
)
def test_the_approved_words_go_back_and_nothing_else_changes(before: str, changed: str, after: str) -> None:
    text = f"{before}{changed}{after}"
    passage = cores.nearly(CORE, text)
    assert passage is not None
    assert core_repair.put_back(CORE, text, passage, NAMES) == f"{before}{FILLED}{after}"


def test_what_is_gone_already_is_left_alone() -> None:
    assert core_repair.put_back(CORE, "Something else.", "we apologise", NAMES) == "Something else."


@given(st.text(max_size=80), st.text(max_size=80), st.integers(0, 60))
def test_whatever_stands_around_it_is_kept_or_the_core_is_back(before: str, after: str, at: int) -> None:
    text = f"{before}\n{FILLED[:at]}x{FILLED[at:]}\n{after}"
    passage = cores.nearly(CORE, text)
    if passage is not None:
        assert FILLED in core_repair.put_back(CORE, text, passage, NAMES)
