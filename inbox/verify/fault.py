"""What a check hands back, and how it tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BATCH = 2_000
"""How many rows a check holds at once."""

Progress = Callable[[str, int], None]
"""Called with the name of the check and how many rows it has walked."""


@dataclass(frozen=True, slots=True)
class VerifyFault:
    """Something that is not as it must be; `code` is a key of `inbox.words`, `params` names the row."""

    code: str
    params: dict[str, Any]
