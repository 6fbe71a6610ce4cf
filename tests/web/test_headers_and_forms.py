"""What stands on every answer, and what every form needs."""

from __future__ import annotations

import pytest
from flask import Flask

from inbox.permissions import MEMBER_ROLES, Permission, Role
from inbox.web import access
from inbox.web.headers import ALWAYS
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Visit
from tests.web.test_access import address, routes

EVERYTHING = MEMBER_ROLES


@pytest.mark.usefixtures("at_start")
def test_the_headers_stand_on_every_answer(app: Flask, make_member: MakeMember, visit: Visit) -> None:
    member, stranger = visit(make_member(*EVERYTHING)), visit()
    answers = [visitor.open(method, address(rule)) for visitor in (member, stranger) for method, rule in routes(app)]
    answers += [
        member.get("/nowhere"),
        member.open("DELETE", "/queue"),
        member.open("OPTIONS", "/queue"),
        stranger.get("/static/nowhere.css"),
        stranger.get("/static/tokens.css"),
        member.post("/members", {"name": "x" * 3_000_000}),
    ]
    assert {answer.status_code for answer in answers} >= {200, 303, 400, 401, 404, 405, 413}
    for answer in answers:
        for name, value in ALWAYS.items():
            assert answer.headers.getlist(name) == [value], (answer.request.path, name)


def test_the_policy_allows_nothing_inline_and_no_frame() -> None:
    policy = ALWAYS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "base-uri 'none'" in policy


@pytest.mark.usefixtures("at_start")
def test_a_page_of_a_member_is_kept_nowhere(make_member: MakeMember, visit: Visit) -> None:
    assert visit(make_member(Role.SUPERVISOR)).get("/queue").headers["Cache-Control"] == "no-store"
    named = visit().get("/static/tokens.css?v=1").headers["Cache-Control"]
    assert "immutable" in named
    assert visit().get("/static/tokens.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.usefixtures("at_start")
def test_every_cookie_is_bound_to_this_host(make_member: MakeMember, visit: Visit) -> None:
    visitor = visit()
    cookies = visitor.get("/sign-in").headers.getlist("Set-Cookie")
    for path, form in (("/profile/language", {"language": "fr"}), ("/profile/theme", {"theme": "dark"})):
        cookies += visitor.post(path, form).headers.getlist("Set-Cookie")
    cookies += visit(make_member(Role.ANALYST)).post("/sign-out").headers.getlist("Set-Cookie")
    assert {cookie.partition("=")[0] for cookie in cookies} == {
        "__Host-form",
        "__Host-language",
        "__Host-theme",
        "__Host-inbox",
    }
    for cookie in cookies:
        assert "; Secure" in cookie, cookie
        assert "; HttpOnly" in cookie, cookie
        assert "; Path=/" in cookie, cookie
        assert "; SameSite=Lax" in cookie, cookie
        assert "Domain" not in cookie, cookie


@pytest.mark.usefixtures("at_start")
def test_a_form_without_our_token_changes_nothing(app: Flask, make_member: MakeMember, visit: Visit) -> None:
    member = visit(make_member(*EVERYTHING))
    walked = 0
    for method, rule in routes(app):
        if method != "POST":
            continue
        walked += 1
        answer = member.open("POST", address(rule))
        assert answer.status_code == 400, rule.rule
        assert "Nothing was changed" in answer.text
    assert walked > 25
    assert isinstance(access.declared(app.view_functions["members.add"]), Permission)


@pytest.mark.usefixtures("at_start")
def test_a_token_of_somebody_else_is_refused(make_member: MakeMember, visit: Visit) -> None:
    mine, theirs = visit(make_member(Role.SUPERVISOR)), visit(make_member(Role.COMMUNITY_MANAGER))
    assert mine.post("/profile/theme", {"theme": "dark"}).status_code == 303
    answer = theirs.open("POST", "/profile/theme", data={"theme": "dark", "csrf_token": mine._token})
    assert answer.status_code == 400


@pytest.mark.usefixtures("at_start")
def test_a_form_from_another_site_is_refused(make_member: MakeMember, visit: Visit) -> None:
    member = visit(make_member(Role.SUPERVISOR))
    foreign = {"Referer": "https://evil.example/"}
    assert member.post("/profile/theme", {"theme": "dark"}, headers=foreign).status_code == 400


@pytest.mark.usefixtures("at_start")
def test_a_body_that_is_too_large_is_refused(make_member: MakeMember, visit: Visit) -> None:
    member = visit(make_member(Role.SUPERVISOR))
    answer = member.post("/templates/new", {"name": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "too large" in answer.text


def test_what_was_typed_survives_a_session_that_ended(scene: Scene, visit: Visit) -> None:
    conversation = scene.comment(scene.account(), "ines", 0)
    form = {"text": "Dear Ines, <b>we</b> looked into it."}
    answer = visit().open("POST", f"/conversations/{conversation}/replies", data=form)
    assert answer.status_code == 401
    assert "Dear Ines, &lt;b&gt;we&lt;/b&gt; looked into it." in answer.text
