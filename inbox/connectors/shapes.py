"""The shapes in which a connector is told what to do and hands over what a network delivered.

Moments are aware UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

Json = dict[str, Any]
"""A JSON object, as a network delivered it or as a cursor is stored."""


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One value that somebody who connects an account types.

    Attributes:
        name: key in the credentials, and the option of `inbox accounts add` (`app_password` → `--app-password`).
        secret: typed hidden, never shown again, never logged.
        required: the account cannot be connected without it.
    """

    name: str
    secret: bool = True
    required: bool = True


@dataclass(frozen=True, slots=True)
class AccountAccess:
    """What a connector is told about the account it works for.

    Attributes:
        account_id: our id, only for messages.
        base_url: the server of the account (`https://pds.example.org`), or None for the network's one address.
        identifier: what the account is called on the network (handle, user name).
        remote_id: the network's own id of the account, None before the first `check`.
        credentials: plain values by `CredentialField.name`, and what the connector stored through
            `Connector.fresh_credentials`.
        private_hosts: host names or networks (`127.0.0.1`, `10.0.0.0/8`, `localhost`) at which the account's own server
            may be although they are private, from INBOX_ALLOW_PRIVATE_HOSTS. What people outside name is never there.
        data_dir: folder for networks that live on this machine (`demo`); others ignore it.
    """

    account_id: int
    base_url: str | None
    identifier: str
    remote_id: str | None
    credentials: Mapping[str, str]
    private_hosts: tuple[str, ...] = ()
    data_dir: str = ""


@dataclass(frozen=True, slots=True)
class Quota:
    """What the network allows until `reset_at`. None where it did not say."""

    limit: int | None = None
    remaining: int | None = None
    reset_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The connected account as the network describes it.

    Attributes:
        scopes: what the token may do, as the network names it.
        excess: those of `scopes` that could delete, block, hide or mute: the token is over-powered.
        token_expires_at: aware UTC, None when it does not expire or the network does not say.
    """

    remote_id: str
    identifier: str
    display_name: str
    url: str | None = None
    scopes: tuple[str, ...] = ()
    excess: tuple[str, ...] = ()
    token_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FetchedAuthor:
    """The person who wrote a comment. `followers` is None where the network does not tell."""

    remote_id: str
    identifier: str
    display_name: str
    url: str | None = None
    followers: int | None = None


@dataclass(frozen=True, slots=True)
class FetchedPost:
    """The publication commented on. `media` holds addresses, never files."""

    remote_id: str
    text: str
    url: str | None = None
    author_name: str = ""
    is_ours: bool = False
    published_at: datetime | None = None
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FetchedComment:
    """One comment by a person outside, as one delivery showed it.

    Attributes:
        remote_id: the network's id, stable over edits.
        thread_id: the remote id of the thread's root. A comment that answers nothing is its own thread.
        parent_id: the remote id of what it answers, None for a root.
        posted_at: the author's clock (aware UTC).
        edited_at: when this version was written; None for the first.
        can_reply: False where the network is known to refuse our answer; `can_reply_code` then says why.
        language: the network's own hint (BCP 47), which triage may overrule.
        mentions: remote ids or identifiers the network says it addresses; connectors need not fill it.
    """

    remote_id: str
    author: FetchedAuthor
    text: str
    posted_at: datetime
    thread_id: str
    parent_id: str | None = None
    edited_at: datetime | None = None
    post: FetchedPost | None = None
    url: str | None = None
    language: str | None = None
    can_reply: bool = True
    can_reply_code: str | None = None
    raw: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FetchedOwnMessage:
    """Something the connected account itself wrote in a thread, here or natively on the network.

    Attributes:
        parent_id: the remote id of the comment it answers, None where unknown.
    """

    remote_id: str
    text: str
    posted_at: datetime
    thread_id: str
    parent_id: str | None = None
    url: str | None = None
    raw: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A delivered item that could not be parsed; it is stored raw, in quarantine.

    Attributes:
        code: a short reason, for example `no_author` or `bad_time`.
        remote_id: the item's id if at least that could be read.
    """

    raw: Json
    code: str
    detail: str = ""
    remote_id: str | None = None


Item = FetchedComment | FetchedOwnMessage | Unreadable


@dataclass(frozen=True, slots=True)
class Page:
    """One delivery: everything received in one call, in the order of the network.

    `items` holds every item that came, so that received = stored + quarantined can be checked.

    Attributes:
        cursor: where the next call goes on; stored in the same transaction as the items.
        more: whether the network has more right now.
        gap_since: set when the network could not reach back to the cursor: comments between this moment (the newest
            one known before) and the oldest item of the page may be missing.
        next_at: the earliest moment the network allows the next collection; None for no limit.
    """

    items: tuple[Item, ...]
    cursor: Json
    more: bool = False
    quota: Quota = Quota()
    gap_since: datetime | None = None
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OutgoingReply:
    """One reply on its way out.

    Attributes:
        text: exactly what is to be published.
        target_id: the remote id of the comment it answers.
        thread_id: the remote id of the thread's root.
        key: chosen and stored before the call, unique per reply; used as the network's idempotency key or record key
            where there is one. Lower-case letters and digits, 13 to 32 characters; a connector may derive its own.
        since: no copy of this reply can be older than this moment (aware UTC), for reading back.
    """

    text: str
    target_id: str
    thread_id: str
    key: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that a reply is published. `posted_at` is the network's own time (aware UTC)."""

    remote_id: str
    posted_at: datetime
    url: str | None = None


class Presence(StrEnum):
    """What a second look at a comment found."""

    PRESENT = "present"
    HIDDEN = "hidden"
    REMOVED_BY_AUTHOR = "removed_by_author"
    GONE = "gone"
    """Not there, and the network does not say who removed it."""
    UNKNOWN = "unknown"
    """The network gave no usable answer."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long a text is, counted the way the network counts."""

    used: int
    limit: int

    @property
    def fits(self) -> bool:
        """Whether the network takes it."""
        return 0 < self.used <= self.limit


@dataclass(frozen=True, slots=True)
class LookUps:
    """What looking at comments again costs on a network.

    Attributes:
        per_call: how many comments one call asks about.
        every_seconds: the shortest time between two batches of an account.
        pace: how many times longer than elsewhere a comment waits for its next look.
        billed: the network bills every comment that is looked at.
    """

    per_call: int = 100
    every_seconds: int = 60
    pace: float = 1.0
    billed: bool = False


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One finished call, for the log and the account's health. `error` is a code of `ERROR_CODES` or None."""

    network: str
    call: str
    seconds: float
    error: str | None
