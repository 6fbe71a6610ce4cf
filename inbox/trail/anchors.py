"""The head of the trail, signed and kept outside the database, so that a tail cut off later shows.

An anchor is a line of JSON: `seq`, `hash` and `at` of the head, the `public_key` and its Ed25519 `signature` over the
canonical JSON of the other four. Lines are only ever added. Whoever keeps a copy of the file elsewhere can prove that
the trail once went that far; the private key stays with the server, the public key may be published.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import TrailRow
from inbox.problems import Problem
from inbox.trail.chain import canonical, head

KEY_FILE = "anchor_key.pem"
"""Where the private key lies in the data folder, readable by its owner alone."""

_TAIL = 4096
"""Bytes at the end of a file of anchors that surely hold its last line."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """The head of the trail at one moment, and who vouches for it.

    Attributes:
        seq: the number of the last row; 0 for an empty trail.
        hash: its hash, hexadecimal.
        at: when it was written (aware UTC).
        public_key: 32 bytes, hexadecimal.
        signature: 64 bytes, hexadecimal.
    """

    seq: int
    hash: str
    at: datetime
    public_key: str
    signature: str

    def signed_part(self) -> bytes:
        """What the signature covers."""
        return canonical([self.seq, self.hash, clock.to_iso(self.at), self.public_key]).encode()

    def is_genuine(self) -> bool:
        """Whether the signature is that of its public key."""
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.public_key))
            key.verify(bytes.fromhex(self.signature), self.signed_part())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class AnchorFault:
    """The first anchor that the trail does not bear out.

    Attributes:
        line: its line in the file, from 1.
        code: `not_genuine`, `other_key`, `cut_off` (the trail is shorter) or `other_row`.
        seq: the row it names.
    """

    line: int
    code: str
    seq: int


def drop(session: Session, data_dir: Path, target: Path) -> Anchor:
    """Add the present head, signed, to the file `target`, which is made if it is not there.

    Raises:
        Problem: `anchor_unwritable` where the file cannot be written.
    """
    seq, digest = head(session)
    key = signing_key(data_dir)
    public = key.public_key().public_bytes_raw().hex()
    unsigned = Anchor(seq, digest, clock.now(), public, "")
    anchor = Anchor(seq, digest, unsigned.at, public, key.sign(unsigned.signed_part()).hex())
    line = canonical(
        {
            "seq": anchor.seq,
            "hash": anchor.hash,
            "at": clock.to_iso(anchor.at),
            "public_key": anchor.public_key,
            "signature": anchor.signature,
        }
    )
    try:
        with target.open("a", encoding="ascii") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise Problem("anchor_unwritable", path=str(target), reason=error.strerror or type(error).__name__) from error
    return anchor


def read(source: Path) -> Iterator[tuple[int, Anchor]]:
    """The anchors of a file, with their line numbers from 1.

    Raises:
        Problem: `anchor_unreadable` with the line that cannot be read; line 0 for the file itself.
    """
    number = 0
    try:
        with source.open(encoding="ascii") as file:
            for number, line in enumerate(file, start=1):
                yield number, _anchor(line)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem("anchor_unreadable", path=str(source), line=number) from error


def last(source: Path) -> Anchor | None:
    """The newest anchor of a file, without reading those before it; None where there is none.

    Raises:
        Problem: `anchor_unreadable`.
    """
    try:
        with source.open("rb") as file:
            file.seek(max(0, source.stat().st_size - _TAIL))
            lines = file.read().splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem("anchor_unreadable", path=str(source), line=0) from error
    if not lines:
        return None
    try:
        return _anchor(lines[-1])
    except (ValueError, KeyError, TypeError) as error:
        raise Problem("anchor_unreadable", path=str(source), line=0) from error


def check(session: Session, source: Path, public_key: str | None = None) -> AnchorFault | None:
    """Compare the trail with every anchor of `source`.

    Args:
        session: only reads.
        source: the file of anchors.
        public_key: hexadecimal; the one every anchor must be signed with. None trusts the key of the first line.

    Returns:
        the first anchor the trail does not bear out, or None.

    Raises:
        Problem: `anchor_unreadable`.
    """
    trusted = public_key
    for line, anchor in read(source):
        trusted = trusted or anchor.public_key
        if anchor.public_key != trusted:
            return AnchorFault(line, "other_key", anchor.seq)
        if not anchor.is_genuine():
            return AnchorFault(line, "not_genuine", anchor.seq)
        if anchor.seq == 0:
            continue
        found = session.scalar(select(TrailRow.hash).where(TrailRow.seq == anchor.seq))
        if found is None:
            return AnchorFault(line, "cut_off", anchor.seq)
        if found != anchor.hash:
            return AnchorFault(line, "other_row", anchor.seq)
    return None


def signing_key(data_dir: Path) -> Ed25519PrivateKey:
    """The key anchors are signed with, made on first use.

    Raises:
        Problem: `anchor_key_unusable` where the file holds something else.
    """
    path = data_dir / KEY_FILE
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(made)
        except FileExistsError:
            pass  # Another program was quicker; its key is the one.
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as error:
        raise Problem("anchor_key_unusable", path=str(path)) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Problem("anchor_key_unusable", path=str(path))
    return key


def _anchor(line: str | bytes) -> Anchor:
    facts = json.loads(line)
    return Anchor(
        int(facts["seq"]),
        str(facts["hash"]),
        clock.as_utc(datetime.fromisoformat(facts["at"])),
        str(facts["public_key"]),
        str(facts["signature"]),
    )
