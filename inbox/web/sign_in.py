"""Signing in and out."""

from __future__ import annotations

from flask import Blueprint, Response, g, make_response, redirect, request, session, url_for

from inbox import members
from inbox.problems import Problem
from inbox.web import access, rendering
from inbox.web.rendering import Answer, page

screen = Blueprint("sign_in", __name__)


@screen.get("/sign-in")
@access.public
def index() -> Answer:
    """The form; who is signed in already goes on."""
    if g.member is not None:
        return redirect(access.inside(request.args.get("next"), "/"), 303)
    return page("sign_in/index.html", next=access.inside(request.args.get("next"), "/"), email="")


@screen.post("/sign-in")
@access.public
def enter() -> Answer:
    """Open a session, or say in one sentence why not."""
    email, onward = request.form.get("email", ""), access.inside(request.form.get("next"), "/")
    try:
        token = members.sign_in(
            email,
            request.form.get("password", ""),
            address=request.remote_addr or "",
            browser=request.user_agent.string,
        )
    except Problem as problem:
        sentence = rendering.sentence_of(problem)
        answer = page("sign_in/index.html", problem.status, next=onward, email=email, problem=sentence)
        if "seconds" in problem.params:
            answer.headers["Retry-After"] = str(problem.params["seconds"])
        return answer
    # What the form's session held before belongs to whoever sat here before.
    session.clear()
    return access.keep_signed_in(_to(onward), token)


@screen.post("/sign-out")
@access.members_only
def leave() -> Answer:
    """End the session, on this browser and in the store."""
    token = access.token_of_request()
    if token:
        members.sign_out(token)
    session.clear()
    return access.forget(_to(url_for("sign_in.index")))


def _to(address: str) -> Response:
    return make_response(redirect(address, 303))
