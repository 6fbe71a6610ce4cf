"""Bluesky and every other server of the AT Protocol.

`connector.py` is the whole dialect at a glance; `line.py` signs in and asks, `rules.py` says what may leave,
`walk.py` where a collection goes on, `appview.py` and `reading.py` what an answer means, `presence.py` whether a
comment is still there, `writing.py` what a reply looks like, `record_key.py` how it is named, `faults.py` what a
refusal means.
"""

from inbox.connectors.bluesky.connector import BlueskyConnector

__all__ = ["BlueskyConnector"]
