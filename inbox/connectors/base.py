"""What every network looks like from inside: pages of comments in, one reply out, and a look whether it is there.

A connector owns its network's dialect and nothing else. This base owns time-outs, timing, the mapping of errors,
rate limits and, through `guard`, the wire. Connectors know no Flask and no database of ours.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
import time
from abc import ABCMeta, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, final

from inbox.permissions import never

log = logging.getLogger(__name__)

Json = dict[str, Any]
"""A JSON object, as a network delivered it or as a cursor is stored."""

TIMEOUT_SECONDS = 20.0
"""How long one call may take, connection included, before its outcome counts as unknown."""


class Outcome(StrEnum):
    """What a failed call means for what was asked.

    `PERMANENT`: trying again changes nothing. `TEMPORARY`: nothing was done, trying later is safe.
    `UNKNOWN`: it may have been done; only reading back can tell.
    """

    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


class ConnectorError(Exception):
    """A call to a network that did not succeed.

    Attributes:
        code: one of the codes of `ERROR_CODES`, which `inbox.words` puts into a sentence.
        outcome: what the failure means, see `Outcome`.
        retry_at: the earliest moment (aware UTC) at which the network allows another try, if it said so.
        detail: what the network answered, without secrets, at most 500 characters.
    """

    def __init__(self, code: str, outcome: Outcome, *, retry_at: datetime | None = None, detail: str = "") -> None:
        if code not in ERROR_CODES:
            raise ValueError(f"unknown connector error code {code!r}")
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.outcome = outcome
        self.retry_at = retry_at
        self.detail = detail[:500]


ERROR_CODES = frozenset(
    {
        "credentials_refused",  # The network does not accept the sign-in (401, wrong password, revoked token).
        "not_allowed",  # Signed in, but this account may not do that (403).
        "reply_restricted",  # The network accepts no reply from us under this comment.
        "duplicate_text",  # The network refuses the same text twice.
        "text_too_long",
        "text_empty",
        "comment_gone",  # What we answer is not there any more.
        "rate_limited",  # `retry_at` says when.
        "unreachable",  # No connection was made, so nothing was sent.
        "host_not_allowed",  # The address typed by a person leads to a private or forbidden host.
        "timed_out",  # Sent, no answer in time.
        "connection_lost",  # Sent, the answer broke off.
        "network_fault",  # 5xx.
        "unreadable_answer",  # The answer is not what the network documents.
        "refused_by_rule",  # The wire guard refused it: see `inbox.connectors.guard`.
        "rejected",  # Any other 4xx.
    }
)


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
        private_hosts: host names or networks (`127.0.0.1`, `10.0.0.0/8`, `localhost`) that may be reached although they
            are private, from INBOX_ALLOW_PRIVATE_HOSTS.
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


class _Honest(ABCMeta):
    """Reads the names of a connector class when it is declared, and each name that is set on it afterwards (lock 2).

    A mix-in can keep `__init_subclass__` from being called; it cannot keep its own class from being made.
    """

    def __init__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any], **more: Any) -> None:
        super().__init__(name, bases, body, **more)
        kept = {base for base in cls.__mro__ if not isinstance(base, _Honest)} - {object}
        names = {attribute for base in (cls, *kept) for attribute in vars(base)}
        never.refuse_names(sorted(names), lock="connector")

    def __setattr__(cls, name: str, value: object) -> None:
        never.refuse_names([name], lock="connector")
        super().__setattr__(name, value)


class Connector(metaclass=_Honest):
    """One network. A folder under `connectors/` holds exactly one subclass, named `Connector…` or `…Connector`.

    Subclasses write the underscored methods; callers use the public ones, which are final. A subclass raises
    `ConnectorError` from them, or lets the SDK's exception through to `_explain`. One that declares a deleting, hiding,
    blocking, muting or reporting attribute, inherited or set later, is refused with `ForbiddenDeed`.

    Attributes:
        network: the folder's name, stored on accounts.
        title: how people call the network, the same in every language.
        letter: one or two letters for the badge.
        credential_fields: what is typed to connect an account.
        base_url_typed: people type the server's address (`--service`); otherwise it is fixed.
        look_ups: what a second look at comments costs.
        safety_page: where people tell the network of threats and illegal content. It is linked and never called.
    """

    network: ClassVar[str]
    title: ClassVar[str]
    letter: ClassVar[str]
    credential_fields: ClassVar[tuple[CredentialField, ...]] = ()
    base_url_typed: ClassVar[bool] = False
    look_ups: ClassVar[LookUps] = LookUps()
    safety_page: ClassVar[str | None] = None

    def __init__(self, access: AccountAccess) -> None:
        self.access = access
        self.fresh_credentials: dict[str, str] | None = None
        """Set by a connector whose credentials changed (a renewed session); the caller stores them encrypted."""
        self.calls: list[CallRecord] = []

    @final
    def check(self) -> Profile:
        """Sign in and say who the account is.

        Raises:
            ConnectorError: the network refused or could not be reached.
        """
        with self._call("check"):
            return self._check()

    @final
    def fetch_comments(self, cursor: Json) -> Page:
        """The next page of comments after `cursor`; an empty dict starts at the beginning the network reaches.

        Never sleeps: a network that asks for patience raises `rate_limited` with `retry_at`.

        Raises:
            ConnectorError: nothing was fetched; the cursor stays.
        """
        with self._call("fetch_comments"):
            return self._fetch_comments(cursor)

    @final
    def post_reply(self, reply: OutgoingReply) -> Receipt:
        """Publish one reply, once.

        Raises:
            ConnectorError: `outcome` tells whether it may have been published all the same.
        """
        length = self.measure(reply.text)
        if length.used == 0:
            raise ConnectorError("text_empty", Outcome.PERMANENT)
        if not length.fits:
            raise ConnectorError(
                "text_too_long", Outcome.PERMANENT, detail=f"{length.used} of {length.limit} characters"
            )
        with self._call("post_reply", writing=True):
            return self._post_reply(reply)

    @final
    def find_reply(self, reply: OutgoingReply) -> Receipt | None:
        """Read back whether `reply` was published although its answer was lost.

        Returns:
            the receipt; None when the network says definitely that it is not there.

        Raises:
            ConnectorError: the network could not say (`outcome` UNKNOWN), or could not be asked (TEMPORARY).
        """
        with self._call("find_reply"):
            return self._find_reply(reply)

    @final
    def look_up(self, remote_ids: Sequence[str]) -> dict[str, Presence]:
        """Whether comments are still there, by remote id; every id asked for is in the answer.

        Raises:
            ConnectorError: nothing could be asked.
        """
        with self._call("look_up"):
            found = self._look_up(remote_ids)
        return {remote_id: found.get(remote_id, Presence.UNKNOWN) for remote_id in remote_ids}

    @final
    def read_again(self, raw: Json) -> Item | None:
        """One delivered item, read once more from its raw payload without asking the network.

        Returns:
            the item; None where it can still not be read, or not by itself.
        """
        item = self._read_again(raw)
        return None if isinstance(item, Unreadable) else item

    @classmethod
    @abstractmethod
    def measure(cls, text: str) -> Length:
        """The length of `text` by the network's own counting. Must be quick for any text (cap first)."""

    @classmethod
    @abstractmethod
    def own_page_url(cls, base_url: str | None, comment_url: str | None) -> str | None:
        """The address at which a person opens the comment in the network's own app, or None."""

    @abstractmethod
    def _check(self) -> Profile: ...

    @abstractmethod
    def _fetch_comments(self, cursor: Json) -> Page: ...

    @abstractmethod
    def _post_reply(self, reply: OutgoingReply) -> Receipt: ...

    @abstractmethod
    def _find_reply(self, reply: OutgoingReply) -> Receipt | None: ...

    @abstractmethod
    def _look_up(self, remote_ids: Sequence[str]) -> dict[str, Presence]: ...

    def _read_again(self, raw: Json) -> Item | None:
        """Overridden where a raw payload holds all that its reading needs."""
        del raw
        return None

    @abstractmethod
    def _explain(self, error: Exception, *, writing: bool) -> ConnectorError | None:
        """Put an SDK's exception into a `ConnectorError`; None for one that is a fault of our own.

        Args:
            writing: the call publishes something, so that a lost answer leaves the outcome UNKNOWN.
        """

    @contextmanager
    def _call(self, name: str, *, writing: bool = False) -> Iterator[None]:
        started = time.perf_counter()
        code: str | None = None
        try:
            yield
        except ConnectorError as error:
            code = error.code
            raise
        except never.ForbiddenDeed as error:
            code = "refused_by_rule"
            raise ConnectorError(code, Outcome.PERMANENT, detail=error.attempt.what) from None
        except Exception as error:
            explained = self._explain(error, writing=writing)
            if explained is None:
                code = "unreadable_answer"
                outcome = Outcome.UNKNOWN if writing else Outcome.TEMPORARY
                log.exception("%s.%s failed in a way its connector does not know", self.network, name)
                raise ConnectorError(code, outcome, detail=type(error).__name__) from None
            code = explained.code
            raise explained from None
        finally:
            record = CallRecord(self.network, name, time.perf_counter() - started, code)
            self.calls.append(record)
            log.info("%s.%s %.3fs %s", record.network, record.call, record.seconds, record.error or "ok")


@cache
def networks() -> dict[str, type[Connector]]:
    """Every network there is, by name, found by listing the folders beside this file.

    Raises:
        TypeError: a folder holds no connector, or more than one, or one whose `network` is not the folder's name.
    """
    found: dict[str, type[Connector]] = {}
    package = importlib.import_module(__package__ or "inbox.connectors")
    for entry in sorted(pkgutil.iter_modules(package.__path__), key=lambda module: module.name):
        if not entry.ispkg:
            continue
        module = importlib.import_module(f"{package.__name__}.{entry.name}")
        classes = [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Connector) and value is not Connector
        ]
        if len(classes) != 1 or classes[0].network != entry.name:
            raise TypeError(f"inbox/connectors/{entry.name} must export exactly one Connector named {entry.name!r}")
        found[entry.name] = classes[0]
    return found


Opener = Callable[[str, AccountAccess], Connector]
"""How rooms get a connector; tests pass their own."""


def open_connector(network: str, access: AccountAccess) -> Connector:
    """The connector of `network` for one account. Opens no connection.

    Raises:
        KeyError: there is no such network.
    """
    return networks()[network](access)
