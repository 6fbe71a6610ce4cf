"""The product as real programs: `inbox` at the command line, and `inbox serve` on a loopback port."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.conftest import free_port

_PASSED_ON = ("PATH", "LANG", "TMPDIR", "CI", "COVERAGE_PROCESS_START")


@dataclass(frozen=True, slots=True)
class Installation:
    """One data folder and database with the settings of production.

    Attributes:
        more: further environment, for example a password that an option names.
    """

    data_dir: Path
    database_url: str
    more: Mapping[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """What the programs see."""
        return {
            **{name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            "HOME": str(self.data_dir),
            "INBOX_DATA_DIR": str(self.data_dir),
            "INBOX_DATABASE_URL": self.database_url,
            "INBOX_SECRET_KEY": "a secret of the tests",
            "INBOX_TOKEN_KEYS": "00" * 32,
            "INBOX_ALLOW_PRIVATE_HOSTS": "127.0.0.1,localhost",
            **self.more,
        }

    def run(self, *arguments: str, succeeds: bool = True) -> str:
        """Run one command; returns what it printed, or what it said on failing when `succeeds` is False."""
        done = subprocess.run(
            [sys.executable, "-m", "inbox", *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert (done.returncode == 0) is succeeds, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout if succeeds else done.stderr

    def listed(self, *arguments: str) -> list[dict[str, Any]]:
        """The objects that a command lists with `--json`."""
        rows: list[dict[str, Any]] = json.loads(self.run(*arguments, "--json"))
        return rows

    @contextmanager
    def served(self) -> Iterator[str]:
        """`inbox serve` as a real program; yields its address and stops it."""
        port = free_port()
        program = subprocess.Popen(
            [sys.executable, "-m", "inbox", "serve"],
            env={**self.environment(), "PORT": str(port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            _wait_until_open(address, program)
            yield address
        finally:
            program.send_signal(signal.SIGTERM)
            assert program.stderr is not None
            program.stderr.close()
            program.wait(timeout=30)


def _wait_until_open(address: str, program: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 60
    with httpx.Client(trust_env=False) as client:
        while time.monotonic() < deadline:
            if program.poll() is not None:
                assert program.stderr is not None
                raise AssertionError(program.stderr.read())
            try:
                client.get(f"{address}/healthz").raise_for_status()
            except httpx.HTTPError:
                time.sleep(0.1)
            else:
                return
    raise AssertionError("the server did not open within a minute")
