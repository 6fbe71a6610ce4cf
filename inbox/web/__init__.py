"""The pages."""

from __future__ import annotations

from flask import Flask

from inbox import extensions


def init_app(app: Flask) -> None:
    """Register every page and what stands around all of them."""
    extensions.babel.init_app(app)
    extensions.login_manager.init_app(app)
    extensions.csrf.init_app(app)
