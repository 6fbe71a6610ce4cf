"""Settings: read once, typed, and one sentence for each that cannot be used."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from flask import request

from config import Config, ConfigError
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
