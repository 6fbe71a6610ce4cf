"""What a reader sees when something could not be done: one sentence, and the way out."""

from __future__ import annotations

import logging

from flask import Flask, Response, g, redirect, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from inbox import languages
from inbox.extensions import db
from inbox.models import NotNow
from inbox.permissions import Refused
from inbox.problems import Problem
from inbox.trail import refusals
from inbox.web import access, rendering
from inbox.web.rendering import Answer, page, sentence_of

log = logging.getLogger(__name__)

_CODES = {400: "page_400", 401: "page_401", 403: "page_403", 404: "page_404", 405: "page_405", 413: "page_413"}


def init_app(app: Flask) -> None:
    """Answer every error of `app` with a page of ours."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(NotNow, _problem)
    app.register_error_handler(CSRFError, _foreign_form)
    app.register_error_handler(401, _signed_out)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(OperationalError, _database)


def _refused(refused: Refused) -> Response:
    db.session.rollback()
    refusals.write_refused(refused)
    return _tell("page_403", 403)


def _problem(problem: Problem | NotNow) -> Response:
    db.session.rollback()
    status = problem.status if isinstance(problem, Problem) else 409
    return page("errors/error.html", status, title=languages.said("not_done"), sentence=sentence_of(problem))


def _foreign_form(_error: CSRFError) -> Response:
    return _tell("form_too_old", 400)


def _signed_out(_error: HTTPException) -> Answer:
    """To the sign-in page, and back afterwards; what was typed into a form stays on screen to be copied."""
    here = request.full_path.rstrip("?")
    if request.method in {"GET", "HEAD"} and not rendering.wants_fragment():
        return redirect(url_for("sign_in.index", next=access.inside(here, "/")), 303)
    if rendering.wants_fragment():
        answer = Response(status=401)
        answer.headers["HX-Redirect"] = url_for("sign_in.index")
        return answer
    before = access.inside(request.referrer and request.referrer.removeprefix(request.host_url.rstrip("/")), "/")
    return page("sign_in/index.html", 401, next=before, email="", typed=request.form.get("text", ""), signed_out=True)


def _http(error: HTTPException) -> Answer:
    if error.code is None or error.code < 400:
        return error.get_response()
    if error.code >= 500:
        return _bare("page_503" if error.code == 503 else "page_500", error.code)
    return _tell(_CODES.get(error.code, "page_400"), error.code, error)


def _database(error: OperationalError) -> Response:
    log.error("the database did not answer", exc_info=error)
    return _bare("page_503", 503)


def _bare(code: str, status: int) -> Response:
    """A page that needs no database: it is told when the database, or our own code, failed."""
    db.session.rollback()
    g.member = None
    return _tell(code, status)


def _tell(code: str, status: int, error: HTTPException | None = None) -> Response:
    said = languages.said
    if rendering.wants_fragment():
        response = rendering.fragment("errors/fragment.html", status, sentence=said(code))
    else:
        response = page("errors/error.html", status, title=said(f"{code}_title"), sentence=said(code))
    allowed = getattr(error, "valid_methods", None)
    if allowed:
        response.headers["Allow"] = ", ".join(sorted(allowed))
    return response
