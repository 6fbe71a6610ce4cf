"""What tells members that something happened which they should know: on a page of theirs, and in the bell above it."""

from inbox.notices.reading import MOST_COUNTED, ShownNotice, mark_read, recent, unread
from inbox.notices.refused import listen
from inbox.notices.telling import tell, tell_member

__all__ = ["MOST_COUNTED", "ShownNotice", "listen", "mark_read", "recent", "tell", "tell_member", "unread"]
