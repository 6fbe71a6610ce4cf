"""What was typed of an apology, and what is stored of it, as its editor shows both."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from flask import request

from inbox import languages
from inbox.answering.apology_views import ShownVersion
from inbox.answering.apology_wording import PARTS, Wording
from inbox.web.reading import moment, optional_number


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of the editor, as text. `seen_number` is the version that was on screen, empty for a new apology."""

    title: str = ""
    language: str = "en"
    core: str = ""
    parts: dict[str, str] = field(default_factory=lambda: dict.fromkeys(PARTS, ""))
    account: str = ""
    post: str = ""
    expires: str = ""
    uses: str = ""
    seen_number: str = ""


def stored(title: str, language: str, shown: ShownVersion) -> Typed:
    """A version, ready to be changed."""
    version = shown.version
    return Typed(
        title=title,
        language=language,
        core=version.typed or version.core,
        parts={part: str(version.situation.get(part, "")) for part in PARTS},
        account=_text(version.account_id),
        post=_text(version.post_id),
        expires=_on_clock(version.expires_at),
        uses=_text(version.most_uses),
        seen_number=str(version.number),
    )


def typed() -> Typed:
    """What the form brought; line ends as a browser shows them."""
    form = request.form
    return Typed(
        title=form.get("title", ""),
        language=form.get("language", languages.language()),
        core=form.get("core", "").replace("\r\n", "\n"),
        parts={part: form.get(part, "").replace("\r\n", "\n") for part in PARTS},
        account=form.get("account", ""),
        post=form.get("post", ""),
        expires=form.get("expires", ""),
        uses=form.get("uses", ""),
        seen_number=form.get("seen_number", ""),
    )


def wording(before: ShownVersion | None = None) -> Wording:
    """The wording that the form brought.

    Args:
        before: the stored version. Where its end was not touched it is kept to the second, which the field does not
            show.

    Raises:
        Problem: `number_unreadable`, `moment_unreadable`.
    """
    now = typed()
    kept = before.version.expires_at if before is not None else None
    expires_at = kept if now.expires == _on_clock(kept) else moment("expires")
    return Wording(
        core=now.core,
        situation=now.parts,
        account_id=optional_number("account"),
        post_id=optional_number("post"),
        expires_at=expires_at if now.expires else None,
        most_uses=optional_number("uses"),
    )


def _on_clock(at: datetime | None) -> str:
    """A moment as the field of a form shows it, on the member's own clock."""
    return at.astimezone(languages.zone()).strftime("%Y-%m-%dT%H:%M") if at is not None else ""


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
