"""One folder per network. A folder here that holds a connector is a network; nothing else registers it."""
