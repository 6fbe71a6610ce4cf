"""What stands around the comments of a page: their posts, their authors and the conversations they belong to."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text, update

from inbox.connectors.shapes import FetchedAuthor, FetchedComment, FetchedPost
from inbox.measuring.openings import Opening
from inbox.measuring.terms import Allowance, Terms
from inbox.models import Account, Author, Conversation, ConversationState, Post, Source, search_index
from inbox.models.bulk import Rows, among_given, take_ids

_POSTS = Rows(
    Post.__table__,
    *("id", "account_id", "remote_id", "text", "url", "author_name", "is_ours", "media", "published_at"),
    "received_at",
)
_AUTHORS = Rows(
    Author.__table__,
    *("id", "account_id", "remote_id", "identifier", "display_name", "url", "followers", "first_seen_at"),
    "comment_count",
)
_CONVERSATIONS = Rows(
    Conversation.__table__,
    *("id", "account_id", "author_id", "thread_id", "post_id", "state", "opened_at", "last_comment_at"),
    *("comment_count", "waiting_since", "due_at", "urgency", "kind", "language"),
)
_POSTS_BY_ID = select(
    Post.id, Post.remote_id, Post.text, Post.url, Post.author_name, Post.media, Post.published_at
).where(Post.account_id == bindparam("of_account"), among_given(Post.remote_id, "remote_ids"))
_AUTHORS_BY_ID = select(
    Author.id,
    Author.remote_id,
    Author.identifier,
    Author.display_name,
    Author.url,
    Author.followers,
    Author.comment_count,
).where(Author.account_id == bindparam("of_account"), among_given(Author.remote_id, "remote_ids"))
_CONVERSATIONS_BY_KEY = {
    "sqlite": text(
        "SELECT c.author_id, c.thread_id, c.id FROM json_each(:keys) AS k CROSS JOIN conversations AS c"
        " WHERE c.account_id = :account AND c.author_id = json_extract(k.value, '$[0]')"
        " AND c.thread_id = json_extract(k.value, '$[1]')"
    ),
    "postgresql": text(
        "SELECT k.author_id, k.thread_id, found.id"
        " FROM unnest(CAST(:authors AS bigint[]), CAST(:threads AS text[])) AS k (author_id, thread_id)"
        " CROSS JOIN LATERAL (SELECT c.id FROM conversations AS c WHERE c.account_id = :account"
        " AND c.author_id = k.author_id AND c.thread_id = k.thread_id LIMIT 1) AS found"
    ),
}
"""By pairs, one look into the unique index each: two lists would be every author with every thread, and for a plain
join PostgreSQL reads the whole account while it has no statistics."""


def store_posts(connection: Connection, account_id: int, of: Iterable[FetchedComment], now: datetime) -> dict[str, int]:
    """The ids of the posts commented on, by remote id; what a later delivery tells anew replaces what was known."""
    delivered: dict[str, FetchedPost] = {comment.post.remote_id: comment.post for comment in of if comment.post}
    if not delivered:
        return {}
    ids: dict[str, int] = {}
    changed = []
    for row in connection.execute(_POSTS_BY_ID, {"of_account": account_id, "remote_ids": delivered}):
        ids[row.remote_id] = row.id
        post = delivered[row.remote_id]
        told = {
            "text": post.text or row.text,
            "url": post.url or row.url,
            "author_name": post.author_name or row.author_name,
            "media": list(post.media) or row.media,
            "published_at": post.published_at or row.published_at,
        }
        if any(getattr(row, name) != value for name, value in told.items()):
            changed.append({"row_id": row.id, **told})
    if changed:
        connection.execute(update(Post).where(Post.id == bindparam("row_id")), changed)
    fresh = [post for remote_id, post in delivered.items() if remote_id not in ids]
    for row_id, post in zip(take_ids(connection, Post.__table__, len(fresh)), fresh, strict=True):
        ids[post.remote_id] = row_id
    _POSTS.store(
        connection,
        [
            (
                *(ids[post.remote_id], account_id, post.remote_id, post.text, post.url, post.author_name),
                *(post.is_ours, list(post.media), post.published_at, now),
            )
            for post in fresh
        ],
    )
    return ids


def store_authors(
    connection: Connection, account_id: int, comments: Sequence[FetchedComment], *, new: Counter[str], now: datetime
) -> tuple[dict[str, int], set[int]]:
    """The ids of the authors of `comments`, by remote id, and which of them are new; the newest profile stands.

    Whoever calls lays the new ones into the index of words; those whose name changed are laid into it here.

    Args:
        new: how many comments of each author are stored for the first time.
    """
    delivered: dict[str, FetchedAuthor] = {comment.author.remote_id: comment.author for comment in comments}
    ids: dict[str, int] = {}
    changed, renamed = [], []
    for row in connection.execute(_AUTHORS_BY_ID, {"of_account": account_id, "remote_ids": delivered}):
        ids[row.remote_id] = row.id
        author = delivered[row.remote_id]
        told = {
            "identifier": author.identifier,
            "display_name": author.display_name,
            "url": author.url or row.url,
            "followers": row.followers if author.followers is None else author.followers,
            "comment_count": row.comment_count + new[row.remote_id],
        }
        if any(getattr(row, name) != value for name, value in told.items()):
            changed.append({"row_id": row.id, **told})
            if (row.identifier, row.display_name) != (author.identifier, author.display_name):
                renamed.append(row.id)
    if changed:
        connection.execute(update(Author).where(Author.id == bindparam("row_id")), changed)
        search_index.refresh(connection, Source.AUTHOR, renamed)
    fresh = [author for remote_id, author in delivered.items() if remote_id not in ids]
    for row_id, author in zip(take_ids(connection, Author.__table__, len(fresh)), fresh, strict=True):
        ids[author.remote_id] = row_id
    _AUTHORS.store(
        connection,
        [
            (
                *(ids[author.remote_id], account_id, author.remote_id, author.identifier, author.display_name),
                *(author.url, author.followers, now, new[author.remote_id]),
            )
            for author in fresh
        ],
    )
    return ids, {ids[author.remote_id] for author in fresh}


def open_conversations(
    connection: Connection,
    account: Account,
    comments: Sequence[FetchedComment],
    authors: Mapping[str, int],
    posts: Mapping[str, int],
    openings: Mapping[str, Opening],
    terms: Terms,
) -> tuple[dict[tuple[int, str], int], dict[int, Allowance]]:
    """The ids of the conversations of `comments`, by (author id, thread id), and what those open with that are opened
    by this, by their id.

    Args:
        openings: by the remote id of the comment.
        terms: on which waits of the account open.
    """
    wanted: dict[tuple[int, str], FetchedComment] = {}
    for comment in comments:
        wanted.setdefault((authors[comment.author.remote_id], comment.thread_id), comment)
    ids: dict[tuple[int, str], int] = {}
    for author_id, thread_id, row_id in _standing(connection, account.id, wanted.keys()):
        ids[author_id, thread_id] = row_id
    fresh = [key for key in wanted if key not in ids]
    opened: dict[int, Allowance] = {}
    rows = []
    for row_id, key in zip(take_ids(connection, Conversation.__table__, len(fresh)), fresh, strict=True):
        ids[key] = row_id
        comment = wanted[key]
        since = comment.edited_at or comment.posted_at
        opening = openings[comment.remote_id]
        post_id = posts.get(comment.post.remote_id) if comment.post else None
        opened[row_id] = terms.allowance(1, opening.urgency, post_id, since)
        rows.append(
            (
                *(row_id, account.id, *key, post_id, ConversationState.WAITING, since, since, 1, since),
                *(opened[row_id].due_at, *opening),
            )
        )
    _CONVERSATIONS.store(connection, rows)
    return ids, opened


def _standing(
    connection: Connection, account_id: int, keys: Collection[tuple[int, str]]
) -> Iterable[tuple[int, str, int]]:
    """The conversations that are there among `keys` (author id, thread id), each with its id."""
    statement = _CONVERSATIONS_BY_KEY[connection.dialect.name]
    if connection.dialect.name == "sqlite":
        rows = connection.execute(statement, {"account": account_id, "keys": json.dumps(list(keys))})
    else:
        authors, threads = zip(*keys, strict=True)
        rows = connection.execute(
            statement, {"account": account_id, "authors": list(authors), "threads": list(threads)}
        )
    return ((row[0], row[1], row[2]) for row in rows)
