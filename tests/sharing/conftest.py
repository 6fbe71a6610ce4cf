"""The stage of answering, for who has whom on it."""

from __future__ import annotations

from tests.answering.conftest import cm, stage, supervisor

__all__ = ["cm", "stage", "supervisor"]
