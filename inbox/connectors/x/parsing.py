"""From X's posts to comments, own messages and what cannot be read.

X renames `tweets` to `posts` in its 2026 specification, in places; both names are read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from inbox.connectors.shapes import (
    FetchedAuthor,
    FetchedComment,
    FetchedOwnMessage,
    FetchedPost,
    Item,
    Json,
    Unreadable,
)
from inbox.connectors.x.texts import parse_time, time_of_id, unescaped

SITE = "https://x.com"

NOT_MENTIONED = "x_not_mentioned"
"""Why an answer would be refused: the author neither mentions the account nor quotes one of its posts (X, February
2026, for self-serve access)."""


def post_url(remote_id: str, username: str = "i") -> str:
    """The address of a post for people; it works without the author's name."""
    return f"{SITE}/{username}/status/{remote_id}"


def either(record: Mapping[str, Any], old: str, new: str) -> Any:
    """The value under X's old name, or else the one under its new name."""
    value = record.get(old)
    return record.get(new) if value is None else value


def records(value: object) -> list[Json]:
    """The objects in `value`, if it is a list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _text_or_empty(value: object) -> str:
    return value if isinstance(value, str) else ""


class Delivery:
    """One answer with posts in it, read for one account.

    Args:
        answer: X's JSON.
        own_id: the account's id on X.
        own_username: its name there, without `@`.
    """

    def __init__(self, answer: Json, own_id: str, own_username: str) -> None:
        includes = answer.get("includes")
        included = includes if isinstance(includes, dict) else {}
        self._people = {str(person.get("id")): person for person in records(included.get("users"))}
        self._posts = {str(post.get("id")): post for post in records(either(included, "tweets", "posts"))}
        self._own_id = own_id
        self._own_username = own_username.removeprefix("@").lower()
        data = answer.get("data")
        self.posts: list[object] = data if isinstance(data, list) else []
        self._errors = records(answer.get("errors"))

    def items(self) -> tuple[Item, ...]:
        """Everything that came, in X's order, and what X says it left out."""
        return (*(self._item(post) for post in self.posts), *self._withheld())

    def _withheld(self) -> list[Unreadable]:
        """Posts of the page itself that X names among the errors; what is only referred to is no item."""
        found = []
        for error in self._errors:
            kind = _text_or_empty(error.get("resource_type"))
            about = _text_or_empty(error.get("resource_id")) or _text_or_empty(error.get("value"))
            referred = "referenced" in _text_or_empty(error.get("parameter"))
            if kind in {"tweet", "post"} and about and not referred:
                detail = _text_or_empty(error.get("title"))
                found.append(Unreadable(raw={"error": error}, code="withheld", detail=detail, remote_id=about))
        return found

    def _item(self, post: object) -> Item:
        if not isinstance(post, dict):
            return Unreadable(raw={"post": post}, code="no_object")
        raw = self._raw(post)
        remote_id = post.get("id")
        if not isinstance(remote_id, str) or not remote_id:
            return Unreadable(raw=raw, code="no_id")
        text = self._text(post)
        if text is None:
            return Unreadable(raw=raw, code="no_text", remote_id=remote_id)
        written_at = time_of_id(remote_id) if post.get("created_at") is None else parse_time(post["created_at"])
        if written_at is None:
            return Unreadable(raw=raw, code="bad_time", remote_id=remote_id)
        author_id = post.get("author_id")
        if not isinstance(author_id, str) or not author_id:
            return Unreadable(raw=raw, code="no_author", remote_id=remote_id)
        conversation = post.get("conversation_id")
        thread_id = conversation if isinstance(conversation, str) and conversation else remote_id
        if author_id == self._own_id:
            return FetchedOwnMessage(
                remote_id=remote_id,
                text=text,
                posted_at=written_at,
                thread_id=thread_id,
                parent_id=referenced(post).get("replied_to"),
                url=post_url(remote_id),
                raw=raw,
            )
        return self._comment(post, raw, author_id, thread_id, text, written_at)

    def _comment(
        self, post: Json, raw: Json, author_id: str, thread_id: str, text: str, written_at: datetime
    ) -> FetchedComment:
        history = either(post, "edit_history_tweet_ids", "edit_history_post_ids")
        versions = [entry for entry in history if isinstance(entry, str)] if isinstance(history, list) else []
        first = versions[0] if len(versions) > 1 and time_of_id(versions[0]) else str(post["id"])
        edited = first != post["id"]
        allowed = self._is_mentioned(post) or self._is_quoted(post)
        author = self._author(author_id)
        language = post.get("lang")
        return FetchedComment(
            remote_id=first,
            author=author,
            text=text,
            posted_at=time_of_id(first) or written_at if edited else written_at,
            edited_at=written_at if edited else None,
            thread_id=first if thread_id == post["id"] else thread_id,
            parent_id=referenced(post).get("replied_to"),
            post=self._publication(post, thread_id),
            url=post_url(first, author.identifier if author.identifier != author_id else "i"),
            language=language if isinstance(language, str) and language not in {"und", "zxx"} else None,
            can_reply=allowed,
            can_reply_code=None if allowed else NOT_MENTIONED,
            raw=raw,
        )

    def _raw(self, post: Json) -> Json:
        """The post with the parts of the answer that it refers to, so that it can be read again by itself."""
        parts: Json = {"post": post}
        author = self._people.get(str(post.get("author_id")))
        if author is not None:
            parts["author"] = author
        around = [self._posts[about] for about in referenced(post).values() if about in self._posts]
        if around:
            parts["referenced"] = around
        return parts

    @staticmethod
    def _text(post: Json) -> str | None:
        long = either(post, "note_tweet", "note_post")
        text = long.get("text") if isinstance(long, dict) else None
        text = text if isinstance(text, str) else post.get("text")
        return unescaped(text) if isinstance(text, str) else None

    def _author(self, author_id: str) -> FetchedAuthor:
        person = self._people.get(author_id, {})
        username = _text_or_empty(person.get("username"))
        metrics = person.get("public_metrics")
        followers = metrics.get("followers_count") if isinstance(metrics, dict) else None
        return FetchedAuthor(
            remote_id=author_id,
            identifier=username or author_id,
            display_name=_text_or_empty(person.get("name")) or username or author_id,
            url=f"{SITE}/{username}" if username else f"{SITE}/i/user/{author_id}",
            followers=followers if isinstance(followers, int) and followers >= 0 else None,
        )

    def _publication(self, post: Json, thread_id: str) -> FetchedPost | None:
        """What the comment is about: the root of its thread, or the post it quotes, where X delivered it."""
        refers = referenced(post)
        for about in (thread_id, refers.get("quoted")):
            found = self._posts.get(str(about)) if about in refers.values() else None
            text = self._text(found) if found else None
            if found and text is not None:
                owner = str(found.get("author_id"))
                return FetchedPost(
                    remote_id=str(about),
                    text=text,
                    url=post_url(str(about)),
                    author_name=self._author(owner).display_name if owner in self._people else "",
                    is_ours=owner == self._own_id,
                    published_at=parse_time(found.get("created_at")) or time_of_id(str(about)),
                )
        return None

    def _is_mentioned(self, post: Json) -> bool:
        entities = post.get("entities")
        for mention in records(entities.get("mentions")) if isinstance(entities, dict) else []:
            if mention.get("id") == self._own_id:
                return True
            if self._own_username and _text_or_empty(mention.get("username")).lower() == self._own_username:
                return True
        if not self._own_username:
            return False
        text = (self._text(post) or "").lower()
        return re.search(rf"(?<!\w)[@＠]{re.escape(self._own_username)}(?!\w)", text) is not None

    def _is_quoted(self, post: Json) -> bool:
        quoted = self._posts.get(str(referenced(post).get("quoted")))
        return quoted is not None and quoted.get("author_id") == self._own_id


def referenced(post: Json) -> dict[str, str]:
    """The ids a post refers to, by kind: `replied_to`, `quoted`, `retweeted`."""
    return {
        str(entry.get("type")): entry["id"]
        for entry in records(either(post, "referenced_tweets", "referenced_posts"))
        if isinstance(entry.get("id"), str)
    }
