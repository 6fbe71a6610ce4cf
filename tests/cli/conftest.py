"""The command line over a database of the test's own, on both engines."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from inbox.cli import main
from inbox.connectors.demo.network import DemoNetwork
from tests.conftest import TOKEN_KEY

PASSWORD = "correct horse battery"
SECRET = "a secret of the tests"
STAGE = "gobelune"


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What it printed, read as JSON; the command must have been done."""
        assert self.code == 0, self.err
        return json.loads(self.out)


Inbox = Callable[..., Done]


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The product's settings in the environment; no database is named yet, so that it is SQLite in the data folder."""
    for name in [name for name in os.environ if name.startswith(("INBOX_", "LC_"))]:
        monkeypatch.delenv(name)
    settings = {
        "INBOX_DATA_DIR": str(tmp_path),
        "INBOX_SECRET_KEY": SECRET,
        "INBOX_TOKEN_KEYS": TOKEN_KEY.hex(),
        # The databases of the tests belong to the superuser that makes them.
        "INBOX_ALLOW_OWNER": "1",
        "LANG": "C.UTF-8",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return settings


@pytest.fixture
def inbox(
    environment: dict[str, str],
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Inbox:
    """A factory: `inbox("queue", "--json")` runs one command in this program."""
    monkeypatch.setenv("INBOX_DATABASE_URL", database_url)

    def run(*arguments: str) -> Done:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        printed = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Done(ended.value.code, printed.out, printed.err)

    return run


@pytest.fixture
def program(environment: dict[str, str], database_url: str, monkeypatch: pytest.MonkeyPatch) -> Inbox:
    """The same as a program of its own, as a person calls it."""
    monkeypatch.setenv("INBOX_DATABASE_URL", database_url)

    def run(*arguments: str) -> Done:
        command = [sys.executable, "-W", "error", "-m", "inbox", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def network(tmp_path: Path) -> DemoNetwork:
    """A demo network in the data folder, with a brand that asks for an access key."""
    demo = DemoNetwork(tmp_path)
    demo.open_stage(STAGE, "Gobelune", access_key="right-key")
    return demo


def refused(done: Done, *words: str) -> None:
    """It said why in one line, with a code that is not 0, and printed nothing else."""
    assert done.code != 0
    assert done.out == ""
    assert len(done.err.splitlines()) == 1, done.err
    assert "Traceback" not in done.err
    for word in words:
        assert word in done.err
