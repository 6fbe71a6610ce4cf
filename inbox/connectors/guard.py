"""The wire (lock 3 of the rule): what is not on a network's allow-list is refused before a byte leaves.

It stands below the SDKs, so that whatever an SDK, a redirect or a mistake of ours asks for passes here. A refusal is
announced first and raised afterwards, since an SDK may swallow what is raised. `inbox.connectors.transports` puts the
guard under `requests` (`guarded_session`, `GuardedAdapter`) and `httpx` (`GuardedTransport`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn
from urllib.parse import parse_qsl, urlsplit

from inbox.connectors.addresses import clean_host
from inbox.connectors.shapes import Json
from inbox.permissions import never

BodyCheck = Callable[[Json], bool]
"""Whether a parsed body is one that may leave. It must refuse every key it does not know."""

_PRINTABLE = re.compile(r"[!-~]+")
"""`urlsplit` drops line breaks and tabs, so that what it reads would not be what is sent."""
_PATH = re.compile(r"/[A-Za-z0-9._~!$&'()*+,;=:@/-]*")
_DOTS = re.compile(r"/\.{1,2}(?:/|$)|//")
_OVERRIDES = frozenset(
    {
        "x-http-method-override",
        "x-method-override",
        "x-http-method",
        "x-original-url",
        "x-original-method",
        "x-rewrite-url",
        "x-forwarded-host",
        "transfer-encoding",
        "content-encoding",
        "upgrade",
    }
)
"""Headers that make a server read another request than the one that was looked at."""
_METHOD_QUERIES = frozenset({"_method", "method", "_httpmethod", "x-http-method-override"})
_STANDARD_PORTS = {"https": 443, "http": 80}


def no_body(body: Json) -> bool:
    """The check of a POST that carries nothing (some sign-in renewals)."""
    return not body


def exactly(**shape: Callable[[Any], bool]) -> BodyCheck:
    """A check that wants these keys, all of them and no other, each with a value its own check accepts."""

    def check(body: Json) -> bool:
        return body.keys() == shape.keys() and all(accepts(body[key]) for key, accepts in shape.items())

    return check


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of request that may leave.

    Attributes:
        method: GET or POST; nothing that deletes or replaces can be written down.
        host: compared in lower case without a trailing dot.
        path: a regular expression that the whole raw path must match; encoded characters never match.
        body: what the body must look like; required for POST, impossible for GET.
        queries: names that may stand in the query; others are refused.
        form: the body is a form instead of JSON.
        scheme, port: `https` on its standard port unless the account's own server says otherwise.
    """

    method: Literal["GET", "POST"]
    host: str
    path: str
    body: BodyCheck | None = None
    queries: frozenset[str] = frozenset()
    form: bool = False
    scheme: str = "https"
    port: int | None = None

    def __post_init__(self) -> None:
        if self.method not in {"GET", "POST"} or (self.method == "POST") != (self.body is not None):
            raise ValueError(f"{self.method} {self.path}: a rule is a GET, or a POST with a look at its body")
        if {name.lower() for name in self.queries} & _METHOD_QUERIES:
            raise ValueError(f"{self.path}: no query name may choose another method")
        never.refuse_names([self.path], lock="wire")

    @classmethod
    def at(cls, origin: str, method: Literal["GET", "POST"], path: str, **more: Any) -> Rule:
        """A rule for the server at `origin`, as `addresses.parse_service_url` returns it."""
        parts = urlsplit(origin)
        return cls(method, parts.hostname or "", path, scheme=parts.scheme, port=parts.port, **more)

    def stands_at(self, scheme: str, host: str, port: int | None) -> bool:
        """Whether this rule is about that server."""
        mine = (self.scheme, clean_host(self.host), self.port or _STANDARD_PORTS.get(self.scheme))
        return mine == (scheme, host, port)


class WireGuard:
    """The allow-list of one account's network.

    Attributes:
        rules: what may leave; nothing else does.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)

    def check(self, method: str, url: str, headers: Mapping[str, str], body: object) -> None:
        """Let a request pass, or announce and refuse it.

        Args:
            url: as it goes over the wire, not decoded.
            body: bytes or text; None for none. Anything else is refused, since it cannot be looked at.

        Raises:
            ForbiddenDeed: what was asked is not on the list. Its words hold no query values, headers or bodies.
        """
        try:
            parts = urlsplit(url)
            host, port = clean_host(parts.hostname or ""), parts.port or _STANDARD_PORTS.get(parts.scheme)
        except ValueError:
            _refuse(method, "", "", "address")
        path = parts.path or "/"

        def refuse(reason: str) -> NoReturn:
            _refuse(method, host, path, reason)

        if "@" in parts.netloc or parts.fragment or "\\" in url or _PRINTABLE.fullmatch(url) is None:
            refuse("address")
        if _PATH.fullmatch(path) is None or _DOTS.search(path):
            refuse("encoded_path")
        _check_headers(headers, host, refuse)
        names = _query_names(parts.query, refuse)
        here = [rule for rule in self.rules if rule.stands_at(parts.scheme, host, port)]
        if not here:
            refuse("host")
        matching = [rule for rule in here if rule.method == method and re.fullmatch(rule.path, path, re.ASCII)]
        if not matching:
            refuse("not_listed")
        matching = [rule for rule in matching if names <= rule.queries]
        if not matching:
            refuse("query")
        content_type = next((value for name, value in headers.items() if name.lower() == "content-type"), "")
        if not any(_body_passes(rule, content_type, body) for rule in matching):
            refuse("body")


def _refuse(method: str, host: str, path: str, reason: str) -> NoReturn:
    what = f"{method} {host} {path}"
    attempt = never.Attempt("wire", ascii(what)[1:-1][:200], {"reason": reason})
    never.announce(attempt)
    raise never.ForbiddenDeed(attempt)


def _check_headers(headers: Mapping[str, str], host: str, refuse: Callable[[str], NoReturn]) -> None:
    for name, value in headers.items():
        plain = name.lower().replace("_", "-")
        if plain in _OVERRIDES:
            refuse("method_override")
        if plain == "host" and clean_host(urlsplit(f"//{value}").hostname or "") != host:
            refuse("host")


def _query_names(query: str, refuse: Callable[[str], NoReturn]) -> set[str]:
    """The decoded names of `query`, which is refused if two servers could read it in two ways."""
    if ";" in query:
        refuse("query")
    try:
        pairs = parse_qsl(
            query, keep_blank_values=True, strict_parsing=bool(query), max_num_fields=200, errors="strict"
        )
    except ValueError:
        refuse("query")
    names = {name for name, _ in pairs}
    if {name.lower() for name in names} & _METHOD_QUERIES:
        refuse("method_override")
    return names


def _body_passes(rule: Rule, content_type: str, body: object) -> bool:
    if isinstance(body, str):
        body = body.encode("utf-8", "surrogatepass")
    if body is not None and not isinstance(body, bytes):
        return False
    if rule.body is None or not body:
        return not body and (rule.body is None or rule.body({}))
    expected = "application/x-www-form-urlencoded" if rule.form else "application/json"
    if content_type.partition(";")[0].strip().lower() != expected:
        return False
    try:
        parsed = _parse_form(body) if rule.form else json.loads(body, object_pairs_hook=_unambiguous)
    except (ValueError, RecursionError):
        return False
    return isinstance(parsed, dict) and rule.body(parsed)


def _parse_form(body: bytes) -> Json:
    return _unambiguous(parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, max_num_fields=50))


def _unambiguous(pairs: list[tuple[str, Any]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
