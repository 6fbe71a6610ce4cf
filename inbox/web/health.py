"""For machines that watch this one: is it alive, can it work."""

from __future__ import annotations

import logging

from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from inbox.extensions import db
from inbox.models import schema
from inbox.web import access

log = logging.getLogger(__name__)

screen = Blueprint("health", __name__)


@screen.get("/healthz")
@access.public
def alive() -> Response:
    """The web process answers; touches nothing else."""
    return Response("ok\n", mimetype="text/plain")


@screen.get("/readyz")
@access.public
def ready() -> Response:
    """The database can be reached, is up to date and has all its triggers; 503 otherwise, the reason in the log."""
    try:
        with db.engine.connect() as connection:
            schema.check(connection)
    except (SQLAlchemyError, schema.SchemaError):
        log.exception("not ready")
        return Response("not ready\n", 503, mimetype="text/plain")
    return Response("ok\n", mimetype="text/plain")
