"""What the tests of open screens stand on: somebody who answers, and critics."""

from __future__ import annotations

from tests.answering.conftest import cm, stage, supervisor

__all__ = ["cm", "stage", "supervisor"]
