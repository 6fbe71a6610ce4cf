"""A unified social inbox for crisis replies: every critic is answered, none is deleted or blocked."""

from __future__ import annotations

import secrets
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from config import MAX_BODY_BYTES, Config


def create_app(config: Config | None = None, *, pages: bool = True) -> Flask:
    """The Flask application over `config`, by default the environment's.

    Opens no connection: whoever serves or works checks the schema first (`inbox.models.schema.check`).

    Args:
        pages: it answers browsers. The worker and most commands do without, and begin sooner.

    Raises:
        ConfigError: a setting cannot be used.
    """
    from inbox import extensions, notices, web
    from inbox.models import guards
    from inbox.models.kept import DERIVED, KEPT
    from inbox.trail import refusals

    settings = config or Config.from_environment()
    root = Path(__file__).resolve().parent
    app = Flask("inbox", root_path=str(root), template_folder=str(root.parent / "templates"))
    app.config.update(
        INBOX=settings,
        SECRET_KEY=settings.secret_key or secrets.token_urlsafe(32),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=extensions.engine_options(on_sqlite=settings.on_sqlite),
        MAX_CONTENT_LENGTH=MAX_BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_BODY_BYTES,
        BABEL_TRANSLATION_DIRECTORIES=str(root / "translations"),
    )
    if settings.on_sqlite:
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    extensions.db.init_app(app)
    extensions.migrate.init_app(app, extensions.db, directory=str(root.parent / "migrations"))
    with app.app_context():
        extensions.prepare_engine(extensions.db.engine, protected=frozenset((*KEPT, *DERIVED)))
        guards.watch(extensions.db.engine)
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    refusals.keep(app)
    notices.listen()
    web.init_app(app, pages=pages)
    return app
