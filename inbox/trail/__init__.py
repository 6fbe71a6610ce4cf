"""The trail remembers every deed that matters, in a chain nobody can change unseen."""

from inbox.trail.chain import Fault, record, verify

__all__ = ["Fault", "record", "verify"]
