"""`make bench`: every measurement, or those named on the command line, each in a program of its own."""

from __future__ import annotations

import pkgutil
import subprocess
import sys

import bench

MAKES_NO_FIGURE = {"__main__", "train_triage"}


def main(names: list[str]) -> int:
    """Run them; 1 if one failed."""
    known = sorted({module.name for module in pkgutil.iter_modules(bench.__path__)} - MAKES_NO_FIGURE)
    unknown = sorted(set(names) - set(known))
    if unknown:
        print(f"no such measurement: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    failed = []
    for name in names or known:
        print(f"== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
