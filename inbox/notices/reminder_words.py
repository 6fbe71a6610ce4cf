"""What a reminder says, in the reader's language: never a word of a critic, and nobody's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from inbox import languages


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail: its subject, and what it says as plain text and as HTML that fetches nothing."""

    subject: str
    text: str
    html: str


def sentence(code: str, facts: Mapping[str, object]) -> str:
    """One sentence.

    Args:
        code: as the notice is called, `past_due_own`.
        facts: `people`, `more` (there are more than could be listed), and `seconds`, how long the longest has waited.
    """
    return languages.said(f"notice.{code}", people=people(facts), length=languages.length(_number(facts["seconds"])))


def people(facts: Mapping[str, object]) -> str:
    """How many, in the reader's figures; with a sign behind it where there are more."""
    return languages.number(_number(facts["people"])) + ("+" if facts.get("more") else "")


def letter(code: str, facts: Mapping[str, object], *, name: str, public_url: str) -> Letter:
    """A reminder by e-mail, to be put together while the member's language is spoken.

    Args:
        name: what the member is called.
        public_url: where members reach the product, without a slash at the end.
    """
    said = languages.said
    one = "_one" if facts["people"] == 1 else ""
    past, profile = f"{public_url}/queue?due=past", f"{public_url}/profile"
    hello, main = said("reminder.hello", name=name), sentence(code, facts)
    open_it, what_then, why = said("reminder.open"), said("reminder.what_then"), said("reminder.why")
    text = f"{hello}\n\n{main}\n\n{open_it}\n{past}\n\n{what_then}\n\n-- \n{why}\n{profile}\n"
    subject = said(f"reminder.subject{one}", people=people(facts))
    html = Markup(
        '<!doctype html>\n<html lang="{language}">\n'
        '<head><meta charset="utf-8"><title>{subject}</title></head>\n<body>\n'
        '<p>{hello}</p>\n<p><strong>{main}</strong></p>\n<p><a href="{past}">{open_it}</a></p>\n<p>{what_then}</p>\n'
        '<hr>\n<p><small>{why} <a href="{profile}">{profile}</a></small></p>\n</body>\n</html>\n'
    ).format(
        language=languages.language(),
        subject=subject,
        hello=hello,
        main=main,
        past=past,
        open_it=open_it,
        what_then=what_then,
        why=why,
        profile=profile,
    )
    return Letter(subject, text, str(html))


def _number(value: object) -> int:
    return int(str(value))
