"""The main job on a real social network: collected, answered, seen by the critic, counted; then taken back."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep

import pytest
from playwright.sync_api import expect
from sqlalchemy import create_engine, text

from inbox.clock import to_iso
from tests.atproto_network.fixture import AtprotoNetwork, NetworkAccount, atproto_network
from tests.browsers import chromium
from tests.databases import database
from tests.programs import Installation

__all__ = ["atproto_network"]

PASSWORD = "a long enough password"


def installation(folder: Path, url: str, brand: NetworkAccount) -> Installation:
    place = Installation(folder, url, {"BRAND_PASSWORD": brand.app_password})
    place.run("members", "add", "cm@example.org", "--role", "community_manager", "--password", PASSWORD)
    return place


def connect(place: Installation, brand: NetworkAccount) -> None:
    place.run(
        *("accounts", "add", "bluesky", "--service", brand.server),
        *("--identifier", brand.identifier, "--password-env", "BRAND_PASSWORD"),
    )


def written_to(network: AtprotoNetwork, brand: NetworkAccount, critic: NetworkAccount) -> tuple[str, str]:
    """The brand's post and a critic's comment under it; returns the address of each."""
    post = network.client(brand).send_post("Our new bottle glows in the dark.")
    network.settle()
    reference = {"uri": post.uri, "cid": post.cid}
    comment = network.client(critic).send_post(
        "Is the paint safe for my son?", reply_to={"root": reference, "parent": reference}
    )
    network.settle()
    return post.uri, comment.uri


def answers_seen_by(network: AtprotoNetwork, critic: NetworkAccount, comment: str) -> list[str]:
    """What the critic's own app shows under the comment."""
    network.settle()
    thread = network.client(critic).get_post_thread(comment).thread
    return [reply.post.record.text for reply in thread.replies or ()]


def until(condition: Callable[[], bool], seconds: float = 30) -> None:
    """Ask until it is so: what another program does has no signal to wait for."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not come to that in time"
        sleep(0.2)


def waits_in_csv(place: Installation) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(place.run("report", "response-times", "--format", "csv"))))


def test_a_critic_is_answered_in_the_page_and_sees_it(atproto_network: AtprotoNetwork, tmp_path: Path) -> None:
    brand, critic = atproto_network.new_account("brand"), atproto_network.new_account("critic")
    place = installation(tmp_path, f"sqlite:///{tmp_path / 'inbox.sqlite'}", brand)
    _, comment = written_to(atproto_network, brand, critic)
    connect(place, brand)
    with place.served() as address, chromium() as browser:
        page = browser.new_page()
        problems: list[str] = []
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(f"{address}/sign-in")
        page.get_by_label("E-mail address").fill("cm@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        until(lambda: bool(place.listed("queue")))
        page.goto(f"{address}/queue")
        page.get_by_text("Is the paint safe for my son?").first.click()
        expect(page.get_by_text("Our new bottle glows in the dark.").first).to_be_attached()
        page.get_by_label("Your answer to").fill("Yes. It holds no lead, and we will send you the test report.")
        page.locator("#composer button.primary").click()
        until(lambda: bool(answers_seen_by(atproto_network, critic, comment)))
        assert problems == []
    assert answers_seen_by(atproto_network, critic, comment) == [
        "Yes. It holds no lead, and we will send you the test report."
    ]
    (wait,) = waits_in_csv(place)
    assert (wait["state"], wait["comment_remote_id"], wait["reply_origin"]) == ("answered", comment, "inbox")
    assert 0 < float(wait["seconds"]) < 300
    assert abs((datetime.fromisoformat(wait["sent_at"]) - datetime.now(UTC)).total_seconds()) < 300
    assert place.listed("queue") == []


@pytest.mark.parametrize("engine_name", ["postgresql"])
def test_the_whole_job_at_the_command_line_and_a_comment_taken_back(
    atproto_network: AtprotoNetwork, tmp_path: Path, engine_name: str
) -> None:
    brand, critic = atproto_network.new_account("brand"), atproto_network.new_account("critic")
    with database(engine_name, tmp_path) as url:
        place = installation(tmp_path, url, brand)
        _, comment = written_to(atproto_network, brand, critic)
        connect(place, brand)
        place.run("collect")
        (row,) = place.listed("queue")
        answer = tmp_path / "answer.txt"
        answer.write_text("Yes, and here is how we know: every batch is tested.", encoding="utf-8")
        conversation = str(row["conversation_id"])
        reply = place.run("reply", conversation, "--text-file", str(answer), "--as", "cm@example.org", "--json")
        assert '"queued"' in reply
        place.run("send")
        assert answers_seen_by(atproto_network, critic, comment) == [answer.read_text(encoding="utf-8")]
        (wait,) = waits_in_csv(place)
        assert wait["state"] == "answered"
        assert wait["confirmed_at"] >= wait["posted_at"]
        assert wait["sent_at"] <= to_iso(datetime.now(UTC))
        place.run("collect")
        assert len(waits_in_csv(place)) == 1

        atproto_network.client(critic).delete_post(comment)
        atproto_network.settle()
        place.run("collect", "--look-again")
        engine = create_engine(url)
        with engine.connect() as connection:
            shown = connection.execute(
                text(
                    "SELECT v.text, c.state, t.reason FROM comments c JOIN comment_versions v ON v.comment_id = c.id"
                    " LEFT JOIN tombstones t ON t.comment_id = c.id"
                )
            ).all()
        engine.dispose()
        assert [tuple(row) for row in shown] == [(None, "tombstoned", "removed_by_author")]
        assert [row["state"] for row in waits_in_csv(place)] == ["answered"]
        place.run("verify")
