"""Settings: read once, typed, and one sentence for each that cannot be used."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import request

from config import Config, ConfigError, ReminderWebhook, Smtp
from inbox import create_app


def test_defaults_need_nothing_from_the_environment(tmp_path: Path) -> None:
    config = Config.from_environment({"INBOX_DATA_DIR": str(tmp_path)})
    assert config.on_sqlite
    assert (config.demo, config.allow_owner, config.trusted_proxies, config.private_hosts) == (False, False, 0, ())


def test_any_spelling_of_a_postgresql_address_finds_the_driver(tmp_path: Path) -> None:
    for scheme in ("postgres", "postgresql"):
        config = Config.from_environment(
            {"INBOX_DATA_DIR": str(tmp_path), "INBOX_DATABASE_URL": f"{scheme}://app@db/inbox"}
        )
        assert config.database_url == "postgresql+psycopg://app@db/inbox"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("INBOX_SECRET_KEY", "short", "too short"),
        ("INBOX_TOKEN_KEYS", "abc", "not 32 bytes"),
        ("INBOX_TRUSTED_PROXIES", "one", "not a number"),
        ("INBOX_TRUSTED_PROXIES", "-1", "not a number"),
    ],
)
def test_a_setting_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path, name: str, value: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        Config.from_environment({"INBOX_DATA_DIR": str(tmp_path), name: value})


def test_missing_secrets_are_asked_for_only_when_needed(tmp_path: Path) -> None:
    config = Config.from_environment({"INBOX_DATA_DIR": str(tmp_path)})
    with pytest.raises(ConfigError, match="INBOX_SECRET_KEY is not set"):
        config.require_secret_key()
    with pytest.raises(ConfigError, match="INBOX_TOKEN_KEYS is not set"):
        config.require_token_keys()


@pytest.mark.parametrize("engine_name", ["sqlite"])
@pytest.mark.parametrize(("proxies", "believed"), [(0, "127.0.0.1"), (1, "203.0.113.7")])
def test_an_address_a_visitor_claims_is_believed_only_behind_a_proxy_of_ours(
    config: Config, proxies: int, believed: str
) -> None:
    app = create_app(replace(config, trusted_proxies=proxies))
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/healthz", headers={"X-Forwarded-For": "198.51.100.9, 203.0.113.7"})
    assert seen == [believed]


@pytest.mark.parametrize("engine_name", ["sqlite"])
def test_a_data_folder_is_for_its_owner(config: Config, tmp_path: Path) -> None:
    create_app(replace(config, data_dir=tmp_path / "fresh"))
    assert stat.S_IMODE((tmp_path / "fresh").stat().st_mode) & 0o077 == 0


REMINDERS = {
    "INBOX_SMTP_URL": "smtp://inbox:p%40ss@mail.example.org",
    "INBOX_MAIL_FROM": "Crisis inbox <inbox@example.org>",
    "INBOX_REMINDER_WEBHOOK": "https://hooks.example.org/a?b=c",
    "INBOX_REMINDER_SECRET": "a secret of the webhook",
    "INBOX_PUBLIC_URL": "https://inbox.example.org/",
}


def test_how_reminders_leave_the_house(tmp_path: Path) -> None:
    here = {"INBOX_DATA_DIR": str(tmp_path)}
    without = Config.from_environment(here)
    assert (without.smtp, without.webhook, without.public_url) == (None, None, "")
    config = Config.from_environment({**here, **REMINDERS})
    sender = "Crisis inbox <inbox@example.org>"
    assert config.smtp == Smtp("mail.example.org", 587, False, False, "inbox", "p@ss", sender)
    assert config.webhook == ReminderWebhook("https://hooks.example.org/a?b=c", "a secret of the webhook")
    assert config.public_url == "https://inbox.example.org"
    near = {"INBOX_SMTP_URL": "smtps://localhost", "INBOX_REMINDER_WEBHOOK": "http://localhost:9000"}
    config = Config.from_environment({**here, **REMINDERS, **near})
    assert config.smtp == Smtp("localhost", 465, True, True, None, None, sender)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INBOX_SMTP_URL", "mail.example.org"),
        ("INBOX_SMTP_URL", "smtp://inbox:secret@mail.example.org:many"),
        ("INBOX_SMTP_URL", "http://mail.example.org"),
        ("INBOX_MAIL_FROM", ""),
        ("INBOX_MAIL_FROM", "inbox"),
        ("INBOX_MAIL_FROM", "inbox@example.org\nBcc: x@example.org"),
        ("INBOX_REMINDER_WEBHOOK", "http://hooks.example.org"),
        ("INBOX_REMINDER_WEBHOOK", "https://name:secret@hooks.example.org"),
        ("INBOX_REMINDER_SECRET", "short"),
        ("INBOX_PUBLIC_URL", ""),
        ("INBOX_PUBLIC_URL", "inbox.example.org"),
        ("INBOX_PUBLIC_URL", "https://inbox.example.org/?a"),
    ],
)
def test_a_reminder_setting_that_cannot_be_used_is_said_and_tells_no_secret(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=f"^{name} ") as caught:
        Config.from_environment({"INBOX_DATA_DIR": str(tmp_path), **REMINDERS, name: value})
    assert "secret@" not in str(caught.value)
