"""The demo network: a social network of its own on this machine, on which a bad buzz is rehearsed.

`network.py` is the network's own side and its control room, `door.py` what it serves to programs, `play.py` what makes
its people write, `connector.py` our side. `scenarios/` holds the plays.
"""

from inbox.connectors.demo.connector import DemoConnector

__all__ = ["DemoConnector"]
