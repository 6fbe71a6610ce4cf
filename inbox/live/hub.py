"""One per web process: a thread that notices commits, and the open streams it hands their events to.

A stream waits on a queue of its own and holds neither a session nor a connection of the database. What it may be told
is asked of the member's roles, and every few seconds the hub asks for all of its streams at once whether their members
are still signed in, with the same roles; if not, the stream ends, and the page asks again as whoever they are by then.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from inbox import clock
from inbox.extensions import db, session
from inbox.live import events
from inbox.live.events import Told
from inbox.live.watching import watcher
from inbox.models import Member, MemberRole, MemberSession
from inbox.permissions import Actor

log = logging.getLogger(__name__)

USUAL_STREAMS = 500
"""Open screens that one web process tells of news, unless it is told to keep another number."""

_HUB = "inbox_live"

HEARTBEAT_SECONDS = 15.0
"""A stream on which nothing happens says so this often, so that a proxy keeps it and a closed one is noticed."""

PAUSE_SECONDS = 0.2
"""Between two times that events are handed on: what is committed meanwhile goes together."""

CHECK_SECONDS = 5.0
"""How often it is asked whether members are still signed in."""

RETRY_MILLISECONDS = 2_000
"""How long a browser waits before it opens a stream anew."""

MOST_UNSENT = 1_000
"""Events that a slow stream may be behind before it is ended; it resumes where it stood."""

LOOK_ANEW = b"event: anew\ndata: {}\n\n"
_BEAT = b": \n\n"


class Full(Exception):
    """As many streams are open as this process keeps, or it is stopping: the page asks now and then instead."""


class Stream:
    """The server-sent events of one screen, as an iterator of bytes that a server can close."""

    def __init__(self, hub: Hub, actor: Actor, session_id: int, after: int, alone: bool) -> None:
        self._hub = hub
        self.actor = actor
        self.session_id = session_id
        self.alone = alone
        self._last = after
        self._ready: list[bytes] = [b"retry: %d\n\n" % RETRY_MILLISECONDS]
        self.unsent: queue.SimpleQueue[tuple[int, bytes] | None] = queue.SimpleQueue()

    def catch_up(self, backlog: Iterable[Told], missed: bool, reached: int) -> None:
        """Begin with what happened before, up to event `reached`.

        Args:
            missed: not everything of it is kept any more, so that the screen has to look anew.
        """
        if missed:
            self._ready.append(b"id: %d\n" % reached + LOOK_ANEW)
        else:
            self._ready += [told.encoded() for told in backlog if told.is_for(self.actor)]
        self._last = reached

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._ready:
            ready, self._ready = b"".join(self._ready), []
            return ready
        parts: list[bytes] = []
        while not parts:
            try:
                told = self.unsent.get(timeout=HEARTBEAT_SECONDS)
                while told is not None:
                    # What came together is written together.
                    if told[0] > self._last:
                        self._last = told[0]
                        parts.append(told[1])
                    told = self.unsent.get_nowait()
            except queue.Empty:
                return b"".join(parts) or _BEAT
            if not parts:
                raise StopIteration
            # The end, behind what was still to be told.
            self.unsent.put(None)
        return b"".join(parts)

    def close(self) -> None:
        """The browser is gone, or the stream was ended."""
        self._hub.forget(self)


class Hub:
    """The open streams of one web process.

    Args:
        app: whose database is watched.
        most: how many streams may be open at once.
    """

    def __init__(self, app: Flask, most: int) -> None:
        self._app = app
        self.most = most
        self._lock = threading.Lock()
        self._streams: set[Stream] = set()
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._closed = False

    def open(self, actor: Actor, session_id: int, after: int, *, alone: bool = False) -> Stream:
        """A stream of what happens after event `after`. Called with the session of a request, which it reads once.

        Args:
            alone: it is the only one of its browser; what a page that was left still holds is ended.

        Raises:
            Full: there are too many, or this process is stopping.
        """
        stream = Stream(self, actor, session_id, after, alone)
        with self._lock:
            if alone:
                for other in [each for each in self._streams if each.alone and each.session_id == session_id]:
                    other.unsent.put(None)
                    self._streams.discard(other)
            if self._closed or len(self._streams) >= self.most:
                raise Full
            self._streams.add(stream)
            self._watch()
        # Read behind the registration: what is committed between the two comes twice, and is told once.
        try:
            found, missed = events.since(after)
            reached = events.newest() if missed else (found[-1].id if found else after)
        except BaseException:
            self.forget(stream)
            raise
        stream.catch_up(found, missed, reached)
        return stream

    def forget(self, stream: Stream) -> None:
        """Hand nothing on to a stream any more."""
        with self._lock:
            self._streams.discard(stream)

    @property
    def count(self) -> int:
        """How many streams are open."""
        return len(self._streams)

    def stop(self) -> None:
        """End every stream and open no more; waits for the watcher."""
        with self._lock:
            self._closed = True
            self._stop.set()
            thread, self._thread = self._thread, None
            for stream in self._streams:
                stream.unsent.put(None)
        if thread is not None:
            thread.join(5)

    def _watch(self) -> None:
        """Start the thread with the first stream: after the server has forked its processes."""
        if self._thread is None or not self._thread.is_alive():
            # Where to begin is read here, so that nothing slips in before the thread has started.
            begin = events.newest()
            self._thread = threading.Thread(target=self._run, args=(begin,), name="live", daemon=True)
            self._thread.start()

    def _run(self, last: int) -> None:
        while not self._stop.is_set():
            try:
                with self._app.app_context():
                    url = db.engine.url
                with watcher(url) as changed:
                    last = self._follow(changed, last)
            except Exception:
                # The database is out of reach, or the connection was cut: nothing is lost, since rows are read from
                # where it stood.
                if not self._stop.wait(1.0):
                    log.warning("live screens are told again once the database answers", exc_info=True)

    def _follow(self, changed: Any, last: int) -> int:
        """Hand events on until the hub stops."""
        checked = time.monotonic()
        last = self._hand_on(last)
        while not self._stop.is_set():
            try:
                if changed(self._stop):
                    last = self._hand_on(last)
                    # Who commits often wakes hundreds of screens a few times a second, and not each time.
                    self._stop.wait(PAUSE_SECONDS)
                if time.monotonic() - checked >= CHECK_SECONDS:
                    checked = time.monotonic()
                    self._end_the_signed_out()
            except SQLAlchemyError:
                if not self._stop.wait(0.5):
                    log.warning("events could not be read; tried again", exc_info=True)
        return last

    def _hand_on(self, last: int) -> int:
        while True:
            with self._app.app_context():
                found, _ = events.since(last)
            for told in found:
                last = told.id
                # Encoded once, whatever the number of screens.
                ready = (told.id, told.encoded())
                for stream in tuple(self._streams):
                    if told.is_for(stream.actor):
                        stream.unsent.put(ready if stream.unsent.qsize() < MOST_UNSENT else None)
            if len(found) < events.MOST:
                return last

    def _end_the_signed_out(self) -> None:
        streams = tuple(self._streams)
        if not streams:
            return
        with self._app.app_context():
            signed_in = _signed_in({stream.session_id for stream in streams})
        for stream in streams:
            if signed_in.get(stream.session_id) != stream.actor.roles:
                stream.unsent.put(None)


def allow(app: Flask, streams: int) -> None:
    """Give `app` a hub that keeps so many streams open."""
    app.extensions[_HUB] = Hub(app, streams)


def hub_of(app: Flask) -> Hub:
    """The hub of an application that answers browsers."""
    hub: Hub = app.extensions[_HUB]
    return hub


def _signed_in(session_ids: set[int]) -> dict[int, frozenset[Any]]:
    """The roles of the members of those sessions that are still open."""
    found: dict[int, set[Any]] = {}
    rows = session().execute(
        select(MemberSession.id, MemberRole.role)
        .join(Member, Member.id == MemberSession.member_id)
        .outerjoin(MemberRole, (MemberRole.member_id == Member.id) & MemberRole.ended_at.is_(None))
        .where(
            MemberSession.id.in_(session_ids),
            MemberSession.ended_at.is_(None),
            MemberSession.expires_at > clock.now(),
            Member.deactivated_at.is_(None),
        )
    )
    for session_id, role in rows:
        found.setdefault(session_id, set()).update({role} if role is not None else ())
    return {session_id: frozenset(roles) for session_id, roles in found.items()}
