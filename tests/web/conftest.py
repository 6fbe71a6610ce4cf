"""Browsers: one of Werkzeug's that walks routes, and a real one."""

from __future__ import annotations

import contextvars
import hashlib
import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Response, expect
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from inbox import clock, live
from inbox.extensions import writing
from inbox.languages import compile_translations
from inbox.members import passwords
from inbox.models import MemberSession
from inbox.permissions import Actor, Role
from inbox.web.access import SESSION_COOKIE
from tests.browsers import chromium
from tests.conftest import START, MakeMember
from tests.scenes import Scene

# A busy machine answers late: what a page is waited for is there at last, or it is not.
expect.set_options(timeout=15_000)

_TOKEN = re.compile(rb'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="session", autouse=True)
def translations() -> None:
    """The catalogues are compiled before the first page is asked for."""
    compile_translations()


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in takes no time; `test_members` says how much work a hash of a real member takes."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def pages() -> bool:
    """Pages are what these tests look at."""
    return True


@pytest.fixture
def scene(app: Flask, at_start: Any) -> Scene:
    """An empty brand whose comments were written in the hour before now."""
    return Scene(START - timedelta(hours=1))


class Visitor:
    """Somebody at a browser, signed in or not.

    Every request runs in a context of its own, as on a server: the application context of the test is not there.
    """

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._token: str | None = None

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return self.open("GET", path, **more)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form as our own pages do, with the token of the form."""
        if self._token is None:
            found = _TOKEN.search(self.get("/profile").data) or _TOKEN.search(self.get("/sign-in").data)
            assert found is not None
            self._token = found[1].decode()
        return self.open("POST", path, data={"csrf_token": self._token, **(form or {})}, **more)

    def open(self, method: str, path: str, **more: Any) -> TestResponse:
        """Send anything."""
        more.setdefault("base_url", "https://inbox.example.org")
        if method == "POST":
            more.setdefault("headers", {"Referer": "https://inbox.example.org/"})
        answer: TestResponse = contextvars.Context().run(self.client.open, path, method=method, buffered=True, **more)
        return answer


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(app: Flask) -> Visit:
    """A factory: `visit(actor)` is that member at a browser, `visit()` somebody who is not signed in."""

    def come(actor: Actor | None = None) -> Visitor:
        client = app.test_client()
        if actor is not None:
            assert actor.member_id is not None
            client.set_cookie(SESSION_COOKIE, session_for(actor.member_id), domain="inbox.example.org", secure=True)
        return Visitor(client)

    return come


def session_for(member_id: int) -> str:
    """A session of a member, as signing in would open it; returns its token."""
    token = os.urandom(16).hex()
    with writing() as current:
        current.add(
            MemberSession(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                member_id=member_id,
                created_at=clock.now(),
                last_seen_at=clock.now(),
                expires_at=clock.now() + timedelta(hours=8),
                address="127.0.0.1",
                browser="tests",
            )
        )
    return token


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application on a loopback port; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    live.hub_of(app).stop()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, as Debian ships it."""
    with chromium() as found:
        yield found


Open = Callable[..., BrowserContext]


_NOT_OURS = re.compile(r"Failed to load resource|net::ERR_|Failed to fetch")
"""What the browser itself says of an answer that is no success, or of none: the tests look at those answers."""


@pytest.fixture
def complaints() -> list[str]:
    """What pages complained of; a test that provokes a complaint takes it out."""
    return []


@pytest.fixture
def open_browser(browser: Browser, served: str, complaints: list[str]) -> Iterator[Open]:
    """A factory: a window of the real browser in which a member is signed in.

    The test fails where a page broke the content security policy, said anything in the console, had an error, or where
    the server failed.
    """
    windows: list[BrowserContext] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _NOT_OURS.search(message.text):
            complaints.append(f"{message.type}: {message.text}")

    def told(response: Response) -> None:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            complaints.append(f"{response.status}: {response.url}")

    def come(actor: Actor | None = None, **more: Any) -> BrowserContext:
        window = browser.new_context(base_url=served, reduced_motion="reduce", **more)
        window.set_default_timeout(20_000)
        windows.append(window)
        window.on("console", hear)
        window.on("response", told)
        window.on("weberror", lambda problem: complaints.append(f"error: {problem.error}"))
        if actor is not None:
            assert actor.member_id is not None
            token = session_for(actor.member_id)
            window.add_cookies(
                [
                    {
                        "name": SESSION_COOKIE,
                        "value": token,
                        "url": served.replace("http:", "https:"),
                        "secure": True,
                        "httpOnly": True,
                        "sameSite": "Lax",
                    }
                ]
            )
        return window

    yield come
    for window in windows:
        window.close()
    assert complaints == []


@pytest.fixture
def cm(make_member: MakeMember) -> Actor:
    """A community manager."""
    return make_member(Role.COMMUNITY_MANAGER)


@pytest.fixture
def supervisor(make_member: MakeMember) -> Actor:
    """A supervisor."""
    return make_member(Role.SUPERVISOR)


@pytest.fixture
def approver(make_member: MakeMember) -> Actor:
    """Somebody who approves and does nothing else."""
    return make_member(Role.APPROVER)


@pytest.fixture
def desk(scene: Scene, cm: Actor, visit: Visit) -> Visitor:
    """The community manager at a browser."""
    return visit(cm)


@pytest.fixture
def chief(scene: Scene, supervisor: Actor, visit: Visit) -> Visitor:
    """The supervisor at a browser."""
    return visit(supervisor)


@pytest.fixture
def phone(scene: Scene, approver: Actor, visit: Visit) -> Visitor:
    """The approver at a browser."""
    return visit(approver)
