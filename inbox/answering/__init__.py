"""From the queue to the reply that left: who waits, what is written to them, and how it goes out at most once."""
