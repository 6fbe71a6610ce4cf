"""The evidence of a declaration: what was there, sealed before anybody could forget what it was."""

from __future__ import annotations

import secrets
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.models import Comment, CommentVersion, RawPayload, Reply
from inbox.trail import chain


def of_comment(current: Session, comment: Comment) -> str:
    """Every version of a comment with its times and digest, and the digests of what the network delivered."""
    versions = current.scalars(
        select(CommentVersion).where(CommentVersion.comment_id == comment.id).order_by(CommentVersion.number)
    ).all()
    payloads = current.scalars(
        select(RawPayload.digest).where(RawPayload.comment_id == comment.id).order_by(RawPayload.id)
    ).all()
    return _sealed(
        {
            "remote_id": comment.remote_id,
            "url": comment.url,
            "posted_at": clock.to_iso(comment.posted_at),
            "received_at": clock.to_iso(comment.received_at),
            "versions": [
                {
                    "number": version.number,
                    "text": version.text,
                    "written_at": clock.to_iso(version.written_at),
                    "received_at": clock.to_iso(version.received_at),
                    "digest": version.digest.hex(),
                }
                for version in versions
            ],
            "payloads": [digest.hex() for digest in payloads],
        }
    )


def of_reply(reply: Reply) -> str:
    """A reply of ours as it was sent."""
    return _sealed(
        {
            "remote_id": reply.remote_id,
            "url": reply.url,
            "text": reply.text,
            "text_hash": reply.text_hash,
            "sent_at": clock.to_iso(reply.sent_at) if reply.sent_at else None,
            "created_at": clock.to_iso(reply.created_at),
        }
    )


def _sealed(facts: dict[str, Any]) -> str:
    """Canonical JSON; the salt keeps a short text from being guessed from the seal once the evidence is withheld."""
    return chain.canonical({**facts, "salt": secrets.token_hex(16)})
