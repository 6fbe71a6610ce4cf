"""What open screens are told within a second of its commit, whichever program committed it."""

from inbox.live.events import NEWEST, Told, newest, prune, since
from inbox.live.hub import USUAL_STREAMS, Full, Hub, allow, hub_of

__all__ = ["NEWEST", "USUAL_STREAMS", "Full", "Hub", "Told", "allow", "hub_of", "newest", "prune", "since"]
