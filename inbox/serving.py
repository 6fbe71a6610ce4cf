"""`inbox serve`: the web server and the worker, two programs that one small program starts, watches and stops.

The watching program opens the port, so that a taken one is noticed before anything starts and no visitor is turned
away while the server starts. It holds one end of a pipe: when it dies, however it dies, the other end tells the two.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from inbox import create_app
from inbox.jobs import Jobs, listen, run_worker

log = logging.getLogger(__name__)

THREADS = 64
"""Requests that one web process answers at once."""
STOP_SECONDS = 6.0
"""How long a program may take to stop before it is killed; the worker gives its jobs 4 seconds of them."""
LONGEST_PAUSE_SECONDS = 30.0
"""Between two starts of a program that keeps ending."""
STEADY_SECONDS = 60.0
"""A program that ran this long starts again at once when it ends."""


class PortTaken(Exception):
    """Something else listens at the address; the text is the address."""


def open_port(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        PortTaken: the address is in use, or not ours to use.
    """
    try:
        return socket.create_server((host, port), backlog=2048)
    except OSError as error:
        raise PortTaken(f"{host}:{port}") from error


@dataclass
class Supervised:
    """One program that is started again when it ends.

    Attributes:
        name: for the log.
        command: its arguments.
        descriptors: what it inherits.
    """

    name: str
    command: Sequence[str]
    descriptors: tuple[int, ...]
    _running: subprocess.Popen[bytes] | None = None
    _started_at: float = 0.0
    _failures: int = 0
    _next_start: float = field(default=0.0)

    def look(self) -> None:
        """Start it if it does not run and its pause is over."""
        now = time.monotonic()
        if self._running is not None:
            code = self._running.poll()
            if code is None:
                return
            self._failures = 0 if now - self._started_at > STEADY_SECONDS else self._failures + 1
            pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2**self._failures) if self._failures else 0.0
            log.warning("the %s ended with code %s and starts again in %.1f s", self.name, code, pause)
            self._running, self._next_start = None, now + pause
        if now >= self._next_start:
            # The command is made of this file's own words and numbers.
            self._running = subprocess.Popen(self.command, pass_fds=self.descriptors)  # noqa: S603
            self._started_at = now

    def tell(self, number: signal.Signals) -> None:
        """Send a signal, if it runs."""
        if self._running is not None and self._running.poll() is None:
            self._running.send_signal(number)

    def wait(self, seconds: float) -> bool:
        """Whether it has ended within `seconds`."""
        if self._running is None:
            return True
        try:
            self._running.wait(max(0.0, seconds))
        except subprocess.TimeoutExpired:
            return False
        return True


def serve(listener: socket.socket, *, processes: int, threads: int) -> None:
    """Serve on `listener` and work, until SIGTERM or SIGINT; call it in the main thread.

    Args:
        listener: from `open_port`.
        processes: web processes; more than one only with PostgreSQL.
        threads: requests that each of them answers at once.
    """
    alive, ours = os.pipe()
    os.set_inheritable(alive, True)
    listener.set_inheritable(True)
    python = [sys.executable, "-m", "inbox.serving"]
    web = [*python, "web", str(alive), str(listener.fileno()), str(processes), str(threads)]
    programs = [
        Supervised("web server", web, (alive, listener.fileno())),
        Supervised("worker", [*python, "worker", str(alive)], (alive,)),
    ]
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, on_signal)
    while not stop.is_set():
        for program in programs:
            program.look()
        stop.wait(0.2)
    deadline = time.monotonic() + STOP_SECONDS
    for program in programs:
        program.tell(signal.SIGTERM)
    for program in programs:
        if not program.wait(deadline - time.monotonic()):
            program.tell(signal.SIGKILL)
            program.wait(1)
    os.close(ours)


def stop_with(descriptor: int, stop: Callable[[], None]) -> None:
    """Call `stop` once the program at the other end of the pipe `descriptor` is gone."""

    def watch() -> None:
        os.read(descriptor, 1)
        stop()

    threading.Thread(target=watch, name="watch", daemon=True).start()


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types.
    """gunicorn over a listening socket that was opened for it."""

    def __init__(self, alive: int, listener: int, processes: int, threads: int) -> None:
        self._alive = alive
        self._settings = {
            "bind": f"fd://{listener}",
            "worker_class": "gthread",
            "workers": processes,
            "threads": threads,
            "keepalive": 5,
            "timeout": 60,
            "graceful_timeout": 4,
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_worker_init": self._warm,
        }
        super().__init__()

    def load_config(self) -> None:
        """Take our settings and nothing of the environment's."""
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, whose commits ring the worker."""
        app = create_app()
        listen(Jobs(app))
        return app

    def _warm(self, worker: Any) -> None:
        stop_with(self._alive, lambda: os.kill(worker.ppid, signal.SIGTERM) if os.getppid() == worker.ppid else None)
        worker.wsgi.test_client().get("/healthz")
        # What is loaded now stays: the collector need not walk it again and again (it costs the slowest pages).
        gc.collect()
        gc.freeze()


def main(arguments: Sequence[str]) -> None:
    """One of the two programs: `web ALIVE LISTENER PROCESSES THREADS` or `worker ALIVE`."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    kind, *numbers = arguments
    if kind == "web":
        WebServer(*map(int, numbers)).run()
    else:
        stop_with(int(numbers[0]), lambda: os.kill(os.getpid(), signal.SIGTERM))
        run_worker(create_app())


if __name__ == "__main__":
    main(sys.argv[1:])
