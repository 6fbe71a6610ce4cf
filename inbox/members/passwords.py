"""Passwords: argon2id, checked a few at a time, never stored or logged as they are."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from inbox.problems import Problem

SHORTEST_PASSWORD = 12
"""In characters. Length is what protects; there are no rules about which characters."""

LONGEST_PASSWORD = 1000
"""In characters: longer than any phrase, short enough that hashing it costs nothing extra."""

_hasher = PasswordHasher()
_few_at_once = threading.BoundedSemaphore(4)
"""One check takes 64 MiB, so that a flood of sign-ins could take all memory of the machine."""


def generate() -> str:
    """A password of 120 random bits."""
    return secrets.token_urlsafe(15)


def hash_of(password: str) -> str:
    """The argon2id hash of `password`, in the encoded form that names its own parameters.

    Raises:
        Problem: `password_too_short` or `password_too_long`.
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Problem("password_too_short", least=SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Problem("password_too_long", most=LONGEST_PASSWORD)
    with _few_at_once:
        return _hasher.hash(_as_bytes(password))


def matches(password_hash: str | None, password: str) -> bool:
    """Whether `password` is the one that was hashed; for None, False after the same amount of work."""
    with _few_at_once:
        try:
            _hasher.verify(password_hash or _nobodys_hash(), _as_bytes(password[:LONGEST_PASSWORD]))
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with weaker parameters than those of today."""
    return _hasher.check_needs_rehash(password_hash)


def _as_bytes(password: str) -> bytes:
    # The same letter can be typed as one character or two, depending on the keyboard (NIST SP 800-63B, 3.1.1.2).
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")


@cache
def _nobodys_hash() -> str:
    return _hasher.hash(secrets.token_bytes(16))
