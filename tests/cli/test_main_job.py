"""The whole main job without a browser, command by command, each a program of its own."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from inbox.connectors.demo.network import DemoNetwork
from tests.cli.conftest import PASSWORD, STAGE, Inbox


def test_a_comment_comes_in_is_answered_and_counted(
    program: Inbox, network: DemoNetwork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post = network.publish_post(STAGE, "Our cups are back.")
    comment = network.write(STAGE, "ines_p", "Is the handle of these cups safe for children?", on=post, followers=900)
    monkeypatch.setenv("GOBELUNE_KEY", "right-key")

    member = program("members", "add", "cm@example.org", "--role", "community_manager", "--password", PASSWORD)
    assert member.code == 0, member.err
    account = program(
        "accounts", "add", "demo", "--identifier", STAGE, "--password-env", "GOBELUNE_KEY", "--json"
    ).json()
    (collected,) = program("collect", "--json").json()
    assert (collected["account_id"], collected["stored"], collected["received"]) == (account["id"], 1, 1)

    (row,) = program("queue", "--json").json()
    assert row["author_identifier"] == "ines_p"
    assert row["kind"] == "question"
    assert row["waiting_since"].endswith("Z")
    conversation = str(row["conversation_id"])

    text = tmp_path / "answer.txt"
    text.write_text("Bonjour Inès, yes: the handle is one piece with the cup.\n", encoding="utf-8")
    reply = program("reply", conversation, "--text-file", str(text), "--as", "cm@example.org", "--json").json()
    assert reply["state"] == "queued"
    assert reply["held"] is None
    assert network.replies(STAGE) == []

    assert program("send", "--json").json()["sent"] == 1
    (sent,) = network.replies(STAGE, to=comment)
    assert sent.text == "Bonjour Inès, yes: the handle is one piece with the cup."

    assert program("queue", "--json").json() == []
    shown = program("show", conversation, "--json").json()
    assert [item["is"] for item in shown["thread"]] == ["comment", "reply"]
    report = program("report", "response-times", "--figures", "--format", "csv")
    assert report.code == 0, report.err
    (figures,) = csv.DictReader(io.StringIO(report.out))
    waited = (sent.posted_at - network.messages(STAGE)[0].posted_at).total_seconds()
    assert (figures["waits"], figures["answered"]) == ("1", "1")
    assert float(figures["first_response_median_seconds"]) == pytest.approx(waited, abs=1e-3)
    (wait,) = csv.DictReader(io.StringIO(program("report", "response-times", "--format", "csv").out))
    assert (wait["comment_remote_id"], wait["reply_remote_id"]) == (comment, sent.id)
    assert program("verify").code == 0
    actions = [deed["action"] for deed in program("trail", "--json", "--limit", "100").json()]
    assert {"member.added", "account.connected", "reply.queued", "reply.sent"} <= set(actions)
