"""The demo network in a folder of its own, for the contract test."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from inbox.connectors.demo.network import DemoNetwork
from inbox.connectors.guard import Rule
from inbox.connectors.shapes import AccountAccess

STAGE = "gobelune"


class DemoPeer:
    """One account on a demo network, with somebody outside who comments on its post."""

    def __init__(self, folder: Path) -> None:
        self.demo = DemoNetwork(folder)
        self.demo.open_stage(STAGE, "Gobelune", access_key="right-key")
        self._post = self.demo.publish_post(STAGE, "Our cups are back.")
        self.access = AccountAccess(
            account_id=1,
            base_url=None,
            identifier=STAGE,
            remote_id=None,
            credentials={"access_key": "right-key"},
            data_dir=str(folder),
        )

    def write_comments(self, texts: list[str]) -> list[str]:
        return [self.demo.write(STAGE, "critic", text, on=self._post) for text in texts]

    def take_away(self, remote_id: str) -> None:
        self.demo.author_takes_back(remote_id)

    def replies(self) -> list[tuple[str, str]]:
        return [(reply.answers or "", reply.text) for reply in self.demo.replies(STAGE)]

    def wrong_access(self) -> AccountAccess | None:
        return replace(self.access, credentials={"access_key": "wrong-key"})

    def unreachable_access(self) -> AccountAccess | None:
        return replace(self.access, data_dir=str(Path(self.access.data_dir) / "nowhere"))

    def rules(self) -> tuple[Rule, ...] | None:
        return None  # There is no wire: the door takes calls of this machine, and offers replies alone.

    def requests_seen(self) -> int | None:
        return len(self.demo.calls())


@contextmanager
def peer() -> Iterator[DemoPeer]:
    """A demo network in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield DemoPeer(Path(folder))
