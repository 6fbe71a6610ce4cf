"""The members of staff: who they are, what roles they hold, and how they sign in."""

from inbox.members.learning import go_on_tour, leave_tour, set_advised
from inbox.members.looking_after import (
    ReadOfHostility,
    forget_what_was_read,
    note_read,
    read_of_hostility,
    set_blurs_hostile,
)
from inbox.members.passwords import SHORTEST_PASSWORD
from inbox.members.roster import (
    LANGUAGES,
    MOST_UNDO_SECONDS,
    actor_of,
    add_member,
    deactivate,
    find_member,
    list_members,
    reactivate,
    set_language,
    set_password,
    set_reminded_by_email,
    set_roles,
    set_undo_seconds,
)
from inbox.members.signing_in import Opened, end_sessions, session_of, sign_in, sign_out

__all__ = [
    "LANGUAGES",
    "MOST_UNDO_SECONDS",
    "SHORTEST_PASSWORD",
    "Opened",
    "ReadOfHostility",
    "actor_of",
    "add_member",
    "deactivate",
    "end_sessions",
    "find_member",
    "forget_what_was_read",
    "go_on_tour",
    "leave_tour",
    "list_members",
    "note_read",
    "reactivate",
    "read_of_hostility",
    "session_of",
    "set_advised",
    "set_blurs_hostile",
    "set_language",
    "set_password",
    "set_reminded_by_email",
    "set_roles",
    "set_undo_seconds",
    "sign_in",
    "sign_out",
]
