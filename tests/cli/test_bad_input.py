"""Bad input: one clear sentence, a code that is not 0, nothing half done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from inbox.connectors.demo.network import DemoNetwork
from tests.cli.conftest import PASSWORD, STAGE, Inbox, refused


@pytest.fixture
def connected(inbox: Inbox, network: DemoNetwork) -> int:
    """A connected account, a community manager, one comment collected; the conversation's number."""
    post = network.publish_post(STAGE, "Our cups are back.")
    network.write(STAGE, "ines_p", "Are these cups safe?", on=post)
    assert inbox("members", "add", "cm@example.org", "--role", "community_manager", "--password", PASSWORD).code == 0
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("collect").code == 0
    return int(inbox("queue", "--json").json()[0]["conversation_id"])


def answer(tmp_path: Path, text: str | bytes) -> str:
    path = tmp_path / "answer.txt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_wrong_credentials(inbox: Inbox, network: DemoNetwork) -> None:
    wrong = "canary-of-a-wrong-key"
    done = inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", wrong)
    refused(done, "does not accept the sign-in")
    assert wrong not in done.err
    assert inbox("accounts", "list", "--json").json() == []


def test_an_unreachable_host(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_ALLOW_PRIVATE_HOSTS", "127.0.0.1")
    arguments = ["--service", "http://127.0.0.1:1", "--identifier", "brand.test", "--password", "p"]
    refused(inbox("accounts", "add", "bluesky", *arguments), "cannot be reached")
    assert inbox("accounts", "list", "--json").json() == []


def test_a_private_host(inbox: Inbox) -> None:
    arguments = ["--service", "http://127.0.0.1:1", "--identifier", "brand.test", "--password", "p"]
    refused(inbox("accounts", "add", "bluesky", *arguments), "private or forbidden")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["myspace", "--identifier", "b"], ["myspace", "bluesky", "demo"]),
        (["bluesky", "--identifier", "b", "--service", "https://pds.example.org"], ["--app-password"]),
        (["demo", "--identifier", STAGE, "--bearer-token", "t"], ["--bearer-token"]),
        (["demo", "--identifier", STAGE, "--password-env", "NOT_SET"], ["NOT_SET"]),
        (["demo"], ["--identifier"]),
    ],
)
def test_an_account_that_is_asked_for_wrongly(inbox: Inbox, arguments: list[str], words: list[str]) -> None:
    refused(inbox("accounts", "add", *arguments), *words)


def test_an_account_needs_a_key_to_encrypt_with(
    inbox: Inbox, network: DemoNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INBOX_TOKEN_KEYS")
    refused(inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key"), "INBOX_TOKEN_KEYS")
    assert inbox("accounts", "list", "--json").json() == []


def test_a_network_that_fails_while_collecting(inbox: Inbox, network: DemoNetwork, connected: int) -> None:
    network.unreachable()
    done = inbox("collect", "--json")
    assert done.code == 1
    assert len(done.err.splitlines()) == 1
    assert "cannot be reached" in done.err
    (report,) = json.loads(done.out)
    assert (report["code"], report["received"]) == ("unreachable", 0)
    (account,) = inbox("accounts", "list", "--json").json()
    assert account["last_error"] == "unreachable"


@pytest.mark.parametrize("command", ["collect", "accounts disconnect", "hold"])
def test_an_unknown_account(inbox: Inbox, command: str) -> None:
    options = ["77"] if command.startswith("accounts") else ["--account", "77"]
    refused(inbox(*command.split(), *options), "77")


def test_an_unknown_conversation(inbox: Inbox, connected: int, tmp_path: Path) -> None:
    refused(inbox("show", "4711"), "4711")
    refused(inbox("reply", "4711", "--text-file", answer(tmp_path, "Hello"), "--as", "cm@example.org"), "4711")


def test_a_reply_that_is_too_long_for_its_network(
    inbox: Inbox, network: DemoNetwork, connected: int, tmp_path: Path
) -> None:
    long = answer(tmp_path, "é" * 20_000)
    refused(inbox("reply", str(connected), "--text-file", long, "--as", "cm@example.org"), "too long")
    assert inbox("send", "--json").json()["tried"] == 0
    assert network.replies(STAGE) == []
    assert len(inbox("show", str(connected), "--json").json()["thread"]) == 1


@pytest.mark.parametrize(
    ("text", "words"), [("", "empty"), (" \n", "empty"), (b"\xff\xfe\x00", "UTF-8")], ids=["empty", "blank", "bytes"]
)
def test_a_text_file_without_a_reply(
    inbox: Inbox, connected: int, tmp_path: Path, text: str | bytes, words: str
) -> None:
    done = inbox("reply", str(connected), "--text-file", answer(tmp_path, text), "--as", "cm@example.org")
    refused(done, words)


def test_a_text_file_that_is_not_there(inbox: Inbox, connected: int) -> None:
    done = inbox("reply", str(connected), "--text-file", "/no/such/file", "--as", "cm@example.org")
    refused(done, "/no/such/file")


def test_a_member_who_may_not(inbox: Inbox, connected: int, tmp_path: Path) -> None:
    text = answer(tmp_path, "Hello")
    refused(inbox("reply", str(connected), "--text-file", text, "--as", "nobody@example.org"), "nobody@example.org")
    assert inbox("members", "add", "a@example.org", "--role", "analyst", "--password", PASSWORD).code == 0
    refused(inbox("reply", str(connected), "--text-file", text, "--as", "a@example.org"), "not allowed")
    newest = inbox("trail", "--json", "--limit", "1").json()[0]
    assert (newest["action"], newest["actor"]) == ("permission.refused", "member:2")


def test_a_file_with_broken_rows(inbox: Inbox, tmp_path: Path) -> None:
    file = tmp_path / "comments.csv"
    file.write_text(
        "id,author,text,created_at\n1,ines,Is it safe?,2026-03-02T09:00:00Z\n2,leo,And mine?,not a time\n",
        encoding="utf-8",
    )
    done = inbox("import", str(file), "--json")
    assert done.code == 1
    assert "1 rows could not be read" in done.err
    assert "line 3" in done.err
    report = json.loads(done.out)
    assert (report["received"], report["stored"], report["quarantined"]) == (2, 1, 1)
    assert len(inbox("queue", "--json").json()) == 1
    again = json.loads(inbox("import", str(file), "--json").out)
    assert (again["stored"], again["known"]) == (0, 2)


@pytest.mark.parametrize("content", [None, b"", b"\x00\xff\xfe", b"one,two\n1,2\n", b"{not json\n"])
def test_a_file_that_is_no_file_of_comments(inbox: Inbox, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "comments.csv"
    if content is not None:
        file.write_bytes(content)
    refused(inbox("import", str(file)))
    assert inbox("queue", "--json").json() == []


def test_a_mapping_that_is_none(inbox: Inbox, tmp_path: Path) -> None:
    refused(inbox("import", answer(tmp_path, "id\n1\n"), "--map", "text"), "text")


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_missing_secret_in_production(inbox: Inbox, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.delenv("INBOX_SECRET_KEY")
    refused(inbox(command), "INBOX_SECRET_KEY")


def test_a_setting_that_cannot_be_used(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_TOKEN_KEYS", "short")
    refused(inbox("queue"), "INBOX_TOKEN_KEYS")


@pytest.mark.parametrize("email", ["no address", "a@b@c"])
def test_an_address_that_is_none(inbox: Inbox, email: str) -> None:
    refused(inbox("members", "add", email, "--role", "analyst"), email)


def test_a_role_that_is_none(inbox: Inbox) -> None:
    refused(inbox("members", "add", "a@example.org", "--role", "operator"), "operator")


@pytest.mark.parametrize(
    "arguments",
    [["--from", "yesterday"], ["--from", "2026-03-02", "--to", "2026-03-01"], ["--time-zone", "Mars/Base"]],
)
def test_a_period_that_is_none(inbox: Inbox, arguments: list[str]) -> None:
    if arguments[0] == "--time-zone":
        arguments = [*arguments, "--from", "2026-03-02"]
    refused(inbox("report", "response-times", *arguments))


@pytest.mark.parametrize("arguments", [["erase"], ["--wipe"], ["queue", "--limit", "0"], ["show", "one"]])
def test_what_is_no_command(inbox: Inbox, arguments: list[str]) -> None:
    refused(inbox(*arguments))


def test_releasing_what_is_not_held(inbox: Inbox) -> None:
    refused(inbox("release"))
