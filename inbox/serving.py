"""`inbox serve`: the web server and the worker, two programs that one small program starts, watches and stops.

The watching program opens the port, so that a taken one is noticed before anything starts and no visitor is turned
away while the server starts. It holds one end of a pipe: when it dies, however it dies, the other end tells the two.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from config import Config
from inbox import create_app, live
from inbox.jobs import Jobs, listen, run_worker

log = logging.getLogger(__name__)

_FORK = multiprocessing.get_context("fork")

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


class Supervised:
    """One program that is started again when it ends.

    It is forked off this one, which has loaded everything already: it starts at once and shares the memory.
    """

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        self.name = name
        self._work = work
        self._running: ForkProcess | None = None
        self._started_at = 0.0
        self._failures = 0
        self._next_start = 0.0

    def look(self) -> None:
        """Start it if it does not run and its pause is over."""
        now = time.monotonic()
        if self._running is not None:
            if self._running.exitcode is None:
                return
            self._failures = 0 if now - self._started_at > STEADY_SECONDS else self._failures + 1
            pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2**self._failures) if self._failures else 0.0
            code = self._running.exitcode
            log.warning("the %s ended with code %s and starts again in %.1f s", self.name, code, pause)
            self._running, self._next_start = None, now + pause
        if now >= self._next_start:
            self._running = _FORK.Process(target=self._work, name=self.name)
            self._running.start()
            self._started_at = now

    def ask_to_stop(self) -> None:
        """Send SIGTERM, if it runs."""
        if self._running is not None:
            self._running.terminate()

    def wait_or_kill(self, deadline: float) -> None:
        """Wait for its end until `deadline` (monotonic), then end it."""
        if self._running is not None:
            self._running.join(max(0.0, deadline - time.monotonic()))
            self._running.kill()
            self._running.join()


def serve(config: Config, listener: socket.socket, *, processes: int, threads: int, streams: int) -> None:
    """Serve on `listener` and work, until SIGTERM or SIGINT; call it in the main thread, with no other one running.

    Args:
        config: the settings.
        listener: from `open_port`.
        processes: web processes; more than one only with PostgreSQL.
        threads: requests that each of them answers at once.
        streams: open screens that each of them tells of news at once; each needs a thread and a connection more.
    """
    _allow_files(threads + streams)
    alive, ours = os.pipe()

    def program(work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            os.close(ours)
            work()

        return run

    def serve_pages() -> None:
        WebServer(config, alive, listener, processes, threads, streams).run()

    def work() -> None:
        listener.close()
        stop_with(alive, lambda: os.kill(os.getpid(), signal.SIGTERM))
        run_worker(create_app(config, pages=False))

    _watch([Supervised("web server", program(serve_pages)), Supervised("worker", program(work))])


def _allow_files(connections: int) -> None:
    """Let a process have as many connections open as it is to answer, and some files beside them."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * connections + 512
    if soft < wanted:
        limit = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, limit), hard))


def _watch(programs: list[Supervised]) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    # What is loaded now stays and is shared with the two: the collector need not walk it again and again.
    gc.collect()
    gc.freeze()
    while not stop.is_set():
        for each in programs:
            each.look()
        stop.wait(0.2)
    deadline = time.monotonic() + STOP_SECONDS
    for each in programs:
        each.ask_to_stop()
    for each in programs:
        each.wait_or_kill(deadline)


def stop_with(descriptor: int, stop: Callable[[], None]) -> None:
    """Call `stop` once the program at the other end of the pipe `descriptor` is gone."""

    def watch() -> None:
        os.read(descriptor, 1)
        stop()

    threading.Thread(target=watch, name="watch", daemon=True).start()


class WebServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types.
    """gunicorn over a listening socket that was opened for it."""

    def __init__(
        self, config: Config, alive: int, listener: socket.socket, processes: int, threads: int, streams: int
    ) -> None:
        self._config = config
        self._alive = alive
        self._streams = streams
        self._settings = {
            "bind": f"fd://{listener.fileno()}",
            "worker_class": "gthread",
            "workers": processes,
            "threads": threads + streams,
            "worker_connections": 2 * (threads + streams),
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
        app = create_app(self._config)
        live.allow(app, self._streams)
        listen(Jobs(app))
        return app

    def _warm(self, worker: Any) -> None:
        stop_with(self._alive, lambda: os.kill(worker.ppid, signal.SIGTERM) if os.getppid() == worker.ppid else None)
        _end_streams_on_sigterm(worker.wsgi)
        worker.wsgi.test_client().get("/sign-in")
        gc.collect()
        gc.freeze()


def _end_streams_on_sigterm(app: Flask) -> None:
    """A server that is asked to stop waits for what it is answering, and a stream would go on for ever."""
    before = signal.getsignal(signal.SIGTERM)

    def stop(number: int, frame: FrameType | None) -> None:
        # Not here: the main thread may hold the very lock at this moment.
        threading.Thread(target=live.hub_of(app).stop, name="end streams", daemon=True).start()
        if callable(before):
            before(number, frame)

    signal.signal(signal.SIGTERM, stop)
