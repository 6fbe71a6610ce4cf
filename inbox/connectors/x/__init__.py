"""X (api.x.com, version 2 of its API), through tweepy."""

from inbox.connectors.x.connector import XConnector

__all__ = ["XConnector"]
