"""How handing over a reminder can end other than well."""

from __future__ import annotations


class NotDelivered(Exception):
    """It was certainly not delivered.

    Attributes:
        code: why; its sentence is `delivery.…`.
        detail: what the other side said.
        final: trying again cannot help.
    """

    def __init__(self, code: str, *, detail: str = "", final: bool = False) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.final = final


class Unclear(Exception):
    """It may have been delivered, and is not sent a second time."""
