"""How comments come in: accounts, one pass of collection, ingest, triage, and the watch for what vanished."""
