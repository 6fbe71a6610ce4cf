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
from functools import cache
from typing import Any, ClassVar, final

from inbox.connectors.failures import ConnectorError, Outcome
from inbox.connectors.shapes import (
    AccountAccess,
    CallRecord,
    CredentialField,
    Item,
    Json,
    Length,
    LookUps,
    OutgoingReply,
    Page,
    Presence,
    Profile,
    Receipt,
    Unreadable,
)
from inbox.permissions import never

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20.0
"""How long one call may take, connection included, before its outcome counts as unknown."""


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


class _Networks(Mapping[str, type[Connector]]):
    """The folders beside this file by name, each loaded when it is first asked for: an SDK takes seconds to load."""

    def __init__(self) -> None:
        self._package = importlib.import_module(__package__ or "inbox.connectors")
        self._names = sorted(entry.name for entry in pkgutil.iter_modules(self._package.__path__) if entry.ispkg)
        self._loaded: dict[str, type[Connector]] = {}

    def __getitem__(self, network: str) -> type[Connector]:
        if network not in self._names:
            raise KeyError(network)
        if network not in self._loaded:
            self._loaded[network] = self._load(network)
        return self._loaded[network]

    def __contains__(self, network: object) -> bool:
        return network in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def _load(self, network: str) -> type[Connector]:
        module = importlib.import_module(f"{self._package.__name__}.{network}")
        classes = [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Connector) and value is not Connector
        ]
        if len(classes) != 1 or classes[0].network != network:
            raise TypeError(f"inbox/connectors/{network} must export exactly one Connector named {network!r}")
        return classes[0]


@cache
def networks() -> Mapping[str, type[Connector]]:
    """Every network there is, by name, found by listing the folders beside this file, loaded one by one on demand.

    Asking for one raises TypeError where its folder holds no connector, or more than one, or one whose `network` is not
    the folder's name.
    """
    return _Networks()


Opener = Callable[[str, AccountAccess], Connector]
"""How rooms get a connector; tests pass their own."""


def open_connector(network: str, access: AccountAccess) -> Connector:
    """The connector of `network` for one account. Opens no connection.

    Raises:
        KeyError: there is no such network.
    """
    return networks()[network](access)
