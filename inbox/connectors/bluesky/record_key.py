"""Record keys and revisions: both are timestamp identifiers (TID, https://atproto.com/specs/tid).

A TID is 13 characters that hold 64 bits: a zero, 53 bits of microseconds since 1970 and 10 bits that tell clocks apart.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from hashlib import sha256

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_TID = re.compile(r"[234567abcdefghij][234567a-z]{12}")
_CLOCK_BITS = 10
_KEY_BITS = 60
"""As many bits of a hash as leave the time part below 2⁵⁰ µs, the year 2005: long before the network began, so that no
derived key can meet one that an app made of the time, nor stand above it in a listing."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def is_record_key(text: str) -> bool:
    """Whether `text` is a TID."""
    return _TID.fullmatch(text) is not None


def record_key(key: str) -> str:
    """The record key of the reply whose own key is `key`: always the same for the same reply.

    A second record of that name is refused by the server, so that a reply is published once however often it is sent.
    """
    bits = int.from_bytes(sha256(key.encode("utf-8", "surrogatepass")).digest()) >> (256 - _KEY_BITS)
    return "".join(_ALPHABET[bits >> shift & 31] for shift in range(60, -1, -5))


def time_of_revision(revision: object) -> datetime | None:
    """When a server's clock made `revision`, the TID of a commit; None if it is none."""
    if not isinstance(revision, str) or not is_record_key(revision):
        return None
    bits = 0
    for character in revision:
        bits = bits << 5 | _ALPHABET.index(character)
    try:
        return _EPOCH + timedelta(microseconds=bits >> _CLOCK_BITS)
    except OverflowError:
        return None
