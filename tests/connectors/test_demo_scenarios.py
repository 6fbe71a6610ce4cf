"""The scenario files: they can be played, and the big one is the crisis it promises to be."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from difflib import SequenceMatcher
from itertools import combinations
from pathlib import Path

import pytest

from inbox import clock
from inbox.connectors.demo import DemoConnector
from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.demo.scenario import FLAGS, KINDS_OF_COMMENT, Event, Scenario, ScenarioError, load, names, read
from inbox.connectors.shapes import AccountAccess, FetchedComment, FetchedOwnMessage, OutgoingReply, Presence

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def buzz() -> Scenario:
    return load("loupiote")


def texts(scenario: Scenario) -> list[str]:
    said = [event.text for event in scenario.comments]
    return said + [reaction.text or "" for event in scenario.comments for reaction in event.when_answered]


@pytest.mark.parametrize("name", names())
def test_every_scenario_can_be_played_to_its_end(name: str, tmp_path: Path) -> None:
    scenario, demo = load(name), DemoNetwork(tmp_path)
    run = demo.play(name, start_at=START)
    with clock.frozen(run.ends_at):
        assert {message.id for message in demo.messages(run.stage)} == {
            run.remote_id(event.id) for event in scenario.events if event.kind in {"comment", "brand"}
        }
        assert demo.to_come(run.stage) == 0


def test_there_are_enough_comments_and_they_come_in_waves(buzz: Scenario) -> None:
    def between(first: float, last: float) -> int:
        return len([event for event in buzz.comments if first <= event.at < last])

    assert len(buzz.comments) >= 320
    assert 25 <= between(-86_400, 0) <= 45
    assert 50 <= between(0, 300) <= 75
    article = next(event.at for event in buzz.comments if event.id == "jou2")
    assert between(article, article + 600) > between(article - 600, article)
    assert buzz.seconds <= 7_200


def test_half_of_them_are_french_half_english_and_some_are_neither(buzz: Scenario) -> None:
    languages = Counter(event.lang for event in buzz.comments)
    assert languages["fr"] >= 140
    assert languages["en"] >= 140
    assert {"es", "de", "it", "ar", "und"} <= set(languages)
    assert all(
        any("\u0600" <= letter <= "\u06ff" for letter in event.text) for event in buzz.comments if event.lang == "ar"
    )


def test_the_people_are_many_and_the_patient_ones_write_again(buzz: Scenario) -> None:
    by_author = Counter(event.by for event in buzz.comments)
    assert set(by_author) == set(buzz.authors)
    assert len([author for author, count in by_author.items() if count > 1]) >= 30
    assert max(character.followers or 0 for character in buzz.authors.values()) >= 400_000
    display_names = [character.name for character in buzz.authors.values()]
    assert len(set(display_names)) > 0.95 * len(display_names)


def test_what_a_crisis_holds_is_there_and_labelled(buzz: Scenario) -> None:
    labels = [event.label for event in buzz.comments if event.label is not None]
    assert len(labels) >= 300
    assert {label.kind for label in labels} == KINDS_OF_COMMENT
    flags = Counter(flag for label in labels for flag in label.flags)
    assert set(flags) == FLAGS
    assert flags["danger"] >= 10
    assert flags["press"] >= 3


def test_threads_edits_disappearances_and_reactions_are_played(buzz: Scenario) -> None:
    kinds = Counter(event.kind for event in buzz.events)
    assert kinds["post"] == 3
    assert kinds["edit"] >= 5
    assert min(kinds["brand"], kinds["taken_back"], kinds["hidden"], kinds["vanished"]) >= 1
    said = {event.id: event for event in buzz.events if event.kind in {"comment", "brand"}}
    assert any(said[event.answers].by not in {"", event.by} for event in buzz.comments if event.answers)
    reactions = [reaction for event in buzz.comments for reaction in event.when_answered]
    assert len(reactions) >= 40
    assert any(reaction.text is None for reaction in reactions)
    assert any(len(event.when_answered) >= 3 for event in buzz.comments)


@pytest.mark.parametrize("name", names())
def test_every_comment_was_written_for_itself(name: str) -> None:
    """No two comments look alike, but for the copy-paste campaigns, which do."""

    def plain(event: Event) -> str:
        return re.sub(r"[^\w ]", "", unicodedata.normalize("NFKC", event.text).casefold())

    def alike(one: str, other: str) -> bool:
        matcher = SequenceMatcher(None, one, other, autojunk=False)
        return matcher.real_quick_ratio() > 0.7 and matcher.quick_ratio() > 0.7 and matcher.ratio() > 0.7

    written = [(event, plain(event)) for event in load(name).comments if plain(event)]
    for (one, text), (other, other_text) in combinations(written, 2):
        copied = one.group is not None and one.group == other.group
        assert alike(text, other_text) is copied, (one.id, other.id)


def test_hostile_text_stands_among_the_comments(buzz: Scenario) -> None:
    everything = texts(buzz)
    for hostile in ("<script>", "{{7*7}}", "=1+1", "\u200b", "\u202e", "onerror=", "DROP TABLE", "${"):
        assert any(hostile in text for text in everything), hostile
    assert any(text.startswith(("=", "+", "-", "@")) for text in everything)
    assert max(len(text) for text in everything) > 700
    assert min(len(text) for text in everything if text) == 1


def test_telephone_numbers_are_from_the_range_that_is_never_given_out(buzz: Scenario) -> None:
    """Numbers beginning 06 39 98 are kept free for fiction by the French regulator (Arcep)."""
    numbers = re.findall(r"\b0\d(?:[ .]?\d\d){4}\b", " ".join(texts(buzz)))
    assert numbers
    assert all(number.startswith("06 39 98") for number in numbers)


def test_the_big_one_is_collected_whole_while_people_react_and_take_back(tmp_path: Path, buzz: Scenario) -> None:
    demo = DemoNetwork(tmp_path)
    run = demo.play("loupiote", start_at=START)
    visitor = DemoConnector(
        AccountAccess(
            account_id=1,
            base_url=None,
            identifier=run.stage,
            remote_id=None,
            credentials={},
            data_dir=str(tmp_path),
        )
    )
    seen: dict[str, FetchedComment] = {}
    answered: set[str] = set()
    own: set[str] = set()
    cursor: dict[str, object] = {}
    for minute in range(130):
        with clock.frozen(START + timedelta(minutes=minute)):
            more = True
            while more:
                page = visitor.fetch_comments(cursor)
                cursor, more = page.cursor, page.more
                seen |= {item.remote_id: item for item in page.items if isinstance(item, FetchedComment)}
                own |= {item.remote_id for item in page.items if isinstance(item, FetchedOwnMessage)}
            state = visitor.look_up(list(seen))
            for remote_id in [one for one in seen if one not in answered and state[one] is Presence.PRESENT]:
                answered.add(remote_id)
                if seen[remote_id].can_reply:
                    key = f"key{len(answered):010}"
                    visitor.post_reply(
                        OutgoingReply("Bonjour, merci.", remote_id, seen[remote_id].thread_id, key, START)
                    )
    scripted = {run.remote_id(event.id) for event in buzz.comments if not event.unless_answered}
    impatient = {run.remote_id(event.id) for event in buzz.comments if event.unless_answered}
    reactions = {
        f"{run.remote_id(event.id)}-r{number}"
        for event in buzz.comments
        for number, reaction in enumerate(event.when_answered, start=1)
        if reaction.text is not None
    }
    assert scripted <= set(seen)
    assert set(seen) - scripted - impatient == reactions
    # Who was answered within a minute asks no second time; who had been left waiting before the start did.
    assert set(seen) & impatient == {run.remote_id(name) for name in ("jan2", "jan3", "mal2")}
    assert len(own) == len(demo.replies(run.stage)) + 1
    gone = Counter(presence for presence in visitor.look_up(list(seen)).values())
    assert gone[Presence.REMOVED_BY_AUTHOR] == 4
    assert (gone[Presence.HIDDEN], gone[Presence.GONE]) == (1, 1)


HEAD = '{"is":"scenario","title":"t","about":"a","brand":"b","brand_name":"B"}'
POST = '{"is":"post","id":"p","at":-1,"text":"t"}'
AUTHOR = '{"is":"author","id":"a","name":"A"}'


def comment(**fields: object) -> str:
    return json.dumps({"is": "comment", "id": "c", "at": 0, "by": "a", "on": "p", "text": "t", **fields})


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (["{"], "line 1"),
        (["[]"], "line 1"),
        ([POST], "title"),
        ([HEAD, '{"is":"explosion","at":0}'], "explosion"),
        ([HEAD, AUTHOR, comment()], "no post 'p'"),
        ([HEAD, POST, comment()], "nobody is called 'a'"),
        ([HEAD, POST, AUTHOR, comment(answers="x")], "'x' has not been written"),
        (
            [HEAD, POST, AUTHOR, comment(unless_answered=True), '{"is":"edit","at":1,"of":"c","text":"n"}'],
            "may never be written",
        ),
        ([HEAD, POST, AUTHOR, comment(), comment()], "no new id"),
        ([HEAD, POST, AUTHOR, comment(text="")], "no text"),
        ([HEAD, POST, AUTHOR, comment(expected={"kind": "rant"})], "unknown label"),
        ([HEAD, POST, AUTHOR, comment(at=5), '{"is":"edit","at":4,"of":"c","text":"n"}'], "not been written yet"),
        ([HEAD, POST, AUTHOR, comment(colour="red")], "colour"),
    ],
)
def test_a_broken_file_names_its_line(lines: list[str], reason: str) -> None:
    with pytest.raises(ScenarioError, match=re.escape(reason)):
        read("broken", "\n".join(lines))


def test_an_unknown_scenario_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there are: double_charge, loupiote"):
        DemoNetwork(tmp_path).play("atlantis")
    with pytest.raises(ValueError, match="pace"):
        DemoNetwork(tmp_path).play("loupiote", pace=0)
