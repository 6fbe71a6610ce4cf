"""Text that people outside wrote, shown safely and legibly.

Nothing in it is markup. What the eye cannot see, or what turns the line around, becomes a small mark that names it;
only http and https addresses become links; very long text is folded. What is stored stays as it came.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import regex
from markupsafe import Markup, escape

FOLD_AFTER = 1_200
"""Characters of a text that are shown before the rest is folded."""

LINK_AT_MOST = 2_000
"""Characters of an address that may become a link; what is longer stays text."""

_LINK = regex.compile(r"https?://[^\s<>\"'`\p{C}]{3,}", regex.IGNORECASE)
_LINK_END = ".,;:!?)]}»”’…"

_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
"""Letters and symbols by name that show nothing at all."""

# Joiners belong to emoji and to the scripts that need them; tags belong to the flags of regions: the first branch skips
# them. Everything else that is invisible is marked.
_UNSEEN = regex.compile(
    r"""(?:
      (?<=[\p{Emoji}\uFE0F\u20E3])\u200D(?=[\p{Extended_Pictographic}♀♂⚕⚖✈])
    | (?<=[\p{Arabic}\p{Devanagari}\p{Bengali}\p{Tamil}\p{Telugu}\p{Malayalam}\p{Kannada}\p{Sinhala}\p{Gujarati}\p{Mn}])
      [\u200C\u200D](?=\p{L})
    | (?<=\U0001F3F4)[\U000E0061-\U000E007A]{1,8}\U000E007F
    )(*SKIP)(*FAIL)
    | ([\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Noncharacter_Code_Point}\u2028\u2029\u115F\u1160\u3164\uFFA0\u2800--[\n\t]])\1*""",
    regex.VERSION1 | regex.VERBOSE,
)
_ESCAPED = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


def shown(text: str) -> Markup:
    """`text` as markup that is safe inside an element, with what is invisible made visible and addresses as links."""
    text = text.replace("\r\n", "\n")
    if "://" not in text:
        return Markup(_visible(text))  # noqa: S704 - every character was escaped.
    pieces, at = [], 0
    for match in _LINK.finditer(text):
        address = match[0].rstrip(_LINK_END)
        if len(address) > LINK_AT_MOST:
            continue
        pieces.append(_visible(text[at : match.start()]))
        target = address.translate(_ESCAPED)
        pieces.append(f'<a href="{target}" rel="noopener noreferrer nofollow ugc" target="_blank">{target}</a>')
        at = match.start() + len(address)
    pieces.append(_visible(text[at:]))
    return Markup("".join(pieces))  # noqa: S704 - every piece was escaped.


def plain(text: str | None) -> str:
    """`text` for a place that holds no markup (an attribute, a title, an option): on one line, nothing invisible."""
    if not text:
        return ""
    if not (text.isprintable() and _BLANK_LETTERS.isdisjoint(text)):
        text = _UNSEEN.sub("\N{REPLACEMENT CHARACTER}", text)
    return " ".join(text.split())


def head(text: str) -> str:
    """The part of a long text that is shown before the fold, cut at a space where there is one near."""
    cut = text.rfind(" ", FOLD_AFTER - 80, FOLD_AFTER)
    return text[: cut if cut > 0 else FOLD_AFTER]


def is_long(text: str) -> bool:
    """Whether `text` is folded; a few characters more than the limit are not worth a fold."""
    return len(text) > FOLD_AFTER + 200


def web_address(address: str | None) -> str | None:
    """`address` where it is http or https, so that it may stand in a link; None for anything else."""
    if address and address[:8].lower().startswith(("https://", "http://")) and not _UNSEEN.search(address):
        return address
    return None


def _visible(text: str) -> str:
    if text.isprintable() and _BLANK_LETTERS.isdisjoint(text):
        return text.translate(_ESCAPED)
    # The marks are made of characters that no escaping touches, so that they can be put in before it.
    return _MARKED.sub(_mark, _UNSEEN.sub(_name, text).translate(_ESCAPED))


_MARKED = regex.compile("\ufdd1([0-9A-F]+)(×[0-9]+)?\ufdd1")


def _name(match: regex.Match[str]) -> str:
    times = f"×{len(match[0])}" if len(match[0]) > 1 else ""
    return f"\ufdd1{ord(match[0][0]):04X}{times}\ufdd1"


def _mark(match: regex.Match[str]) -> str:
    name = unicodedata.name(chr(int(match[1], 16)), "").capitalize()
    times = f" {match[2]}" if match[2] else ""
    return f'<span class="unseen" title="{escape(name or match[1])}">U+{match[1]}{times}</span>'


FILTERS: dict[str, Callable[..., Any]] = {
    "outside": shown,
    "plain": plain,
    "head": head,
    "web_address": web_address,
}
"""What templates may use of this file, by the name they use."""

TESTS: dict[str, Callable[..., bool]] = {"long": is_long}
