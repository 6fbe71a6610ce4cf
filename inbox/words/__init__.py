"""Codes put into words, in the reader's language.

Each file in this folder holds `SENTENCES`, a dict of code to lazily translated sentence with `%(name)s` places, for one
room. What is stored, logged or sent between programs is the code; only pages, e-mails and the command line come here.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from flask_babel import LazyString


@cache
def _sentences() -> dict[str, LazyString]:
    found: dict[str, LazyString] = {}
    for entry in pkgutil.iter_modules(__path__):
        for code, sentence in importlib.import_module(f"{__name__}.{entry.name}").SENTENCES.items():
            if code in found:
                raise ValueError(f"two sentences for {code!r}")
            found[code] = sentence
    return found


def codes() -> frozenset[str]:
    """Every code that has a sentence."""
    return frozenset(_sentences())


def say(code: str, /, **params: object) -> str:
    """The sentence of `code` with `params` filled in, in the language of the request or of the command line.

    Raises:
        KeyError: there is no such code, or a place of the sentence has no value.
    """
    return str(_sentences()[code]) % params if params else str(_sentences()[code]).replace("%%", "%")
