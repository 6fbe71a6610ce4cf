"""What was measured: waits, the queue rows derived from them, and the figures made of them."""
