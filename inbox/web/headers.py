"""The headers that stand on every answer, errors and files included."""

from __future__ import annotations

from flask import Flask, Response, g, request

_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

CONTENT_SECURITY_POLICY = "; ".join(f"{name} {sources}" for name, sources in _POLICY.items())

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Flask-WTF compares the referrer of a form sent over https, so that our own pages have to send it.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_A_YEAR = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Put the headers on every answer of `app`, and the safe attributes on every cookie Flask sets."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-form",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        # A form stays good as long as its session: a composer may stand open for hours.
        WTF_CSRF_TIME_LIMIT=None,
    )
    app.after_request(_put)


def _put(response: Response) -> Response:
    for name, value in ALWAYS.items():
        response.headers[name] = value
    if request.endpoint == "static" and response.status_code in {200, 304}:
        # Addresses of files carry the digest of their content, so that a changed file has another address.
        response.headers["Cache-Control"] = _A_YEAR if "v" in request.args else "no-cache"
    elif g.get("member") is not None or "Set-Cookie" in response.headers or response.status_code >= 400:
        response.headers["Cache-Control"] = "no-store"
    return response
