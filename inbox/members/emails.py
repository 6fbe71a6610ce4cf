"""How an e-mail address is compared and stored."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f-\x9f<>()\[\]\\,;:\"]{1,64}@[\w-]+(\.[\w-]+)*")


def normal_email(text: str) -> str | None:
    """`text` as it is stored, in lower case; None when it has not the shape of an e-mail address."""
    email = text.strip().lower()
    return email if len(email) <= 254 and _EMAIL.fullmatch(email) else None
