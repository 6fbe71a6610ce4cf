"""Who may open which page: every route, every role, and objects that are not there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from inbox.extensions import session
from inbox.models import TrailRow
from inbox.permissions import GRANTS, MEMBER_ROLES, Permission, Role, never
from inbox.web import access
from tests.conftest import MakeMember
from tests.scenes import Scene
from tests.web.conftest import Visit

PUBLIC = {
    "static",
    "sign_in.index",
    "sign_in.enter",
    "profile.choose_language",
    "profile.choose_theme",
    "health.alive",
    "health.ready",
}
FOR_EVERY_MEMBER = {
    "live.stream",
    "keyboard.index",
    "keyboard.choose",
    "start.index",
    "profile.index",
    "profile.choose_advice",
    "sign_in.leave",
} | {
    "help.index",
    "help.show",
    "tour.go",
    "tour.index",
    "tour.leave",
}
NOT_THERE = "999999"


def routes(app: Flask) -> list[tuple[str, Rule]]:
    """Every route with each of its methods."""
    methods = ((method, rule) for rule in app.url_map.iter_rules() for method in sorted(rule.methods or ()))
    return [(method, rule) for method, rule in methods if method in {"GET", "POST"}]


def address(rule: Rule, number: str = NOT_THERE) -> str:
    """An address of a route, with `number` for every object it names."""
    return re.sub(r"<(int:|path:)?\w+>", lambda match: number if match[1] != "path:" else "tokens.css", rule.rule)


def declared(app: Flask, rule: Rule) -> access.Access | None:
    return access.declared(app.view_functions[rule.endpoint])


def permissions(of: access.Access | None) -> frozenset[Permission]:
    """Those of which one opens a page; none where it asks for no permission."""
    if isinstance(of, Permission):
        return frozenset({of})
    return of if isinstance(of, frozenset) else frozenset()


def test_every_view_declares_who_may_open_it(app: Flask) -> None:
    undeclared = [rule.endpoint for rule in app.url_map.iter_rules() if declared(app, rule) is None]
    assert undeclared == []


def test_what_asks_for_no_permission_is_a_short_list(app: Flask) -> None:
    open_to = {rule.endpoint: declared(app, rule) for rule in app.url_map.iter_rules()}
    assert {name for name, whom in open_to.items() if whom is access.Open.TO_ANYBODY} == PUBLIC
    assert {name for name, whom in open_to.items() if whom is access.Open.TO_MEMBERS} == FOR_EVERY_MEMBER


def test_nothing_starts_with_an_undeclared_view(app: Flask) -> None:
    app.view_functions["queue.index"] = lambda: "open"
    with pytest.raises(access.UndeclaredView, match=r"queue\.index"):
        access.check(app)


def test_an_undeclared_view_is_refused_all_the_same(app: Flask, make_member: MakeMember, visit: Visit) -> None:
    app.view_functions["profile.index"] = lambda: "open"
    app.view_functions["queue.index"] = lambda: "open"
    assert visit(make_member(Role.SUPERVISOR)).get("/queue").status_code == 403


@pytest.mark.usefixtures("at_start")
def test_every_route_for_every_role(app: Flask, make_member: MakeMember, visit: Visit) -> None:
    """A role opens exactly the routes whose permission stands in its row of GRANTS, and no other."""
    for role in MEMBER_ROLES:
        member = visit(make_member(role))
        for method, rule in routes(app):
            wanted = permissions(declared(app, rule))
            if not wanted:
                continue
            answer = member.get(address(rule)) if method == "GET" else member.post(address(rule))
            refused = answer.status_code == 403
            assert refused == (not wanted & GRANTS[role]), (role, method, rule.rule, answer.status_code)
            assert answer.status_code < 500, (role, method, rule.rule)


@pytest.mark.usefixtures("at_start")
def test_nothing_opens_for_somebody_who_is_not_signed_in(app: Flask, visit: Visit) -> None:
    visitor = visit()
    for method, rule in routes(app):
        if rule.endpoint in PUBLIC:
            continue
        answer = visitor.open(method, address(rule))
        if method == "GET":
            assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), rule.rule
        else:
            assert answer.status_code == 401, rule.rule


@pytest.mark.usefixtures("at_start")
def test_objects_that_are_not_there_are_not_found(app: Flask, make_member: MakeMember, visit: Visit) -> None:
    """Every route that names an object, for every role that holds its permission."""
    for role in MEMBER_ROLES:
        member = visit(make_member(role))
        for method, rule in routes(app):
            if not rule.arguments or rule.endpoint == "static" or not permissions(declared(app, rule)) & GRANTS[role]:
                continue
            form = {"insert": "1", "text": "x", "seen_up_to": "1", "role": "analyst", "reason": "thanks", "for": "1"}
            form |= {"first_minutes": "5", "next_minutes": "5", "to": "me", "note": "x", "months": "24"}
            form |= {"confirmations": "2", "minutes": "5", "days": "0", "words": "x", "apology": "1"}
            form |= {
                "seen_number": "1",
                "name": "x",
                "shared": "yes",
                "doing": "looking",
                "member_id": "1",
                "end_reason": "x",
            }
            form["form_key"] = "k" * 24
            answer = member.get(address(rule)) if method == "GET" else member.post(address(rule), form)
            assert answer.status_code == 404, (role, method, rule.rule, answer.status_code)


def test_what_belongs_to_another_conversation_is_not_found(scene: Scene, make_member: MakeMember, visit: Visit) -> None:
    account = scene.account()
    mine = scene.comment(account, "ines", 0)
    other = scene.comment(account, "paul", 1)
    foreign = scene.answer(other, 5)
    member = visit(make_member(Role.COMMUNITY_MANAGER))
    for deed in ("withdraw", "send-again", "settle"):
        assert member.post(f"/conversations/{mine}/replies/{foreign}/{deed}").status_code == 404, deed
    # The second comment is the one of the other conversation.
    assert member.post(f"/conversations/{mine}/comments/2/triage", {"kind": "praise"}).status_code == 404
    assert member.post(f"/conversations/{other}/comments/2/triage", {"kind": "praise"}).status_code == 303


@pytest.mark.usefixtures("at_start")
def test_a_refusal_is_written_to_the_trail(make_member: MakeMember, visit: Visit) -> None:
    analyst = make_member(Role.ANALYST)
    answer = visit(analyst).get("/queue")
    assert answer.status_code == 403
    assert "Your roles do not open this page" in answer.text
    row = session().scalars(select(TrailRow).where(TrailRow.action == "permission.refused")).one()
    assert (row.actor, row.params) == (analyst.name, '{"permission":"queue:view"}')


@pytest.mark.usefixtures("at_start")
def test_a_member_who_was_deactivated_is_out_at_once(make_member: MakeMember, visit: Visit) -> None:
    admin, leaver = make_member(Role.ADMINISTRATOR), make_member(Role.COMMUNITY_MANAGER)
    browser = visit(leaver)
    assert browser.get("/queue").status_code == 200
    assert visit(admin).post(f"/members/{leaver.member_id}/deactivate").status_code == 303
    assert browser.get("/queue").status_code == 303


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.COMMUNITY_MANAGER, "/queue"),
        (Role.SUPERVISOR, "/queue"),
        (Role.ADMINISTRATOR, "/accounts"),
        (Role.ANALYST, "/reports/response-times"),
    ],
)
@pytest.mark.usefixtures("at_start")
def test_each_role_has_a_home(role: Role, home: str, make_member: MakeMember, visit: Visit) -> None:
    member = visit(make_member(role))
    assert member.get("/").location == home
    assert member.get(home).status_code == 200


@pytest.mark.usefixtures("at_start")
def test_an_approver_is_told_what_will_come(make_member: MakeMember, visit: Visit) -> None:
    approver = visit(make_member(Role.APPROVER))
    assert "Nothing waits for you" in approver.get(approver.get("/").location).text


class TestLockSeven:
    """No DELETE route, no forbidden verb in any route."""

    def test_no_route_deletes_or_is_named_after_a_forbidden_deed(self, app: Flask) -> None:
        for rule in app.url_map.iter_rules():
            assert not {"DELETE", "PUT", "PATCH"} & set(rule.methods or ()), rule.rule
            assert never.forbidden_words(rule.rule, figures=True) == [], rule.rule
            assert never.forbidden_words(rule.endpoint, figures=True) == [], rule.endpoint

    @pytest.mark.parametrize("rule", ["/comments/<int:number>/delete", "/authors/block", "/conversations/hidden"])
    def test_such_a_route_cannot_be_registered(self, app: Flask, rule: str) -> None:
        app._got_first_request = False
        with pytest.raises(never.ForbiddenDeed):
            app.add_url_rule(rule, "innocent", lambda: "")

    def test_a_route_that_answers_delete_cannot_be_registered(self, app: Flask) -> None:
        app._got_first_request = False
        with pytest.raises(never.ForbiddenDeed):
            app.add_url_rule("/innocent", "innocent", lambda: "", methods=["DELETE"])

    @pytest.mark.usefixtures("at_start")
    def test_an_attempt_is_refused_and_written_to_the_trail(self, make_member: MakeMember, visit: Visit) -> None:
        supervisor = make_member(Role.SUPERVISOR)
        assert visit(supervisor).open("DELETE", "/conversations/1").status_code == 405
        row = session().scalars(select(TrailRow).where(TrailRow.action == "rule.refused")).one()
        assert row.actor == supervisor.name
        assert "DELETE /conversations/1" in row.params

    @pytest.mark.usefixtures("at_start")
    def test_a_stranger_cannot_fill_the_trail(self, visit: Visit) -> None:
        assert visit().open("DELETE", "/conversations/1").status_code in {401, 405}
        assert session().scalars(select(TrailRow)).all() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("/queue?state=closed", "/queue?state=closed"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/%0d%0aSet-Cookie:x", "/%0d%0aSet-Cookie:x"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_nobody_is_sent_elsewhere(typed: Any, kept: str) -> None:
    assert access.inside(typed, "/") == kept
