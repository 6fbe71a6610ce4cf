"""A whole AT Protocol network on this machine, for tests; see `tests.atproto_network.fixture`."""
