"""`python -m inbox`: the same as `inbox`."""

from inbox.cli import main

main()
