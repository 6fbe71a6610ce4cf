"""Comments of a page into rows: each once, its versions, its raw payloads, in few statements."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from inbox.collecting import surroundings
from inbox.collecting.sifting import Delivered, storable
from inbox.collecting.triage import Hint
from inbox.connectors.shapes import FetchedAuthor, FetchedComment
from inbox.measuring.openings import FirstComment, Opening
from inbox.measuring.terms import Terms
from inbox.models import Account, Comment, CommentState, CommentVersion, RawPayload, Source, digest_of, search_index
from inbox.models.bulk import Rows, among_given, take_ids

_COMMENTS = Rows(
    Comment.__table__,
    *("id", "account_id", "remote_id", "conversation_id", "author_id", "post_id", "parent_remote_id", "url"),
    *("posted_at", "received_at", "state", "can_reply", "can_reply_code", "language", "kind", "sentiment", "urgency"),
    "reasons",
)
_VERSIONS = Rows(
    CommentVersion.__table__,
    *("id", "comment_id", "number", "text", "salt", "digest", "written_at", "received_at"),
)
_PAYLOADS = Rows(
    RawPayload.__table__, "account_id", "remote_id", "comment_id", "digest", "payload", "received_at", once=True
)

_KNOWN = (
    select(
        Comment.remote_id,
        Comment.id,
        Comment.conversation_id,
        Comment.posted_at,
        Comment.state,
        CommentVersion.text,
        CommentVersion.written_at,
    )
    .join(CommentVersion, CommentVersion.comment_id == Comment.id)
    .where(Comment.account_id == bindparam("of_account"), among_given(Comment.remote_id, "remote_ids"))
    .order_by(Comment.id, CommentVersion.number)
)

_SALT_BYTES = 16
_LONGEST_LANGUAGE = 8


class Version(NamedTuple):
    """One stored version. `text` is None behind a tombstone."""

    text: str | None
    written_at: datetime


@dataclass(slots=True)
class Known:
    """A comment that is stored, or is about to be."""

    id: int
    conversation_id: int
    posted_at: datetime
    state: CommentState
    versions: list[Version] = field(default_factory=list)

    def lacks(self, comment: FetchedComment) -> bool:
        """Whether `comment` brings a version that is not stored.

        A delivery that tells when it was edited is known by that time and its text; one that does not is known by its
        text alone, so that an older version delivered again changes nothing. A withheld text never comes back: nothing
        is added to a tombstone.
        """
        if self.state is CommentState.TOMBSTONED:
            return False
        if comment.edited_at is None:
            return all(version.text != comment.text for version in self.versions)
        return Version(comment.text, comment.edited_at) not in self.versions

    def time_of(self, comment: FetchedComment, now: datetime) -> datetime:
        """When the delivered version was written: as told; else it is the first one; else we only saw it now."""
        if comment.edited_at is not None:
            return comment.edited_at
        first_is_stored = any(version.written_at == self.posted_at for version in self.versions)
        return now if first_is_stored else self.posted_at


@dataclass(slots=True)
class Arrivals:
    """What the comments of a page brought.

    Attributes:
        remote_ids: of the new comments.
        edits: how many new versions known comments got.
        conversations: that got a new comment or an edit.
        version_ids: of all new versions, ascending; `digests` in the same order.
        newest: when the newest of them was written.
        firsts: conversations that were opened with exactly one version of one comment, by id.
        new_authors: whom nobody had seen before, by id.
    """

    remote_ids: list[str] = field(default_factory=list)
    edits: int = 0
    conversations: set[int] = field(default_factory=set)
    version_ids: list[int] = field(default_factory=list)
    digests: list[bytes] = field(default_factory=list)
    newest: datetime | None = None
    firsts: dict[int, FirstComment] = field(default_factory=dict)
    new_authors: dict[int, FetchedAuthor] = field(default_factory=dict)


def known_comments(of: Connection | Session, account_id: int, remote_ids: Collection[str]) -> dict[str, Known]:
    """The stored comments among `remote_ids`, by remote id, with their versions in the order of their arrival."""
    found: dict[str, Known] = {}
    if not remote_ids:
        return found
    for row in of.execute(_KNOWN, {"of_account": account_id, "remote_ids": remote_ids}):
        known = found.get(row[0])
        if known is None:
            known = found[row[0]] = Known(row[1], row[2], row[3], row[4])
        known.versions.append(Version(row[5], row[6]))
    return found


def store(
    connection: Connection,
    account: Account,
    delivered: Sequence[Delivered],
    hints: Mapping[str, Hint],
    terms: Terms,
    now: datetime,
) -> Arrivals:
    """Store what `delivered` brings that is not known yet; see `inbox.collecting.ingest.store_page`."""
    arrivals = Arrivals()
    if not delivered:
        return arrivals
    comments = [one.comment for one in delivered]
    known = known_comments(connection, account.id, list({comment.remote_id for comment in comments}))
    fresh: dict[str, FetchedComment] = {}
    for comment in comments:
        if comment.remote_id not in known:
            fresh.setdefault(comment.remote_id, comment)
    if fresh:
        known |= _store_fresh(connection, account, list(fresh.values()), hints, terms, now, arrivals)
        arrivals.remote_ids = list(fresh)
    newest = _store_versions(connection, comments, known, now, arrivals)
    _store_words(connection, account.id, newest, {known[remote_id].id for remote_id in fresh}, arrivals, now)
    arrivals.edits = len(arrivals.version_ids) - len(fresh)
    if arrivals.edits:
        _follow_edits(connection, account, comments, known, hints, now)
    _PAYLOADS.store(
        connection,
        [
            (account.id, one.comment.remote_id, of.id, one.payload.digest, one.payload.text, now)
            for one in delivered
            if (of := known[one.comment.remote_id]).state is not CommentState.TOMBSTONED
        ],
    )
    return arrivals


def _store_fresh(
    connection: Connection,
    account: Account,
    comments: Sequence[FetchedComment],
    hints: Mapping[str, Hint],
    terms: Terms,
    now: datetime,
    arrivals: Arrivals,
) -> dict[str, Known]:
    """The rows of comments nobody has seen before, without their versions."""
    triaged = {comment.remote_id: _triage_columns(hints.get(comment.remote_id)) for comment in comments}
    posts = surroundings.store_posts(connection, account.id, comments, now)
    new = Counter(comment.author.remote_id for comment in comments)
    authors, new_authors = surroundings.store_authors(connection, account.id, comments, new=new, now=now)
    openings = {
        remote_id: Opening(columns["urgency"], columns["kind"], columns["language"])
        for remote_id, columns in triaged.items()
    }
    arrivals.new_authors = {
        author_id: comment.author
        for comment in comments
        if (author_id := authors[comment.author.remote_id]) in new_authors
    }
    conversations, opened = surroundings.open_conversations(
        connection, account, comments, authors, posts, openings, terms
    )
    known: dict[str, Known] = {}
    rows = []
    for row_id, comment in zip(take_ids(connection, Comment.__table__, len(comments)), comments, strict=True):
        author_id = authors[comment.author.remote_id]
        conversation_id = conversations[author_id, comment.thread_id]
        known[comment.remote_id] = Known(row_id, conversation_id, comment.posted_at, CommentState.PRESENT)
        allowance = opened.pop(conversation_id, None)
        if allowance is not None:
            opening = openings[comment.remote_id]
            since = comment.edited_at or comment.posted_at
            arrivals.firsts[conversation_id] = FirstComment(
                *(conversation_id, author_id, row_id, since, now, opening, allowance),
                new_author=author_id in new_authors,
            )
        else:
            arrivals.firsts.pop(conversation_id, None)
        rows.append(
            (
                *(row_id, account.id, comment.remote_id, conversation_id, author_id),
                *(posts[comment.post.remote_id] if comment.post else None, comment.parent_id, comment.url),
                *(comment.posted_at, now, CommentState.PRESENT, comment.can_reply, comment.can_reply_code),
                *triaged[comment.remote_id].values(),
            )
        )
    _COMMENTS.store(connection, rows)
    return known


def _store_versions(
    connection: Connection,
    comments: Sequence[FetchedComment],
    known: Mapping[str, Known],
    now: datetime,
    arrivals: Arrivals,
) -> dict[int, tuple[Known, str]]:
    """Store the versions that are not known; returns the newest new text of each comment, by its id."""
    rows = []
    newest = {}
    for comment in comments:
        of = known[comment.remote_id]
        if not of.lacks(comment):
            continue
        written_at = of.time_of(comment, now)
        if of.versions:
            arrivals.firsts.pop(of.conversation_id, None)
        of.versions.append(Version(comment.text, written_at))
        salt = os.urandom(_SALT_BYTES)
        digest = digest_of(salt, comment.text)
        rows.append((of.id, len(of.versions), comment.text, salt, digest, written_at, now))
        newest[of.id] = (of, comment.text)
        arrivals.digests.append(digest)
        arrivals.conversations.add(of.conversation_id)
        if arrivals.newest is None or written_at > arrivals.newest:
            arrivals.newest = written_at
    arrivals.version_ids = take_ids(connection, CommentVersion.__table__, len(rows))
    _VERSIONS.store(connection, [(row_id, *row) for row_id, row in zip(arrivals.version_ids, rows, strict=True)])
    return newest


def _store_words(
    connection: Connection,
    account_id: int,
    newest: Mapping[int, tuple[Known, str]],
    fresh: Collection[int],
    arrivals: Arrivals,
    now: datetime,
) -> None:
    """Have the new texts found by their words, and new authors by their names."""
    entries = {
        row_id: search_index.entry(Source.COMMENT, row_id, of.posted_at, account_id, of.conversation_id, words)
        for row_id, (of, words) in newest.items()
    }
    people = [
        search_index.entry(
            Source.AUTHOR,
            row_id,
            now,
            account_id,
            None,
            search_index.name_words(author.identifier, author.display_name),
        )
        for row_id, author in arrivals.new_authors.items()
    ]
    search_index.put(connection, [*(entries[row_id] for row_id in fresh), *people], fresh=True)
    search_index.put(connection, [each for row_id, each in entries.items() if row_id not in fresh])


def _follow_edits(
    connection: Connection,
    account: Account,
    comments: Sequence[FetchedComment],
    known: Mapping[str, Known],
    hints: Mapping[str, Hint],
    now: datetime,
) -> None:
    """Let an edit change what the queue knows of the comment, unless a member corrected that, and of its author."""
    _, strangers = surroundings.store_authors(connection, account.id, comments, new=Counter(), now=now)
    search_index.refresh(connection, Source.AUTHOR, strangers)
    answerable, triaged = {}, {}
    for comment in comments:
        of = known[comment.remote_id]
        newest = max(of.versions, key=lambda version: version.written_at)
        if comment.text != newest.text or comment.edited_at not in (None, newest.written_at):
            continue
        answerable[of.id] = {
            "row_id": of.id,
            "can_reply": comment.can_reply,
            "can_reply_code": comment.can_reply_code,
        }
        if comment.remote_id in hints:
            triaged[of.id] = {"row_id": of.id, **_triage_columns(hints[comment.remote_id])}
    this = Comment.id == bindparam("row_id")
    if answerable:
        connection.execute(update(Comment).where(this), list(answerable.values()))
    if triaged:
        uncorrected = Comment.corrected_by.is_(None)
        connection.execute(update(Comment).where(this, uncorrected), list(triaged.values()))


def _triage_columns(hint: Hint | None) -> dict[str, Any]:
    """What triage said, in the order of the table's columns; plain values where it said nothing."""
    if hint is None:
        return {"language": "und", "kind": "other", "sentiment": 0.0, "urgency": 2, "reasons": []}
    reasons = [
        {
            "code": reason.code,
            "params": {
                name: storable(value) if isinstance(value, str) else value for name, value in reason.params.items()
            },
        }
        for reason in hint.reasons
    ]
    return {
        "language": hint.language if len(hint.language) <= _LONGEST_LANGUAGE else "und",
        "kind": hint.kind.value,
        "sentiment": hint.sentiment,
        "urgency": int(hint.urgency),
        "reasons": reasons,
    }
