"""What the connector tests share."""

from tests.atproto_network.fixture import atproto_network

__all__ = ["atproto_network"]
