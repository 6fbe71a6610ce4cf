"""The servers a network stands on: PostgreSQL, Redis and the network itself, on loopback or a socket file."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

HERE = Path(__file__).parent
INSTALL_SECONDS = 900
START_SECONDS = 120
STOP_SECONDS = 15


class Missing(Exception):
    """A program that the network needs is not on this machine; the text names it."""


class Broken(Exception):
    """A part of the network did not start; the text holds the end of what it printed."""


def free_ports(count: int) -> list[int]:
    """`count` loopback ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def install() -> None:
    """Install the network's packages as the lock file says, unless that was done already.

    Raises:
        Missing: Node.js 20 or npm is not there.
        Broken: npm failed.
    """
    node, npm = _program("node"), _program("npm")
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if not version.startswith("v20."):
        raise Missing(f"Node.js 20 (found {version})")
    lock = (HERE / "package-lock.json").read_bytes()
    wanted = sha256(lock + (HERE / "package.json").read_bytes() + version.encode()).hexdigest()
    stamp = HERE / "node_modules" / ".installed"
    with (HERE / "package.json").open() as held:
        # Two test runs at once would tear each other's folder down.
        fcntl.flock(held, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == wanted:
            return
        command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(
            command,
            cwd=HERE,
            env=_with_headers(node),
            timeout=INSTALL_SECONDS,
            check=False,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Broken(f"npm ci: {(done.stdout + done.stderr)[-2000:]}")
        stamp.write_text(wanted)


def _with_headers(node: str) -> dict[str, str]:
    """The environment in which a native package is built against the headers that came with Node.js, where they did."""
    place = Path(node).resolve().parents[1]
    found = (place / "include" / "node" / "node.h").exists()
    return {**os.environ, **({"npm_config_nodedir": str(place)} if found else {})}


@contextmanager
def running_network() -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Start PostgreSQL, Redis and the network; stop them and leave no file at the end.

    Yields:
        the network's process, and the line it printed when it was ready (see `start.mjs`).

    Raises:
        Missing: PostgreSQL or Redis is not there.
        Broken: one of them did not start.
    """
    with ExitStack() as stack:
        folder = Path(mkdtemp(prefix="atproto-", dir="/tmp"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o711)
        *ports, redis_port = free_ports(6)
        postgres = stack.enter_context(_postgres(folder))
        stack.enter_context(_redis(folder, redis_port))
        written = folder / "written"
        written.mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(written),
            "TMPDIR": str(written),
            "DB_POSTGRES_URL": postgres,
            "REDIS_HOST": f"127.0.0.1:{redis_port}",
            "NETWORK_PORTS": json.dumps(ports),
        }
        log = folder / "network.log"
        with log.open("w") as errors:
            network = subprocess.Popen(
                [_program("node"), "start.mjs"],
                cwd=HERE,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        stack.callback(_stop, network)
        assert network.stdout is not None
        line = network.stdout.readline()
        if not line:
            raise Broken(f"the network: {log.read_text()[-2000:]}")
        yield network, json.loads(line)


@contextmanager
def _postgres(folder: Path) -> Iterator[str]:
    """A PostgreSQL that answers on a socket file only; yields its address as node-postgres reads it.

    The AppView creates the extension `pg_trgm`, which Debian's package holds.
    """
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[4]))
    if not programs:
        raise Missing("PostgreSQL (Debian: postgresql)")
    owner: dict[str, Any] = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
    data, sockets = folder / "postgres", folder / "sockets"
    for each, mode in ((data, 0o700), (sockets, 0o711)):
        each.mkdir()
        each.chmod(mode)
        if owner:
            shutil.chown(each, "postgres", "postgres")
    initdb: list[str | Path] = [
        programs[-1].with_name("initdb"),
        "-D",
        data,
        "-A",
        "trust",
        "-U",
        "postgres",
        "-E",
        "UTF8",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, capture_output=True, cwd=data, **owner)
    arguments: list[str | Path] = [
        "-D",
        data,
        "-k",
        sockets,
        "-c",
        "listen_addresses=",
        "-c",
        "fsync=off",
        "-c",
        "max_connections=200",
    ]
    with (folder / "postgres.log").open("w") as log:
        server = subprocess.Popen([programs[-1], *arguments], cwd=data, stdout=log, stderr=log, **owner)
    try:
        ready: list[str | Path] = [programs[-1].with_name("pg_isready"), "-q", "-h", sockets]
        _wait_for(server, ready, "PostgreSQL", folder / "postgres.log")
        yield f"postgresql://postgres:@/postgres?host={sockets}"
    finally:
        _stop(server)


@contextmanager
def _redis(folder: Path, port: int) -> Iterator[None]:
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with (folder / "redis.log").open("w") as log:
        server = subprocess.Popen([_program("redis-server"), *options], stdout=log, stderr=log)
    try:
        ping: list[str | Path] = [_program("redis-cli"), "-p", str(port), "ping"]
        _wait_for(server, ping, "Redis", folder / "redis.log")
        yield
    finally:
        _stop(server)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Missing(name)
    return found


def _wait_for(server: subprocess.Popen[Any], question: Sequence[str | Path], name: str, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run(question, capture_output=True, check=False).returncode:
        if server.poll() is not None or time.monotonic() > deadline:
            raise Broken(f"{name}: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def _stop(server: subprocess.Popen[Any]) -> None:
    server.terminate()
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        print(f"{server.args!r} had to be killed", file=sys.stderr)
        server.kill()
        server.wait()
    for stream in (server.stdin, server.stdout):
        if stream is not None:
            stream.close()
