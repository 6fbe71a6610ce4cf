"""`inbox serve` as a person starts it: pages and worker, which come back when they die and go when it goes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from inbox.connectors.demo.network import DemoNetwork
from tests.cli.conftest import SECRET, STAGE
from tests.conftest import TOKEN_KEY, free_port

PATIENCE = 60.0
"""Seconds within which everything here must have happened, on a busy machine too."""


def wait_until(what: Callable[[], Any], seconds: float = PATIENCE) -> Any:
    """The first true answer of `what`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = what()
        if found:
            return found
        time.sleep(0.05)
    pytest.fail(f"it did not happen within {seconds} s")


class Served:
    """A running `inbox serve`."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = free_port()
        self.environment = {**environment, "PORT": str(self.port)}
        self.log = log
        with log.open("w") as out:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "inbox", "serve"], env=self.environment, stdout=out, stderr=out
            )
        self.family: set[int] = set()

    def get(self, path: str) -> int | None:
        """The status of a page, None while nothing answers."""
        try:
            return httpx.get(f"http://127.0.0.1:{self.port}{path}", trust_env=False, timeout=10).status_code
        except httpx.TransportError:
            return None

    def children(self) -> list[int]:
        """Its programs: the web server, the worker, and what they started."""
        found = [int(pid) for pid in _children(self.running.pid)]
        found += [int(pid) for child in found for pid in _children(child)]
        self.family |= set(found)
        return found

    def workers(self) -> list[int]:
        """The programs that have no children of their own and are not a web process: the worker."""
        direct = [int(pid) for pid in _children(self.running.pid)]
        return [pid for pid in direct if not _children(pid)]

    def inbox(self, *arguments: str) -> str:
        """What a command beside it prints."""
        command = [sys.executable, "-m", "inbox", *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def gone(self) -> bool:
        """Whether nothing of it runs any more."""
        return self.running.poll() is not None and not any(_runs(pid) for pid in self.family)


def _children(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def environment(tmp_path: Path, database_url: str) -> dict[str, str]:
    """Settings as in production."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("INBOX_")}
    return {
        **kept,
        "INBOX_DATA_DIR": str(tmp_path),
        "INBOX_DATABASE_URL": database_url,
        "INBOX_SECRET_KEY": SECRET,
        "INBOX_TOKEN_KEYS": TOKEN_KEY.hex(),
        "INBOX_ALLOW_OWNER": "1",
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def served(environment: dict[str, str], tmp_path: Path) -> Iterator[Served]:
    """It serves and works; it is stopped in any case."""
    served = Served(environment, tmp_path / "serve.log")
    wait_until(lambda: served.get("/healthz") == 200 and len(served.children()) >= 3)
    yield served
    if served.running.poll() is None:
        served.running.kill()
        served.running.wait()
    for pid in served.family:
        if _runs(pid):
            os.kill(pid, signal.SIGKILL)


def test_it_serves_collects_sends_and_stops(served: Served, tmp_path: Path) -> None:
    network = DemoNetwork(tmp_path)
    network.open_stage(STAGE, "Gobelune")
    network.write(STAGE, "ines_p", "Are these cups safe?")
    served.inbox("members", "add", "cm@example.org", "--role", "community_manager", "--password", "a long password")
    served.inbox("accounts", "add", "demo", "--identifier", STAGE)
    wait_until(lambda: "Are these cups safe?" in served.inbox("queue", "--json"))
    answer = tmp_path / "answer.txt"
    answer.write_text("They are.", encoding="utf-8")
    served.inbox("reply", "1", "--text-file", str(answer), "--as", "cm@example.org")
    wait_until(lambda: [reply.text for reply in network.replies(STAGE)] == ["They are."])

    served.children()
    asked = time.monotonic()
    served.running.send_signal(signal.SIGTERM)
    assert served.running.wait(PATIENCE) == 0
    assert time.monotonic() - asked < 10
    wait_until(served.gone)
    assert "Traceback" not in served.log.read_text()


def test_a_killed_worker_comes_back_and_the_pages_stay(served: Served) -> None:
    (worker,) = wait_until(served.workers)
    os.kill(worker, signal.SIGKILL)
    wait_until(lambda: served.workers() not in ([], [worker]))
    assert served.get("/healthz") == 200
    assert "the worker ended" in served.log.read_text()


def test_nothing_outlives_it(served: Served) -> None:
    served.children()
    served.running.kill()
    served.running.wait()
    wait_until(served.gone)
    assert served.get("/healthz") is None


def test_a_taken_port_is_one_sentence(served: Served) -> None:
    command = [sys.executable, "-m", "inbox", "serve"]
    done = subprocess.run(command, env=served.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert f"127.0.0.1:{served.port}" in done.stderr
