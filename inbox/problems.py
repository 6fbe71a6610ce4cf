"""What goes wrong because of what somebody asked: one code, its facts, one sentence for the reader.

A `Problem` is stored and logged as a code; `inbox.words` puts it into the reader's language. A fault of ours is any
other exception.
"""

from __future__ import annotations


class Problem(Exception):
    """The deed was not done, nothing was changed, and one sentence can say what to do.

    Attributes:
        code: key of `inbox.words`, for example `conversation_unknown`.
        params: values for the sentence.
        status: the HTTP status a page answers with.
    """

    def __init__(self, code: str, /, status: int = 400, **params: object) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params
        self.status = status


class Unknown(Problem):
    """There is no such object, or it is not for this reader to know."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, 404, **params)


class Conflict(Problem):
    """Somebody else, or another window, was quicker: what is on screen is no longer how things stand."""

    def __init__(self, code: str, /, **params: object) -> None:
        super().__init__(code, 409, **params)
