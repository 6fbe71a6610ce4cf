"""Taking withheld words out of the index of words for good.

They are not found from the moment they are withheld. On SQLite they stand in the full-text table's file until its
pieces are merged, which is done here, in steps that nobody has to wait for; on PostgreSQL that is the affair of VACUUM.
"""

from __future__ import annotations

from inbox.extensions import session, writing
from inbox.models import search_index


def take_withheld_words_out() -> bool:
    """Merge what holds withheld words, if anything does.

    Returns:
        whether there was anything to do.
    """
    if not search_index.to_forget(session()):
        return False
    first, done = True, False
    while not done:
        with writing() as current:
            done = search_index.forget_step(current, first=first)
        first = False
    return True
