"""Secrets that are named on the command line, not typed there, where other programs of the machine could read them."""

from __future__ import annotations

import os

from inbox.problems import Problem


def from_environment(variable: str) -> str:
    """The value of an environment variable.

    Raises:
        Problem: `cli_variable_missing`.
    """
    value = os.environ.get(variable)
    if not value:
        raise Problem("cli_variable_missing", name=variable)
    return value
