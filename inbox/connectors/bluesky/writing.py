"""What a reply looks like on the network: its text, its links, what it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import regex
from atproto import models
from atproto_client.utils.facet_detection import detect_facets, detect_mentions

from inbox import clock
from inbox.connectors.shapes import Json, Length

MAX_GRAPHEMES: Final = 300
MAX_BYTES: Final = 3000
"""Both from the lexicon `app.bsky.feed.post` (`maxGraphemes`, `maxLength`)."""

_COUNTED = 10 * MAX_BYTES
_GRAPHEME = regex.compile(r"\X")


def measure(text: str) -> Length:
    """Graphemes of 300; bytes of 3000 where only these are too many, as with stacked accents or emoji families.

    Past 30,000 characters each further one counts as a grapheme: such a text fits in no case. Nothing but white space
    is an empty text.
    """
    if not text.strip():
        return Length(0, MAX_GRAPHEMES)
    graphemes = sum(1 for _ in _GRAPHEME.finditer(text[:_COUNTED])) + len(text[_COUNTED:])
    size = len(text.encode("utf-8", "surrogatepass"))
    if graphemes <= MAX_GRAPHEMES and size > MAX_BYTES:
        return Length(size, MAX_BYTES)
    return Length(graphemes, MAX_GRAPHEMES)


def facets(text: str, resolve: Callable[[str], str | None]) -> list[models.AppBskyRichtextFacet.Main]:
    """What in `text` is a link, a mention or a tag, by position in UTF-8 bytes, as the network's own app would mark it.

    Args:
        resolve: gives the identity behind a name; None where nobody has it, so that it stays plain text.
    """
    found = detect_facets(text)
    for mention in detect_mentions(text):
        did = resolve(mention.handle.lower())
        if did is not None:
            place = models.AppBskyRichtextFacet.ByteSlice(byte_start=mention.byte_start, byte_end=mention.byte_end)
            found.append(
                models.AppBskyRichtextFacet.Main(features=[models.AppBskyRichtextFacet.Mention(did=did)], index=place)
            )
    return sorted(found, key=lambda facet: facet.index.byte_start)


def reply_record(
    text: str, target: Json, found_facets: list[models.AppBskyRichtextFacet.Main]
) -> models.AppBskyFeedPost.Record:
    """The record of a reply to `target`, a post as the AppView shows it.

    Raises:
        KeyError, TypeError: `target` lacks its own address or that of its thread's root.
        pydantic.ValidationError: these are no addresses.
    """
    parent = {"uri": target["uri"], "cid": target["cid"]}
    answered = target["record"].get("reply")
    root = answered["root"] if answered else parent
    reference = models.ComAtprotoRepoStrongRef.Main
    return models.AppBskyFeedPost.Record(
        text=text,
        created_at=clock.to_iso(clock.now()),
        reply=models.AppBskyFeedPost.ReplyRef(
            root=reference(uri=root["uri"], cid=root["cid"]), parent=reference(uri=parent["uri"], cid=parent["cid"])
        ),
        facets=found_facets or None,
    )
