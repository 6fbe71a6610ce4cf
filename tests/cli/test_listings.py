"""What commands print: tables that no comment can steer, JSON that programs can read, in the reader's language."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import Config
from inbox import create_app, members
from inbox.cli import COMMANDS, root
from inbox.cli.output import legible, moment, plain
from inbox.connectors.demo.network import DemoNetwork
from inbox.extensions import db
from inbox.permissions import OPERATOR, never
from inbox.problems import Problem
from tests.cli.conftest import PASSWORD, STAGE, Inbox, refused
from tests.databases import database


@given(st.text())
def test_nothing_from_outside_steers_a_terminal(text: str) -> None:
    shown = legible(text)
    assert "\n" not in shown
    assert all(character.isprintable() or character in "\u200d\ufe0e\ufe0f" for character in shown)
    assert legible("ok \x1b[2J\u202e\ud800") == "ok <U+001B>[2J<U+202E><U+D800>"


@given(st.datetimes(timezones=st.just(timezone(timedelta(hours=5, minutes=45)))))
def test_times_are_iso_in_utc(at: datetime) -> None:
    try:
        printed = str(plain({"at": at})["at"])
    except OverflowError:
        return  # The first and last hours of the calendar have no UTC.
    assert printed.endswith("Z")
    assert datetime.fromisoformat(printed) == at


def test_lengths_are_seconds_and_sets_are_lists() -> None:
    assert plain({"length": timedelta(minutes=2), "ids": (1, 2)}) == {"length": 120.0, "ids": [1, 2]}


def test_a_day_alone_counts_whole_in_its_zone() -> None:
    assert moment("2026-03-29", "Europe/Paris") == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert moment("2026-03-29", "Europe/Paris", whole_day=True) == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert moment("2026-03-29T01:00:00Z", "Europe/Paris", whole_day=True) == datetime(2026, 3, 29, 1, tzinfo=UTC)
    with pytest.raises(Problem, match="cli_time_unreadable"):
        moment("0001-01-01", "Asia/Tokyo")


def test_every_command_exists_and_none_is_forbidden() -> None:
    context = root.make_context("inbox", ["verify"])
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert command.help
    with pytest.raises(never.ForbiddenDeed):
        never.refuse_names([*COMMANDS, "delete"], lock="routes", figures=True)


def test_help_is_printed(inbox: Inbox) -> None:
    done = inbox("--help")
    assert done.code == 0
    assert all(name in done.out for name in COMMANDS)
    assert "--app-password-env" in inbox("accounts", "add", "--help").out


def test_a_table_is_printed_and_limited(inbox: Inbox, network: DemoNetwork) -> None:
    for number in range(5):
        network.write(STAGE, f"critic{number}", f"\x1b[31mWhere is my order number {number}?")
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("collect").code == 0
    table = inbox("queue", "--limit", "3").out.splitlines()
    assert len(table) == 4
    assert table[0].startswith("CONVERSATION ID")
    assert all("<U+001B>[31m" in line for line in table[1:])
    assert len(inbox("queue", "--json", "--limit", "3").json()) == 3
    assert len(inbox("queue", "--json").json()) == 5
    assert inbox("queue", "--json", "--kind", "praise").json() == []
    shown = inbox("show", "1").out
    assert "<U+001B>[31mWhere is my order" in shown


def test_the_statement_and_the_reports(inbox: Inbox, network: DemoNetwork, tmp_path: Path) -> None:
    network.write(STAGE, "critic", "Where is my order?")
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("collect").code == 0
    assert "Comments received: 1" in inbox("statement").out
    facts = inbox("statement", "--json").json()
    assert (facts["comments"], facts["removed_here"], facts["still_waiting"]) == (1, 0, 1)
    (figures,) = inbox("report", "response-times", "--format", "json").json()
    assert (figures["waits"], figures["answered"], figures["first_response_median_all_seconds"]) == (1, 0, None)
    by_kind = inbox("report", "response-times", "--format", "json", "--by", "kind").json()
    assert [row["group"] for row in by_kind] == [None, "question"]
    book = tmp_path / "report.xlsx"
    assert inbox("report", "response-times", "--format", "xlsx", "--output", str(book)).code == 0
    assert book.read_bytes().startswith(b"PK")


def test_the_stop_button(inbox: Inbox, network: DemoNetwork, tmp_path: Path) -> None:
    network.write(STAGE, "critic", "Where is my order?")
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("members", "add", "cm@example.org", "--role", "community_manager", "--password", PASSWORD).code == 0
    assert inbox("collect").code == 0
    text = tmp_path / "answer.txt"
    text.write_text("On its way.", encoding="utf-8")
    assert inbox("hold", "--reason", "wrong wording").code == 0
    held = inbox("reply", "1", "--text-file", str(text), "--as", "cm@example.org", "--json").json()
    assert held["state"] == "queued"
    assert held["held_code"] == "sending_held"
    assert held["held"]
    assert inbox("send", "--json").json() == {
        "tried": 0,
        "sent": 0,
        "waiting": 0,
        "failed": 0,
        "unconfirmed": 0,
        "held": 1,
    }
    assert network.replies(STAGE) == []
    assert "1 replies were waiting" in inbox("release").out
    assert inbox("send", "--json").json()["sent"] == 1


def test_disconnecting_keeps_what_was_collected(inbox: Inbox, network: DemoNetwork) -> None:
    network.write(STAGE, "critic", "Where is my order?")
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("collect").code == 0
    assert inbox("accounts", "disconnect", "1").code == 0
    refused(inbox("collect"), "No account is connected")
    assert len(inbox("queue", "--json").json()) == 1
    assert inbox("accounts", "list", "--json").json()[0]["state"] == "disconnected"


def test_a_password_is_made_and_told_once(inbox: Inbox) -> None:
    made = inbox("members", "add", "a@example.org", "--role", "analyst", "--role", "approver", "--json").json()
    assert len(made["password"]) >= 12
    assert made["roles"] == ["analyst", "approver"]
    given = inbox("members", "add", "b@example.org", "--role", "analyst", "--password", PASSWORD)
    assert PASSWORD not in given.out
    assert all("password" not in member for member in inbox("members", "list", "--json").json())


@pytest.mark.parametrize("code", ["xx", "C.UTF-8", ""])
def test_an_unknown_language_is_english(inbox: Inbox, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setenv("INBOX_LANG", code)
    refused(inbox("show", "4711"), "There is no conversation")


def test_sqlite_is_made_when_it_is_empty(
    environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from inbox.cli import main

    with pytest.raises(SystemExit) as ended:
        main(["queue", "--json"])
    assert ended.value.code == 0
    assert json.loads(capsys.readouterr().out) == []
    assert (tmp_path / "inbox.sqlite").exists()


def test_postgresql_is_only_made_by_its_owner(inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with database("postgresql", tmp_path, empty=True) as url:
        monkeypatch.setenv("INBOX_DATABASE_URL", url)
        refused(inbox("queue"), "inbox migrate")
        monkeypatch.setenv("INBOX_MIGRATION_DATABASE_URL", url)
        assert inbox("migrate").code == 0
        assert inbox("migrate").code == 0
        assert inbox("queue", "--json").json() == []


def test_a_database_out_of_reach(inbox: Inbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INBOX_DATABASE_URL", f"postgresql://somebody:canary@/nowhere?host={tmp_path}")
    done = inbox("queue")
    refused(done, "database cannot be used")
    assert "canary" not in done.err


def test_the_demo_is_made_once_and_lets_its_members_in(
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from inbox.cli import main

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, printed.out + printed.err

    monkeypatch.delenv("INBOX_SECRET_KEY")
    monkeypatch.delenv("INBOX_TOKEN_KEYS")
    code, first = run("demo")
    assert code == 0, first
    assert stat.S_IMODE((tmp_path / "demo.json").stat().st_mode) == 0o600
    waiting = len(json.loads(run("queue", "--json", "--limit", "1000")[1]))
    assert waiting > 50
    assert {row["urgency"] for row in json.loads(run("queue", "--json", "--limit", "1000")[1])} >= {0}
    password = first.splitlines()[-1].split()[-1]
    again = run("demo")[1]
    assert again.splitlines() == [line for line in first.splitlines() if "@example.org" in line]
    assert len(json.loads(run("queue", "--json", "--limit", "1000")[1])) == waiting
    assert len(json.loads(run("accounts", "list", "--json")[1])) == 1

    monkeypatch.setenv("INBOX_DEMO_PASSWORD", "a password of my own")
    code, chosen = run("demo")
    assert code == 0
    assert password not in chosen
    assert "a password of my own" in chosen
    config = Config.from_environment()
    app = create_app(config)
    with app.app_context():
        for email in ("cm@example.org", "supervisor@example.org", "admin@example.org", "analyst@example.org"):
            token = members.sign_in(email, "a password of my own", address="192.0.2.1", browser="")
            assert members.session_of(token) is not None
        members.set_password(OPERATOR, members.find_member("cm@example.org").id, "changed in the meantime")
    assert run("demo")[0] == 0
    with app.app_context():
        assert members.sign_in("cm@example.org", "a password of my own", address="192.0.2.1", browser="")
        db.engine.dispose()


def test_no_demo_where_there_is_something_real(inbox: Inbox, tmp_path: Path) -> None:
    assert inbox("members", "add", "a@example.org", "--role", "analyst").code == 0
    refused(inbox("demo"), "INBOX_DATA_DIR")
    assert not (tmp_path / "demo.json").exists()


def test_what_vanished_is_listed_with_its_last_words(inbox: Inbox, network: DemoNetwork) -> None:
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    comment = network.write(STAGE, "critic", "My cup leaks.")
    assert inbox("collect").code == 0
    assert inbox("alarms", "--json").json() == []
    network.vanish(comment)
    assert inbox("collect", "--look-again").code == 0
    (alarm,) = inbox("alarms", "--json").json()
    assert (alarm["text"], alarm["presence"], alarm["acknowledged_at"]) == ("My cup leaks.", "gone", None)
    assert "gone" in inbox("alarms").out


def test_what_was_promised_is_listed_until_a_reply_follows(inbox: Inbox, network: DemoNetwork, tmp_path: Path) -> None:
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("members", "add", "cm@example.org", "--role", "community_manager").code == 0
    network.write(STAGE, "critic", "My cup leaks.")
    assert inbox("collect").code == 0
    assert inbox("promises", "--json").json() == []
    answer = tmp_path / "answer.txt"
    answer.write_text("We are looking into it and will write again by 9:00.")
    told = ("reply", "1", "--text-file", str(answer), "--as", "cm@example.org")
    refused(inbox(*told, "--promise", "tomorrow"), "tomorrow")
    assert inbox(*told, "--holding", "--promise", "2199-01-01T09:00:00Z").code == 0
    assert inbox("promises", "--json").json() == [], "nothing is promised before it is sent"
    assert inbox("send").code == 0
    (promise,) = inbox("promises", "--json").json()
    assert (promise["conversation_id"], promise["due_at"], promise["state"]) == (1, "2199-01-01T09:00:00Z", "open")
    assert "open" in inbox("promises").out
    answer.write_text("The lid has to click twice; here is how.")
    assert inbox(*told).code == 0
    assert inbox("send").code == 0
    assert inbox("promises", "--json").json() == []
    (kept,) = inbox("promises", "--all", "--json").json()
    assert kept["state"] == "kept"
    assert inbox("verify").code == 0


def test_whoever_is_followed_up_is_listed(inbox: Inbox, network: DemoNetwork, tmp_path: Path) -> None:
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    assert inbox("members", "add", "cm@example.org", "--role", "community_manager").code == 0
    network.write(STAGE, "critic", "My cup leaks.")
    assert inbox("collect").code == 0
    answer = tmp_path / "answer.txt"
    answer.write_text("Which cup is it?")
    assert inbox("reply", "1", "--text-file", str(answer), "--as", "cm@example.org").code == 0
    assert inbox("following-up", "--json").json() == [], "nothing is asked before it is sent"
    assert inbox("send").code == 0
    (one,) = inbox("following-up", "--json", "--limit", "5").json()
    assert (one["conversation_id"], one["reason"], one["owner"], one["due"]) == (1, "silent", "cm", False)
    assert inbox("following-up", "--due", "--json").json() == []
    assert "silent" in inbox("following-up", "--all").out
    refused(inbox("following-up", "--all", "--due"), "do not go together")
    assert inbox("verify").code == 0


def test_targets_are_set_and_listed(inbox: Inbox, tmp_path: Path) -> None:
    path = tmp_path / "buzz.csv"
    path.write_text("author,text,posted_at\nines,Is it safe?,2026-03-02T09:00:00Z\n", encoding="utf-8")
    assert inbox("import", str(path)).code == 0
    assert inbox("accounts", "targets", "1", "--urgency", "danger", "--crisis", "--first", "5").code == 0
    rows = inbox("accounts", "targets", "1", "--first", "30", "--json").json()
    assert rows == [
        {"urgency": "any", "crisis": False, "first_seconds": 1800, "next_seconds": 3600},
        {"urgency": "danger", "crisis": True, "first_seconds": 300, "next_seconds": None},
    ]
    withdrawn = inbox("accounts", "targets", "1", "--urgency", "danger", "--crisis", "--withdraw", "--json").json()
    assert withdrawn == rows[:1]
    refused(inbox("accounts", "targets", "1", "--withdraw"))
    refused(inbox("accounts", "targets", "7"))
    assert [row["author_name"] for row in inbox("queue", "--due", "past", "--json").json()] == ["ines"]
    assert inbox("queue", "--due", "soon", "--json").json() == []


def test_a_colleagues_answer_is_read_before_another_is_sent(inbox: Inbox, network: DemoNetwork, tmp_path: Path) -> None:
    network.write(STAGE, "critic", "Where is my order?")
    assert inbox("accounts", "add", "demo", "--identifier", STAGE, "--access-key", "right-key").code == 0
    for name in ("cm", "kim"):
        email = f"{name}@example.org"
        assert inbox("members", "add", email, "--role", "community_manager", "--password", PASSWORD).code == 0
    assert inbox("collect").code == 0
    text = tmp_path / "answer.txt"
    text.write_text("It left\nthis morning.", encoding="utf-8")
    assert inbox("reply", "1", "--text-file", str(text), "--as", "cm@example.org").code == 0
    text.write_text("We are looking into it.", encoding="utf-8")
    refused = inbox("reply", "1", "--text-file", str(text), "--as", "kim@example.org")
    assert (refused.code, refused.out) == (1, "")
    assert "reply 1: “It left this morning.”" in refused.err
    assert len(refused.err.splitlines()) == 1
    seen = inbox("reply", "1", "--text-file", str(text), "--as", "kim@example.org", "--seen", "1", "--json")
    assert seen.json()["state"] == "queued"
