"""The floors of the house hold: an import that runs back up turns the linter red."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the product that may be broken."""
    house = tmp_path_factory.mktemp("house")
    for name in ("pyproject.toml", "config.py"):
        shutil.copy(ROOT / name, house)
    shutil.copytree(
        ROOT / "inbox", house / "inbox", ignore=shutil.ignore_patterns("__pycache__", "static", "scenarios")
    )
    return house


def lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([LINT, "--no-cache"], cwd=house, capture_output=True, text=True, check=False)


def test_the_house_stands(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "line", "floor"),
    [
        ("web/queue.py", "import inbox.connectors.base", "Pages never import connectors"),
        ("models/base.py", "import inbox.answering.queue", "Imports point one way"),
        ("answering/queue.py", "import inbox.collecting.ingest", "Imports point one way"),
        ("collecting/ingest.py", "import inbox.answering.queue", "Imports point one way"),
        ("measuring/waits.py", "import inbox.jobs", "Imports point one way"),
        ("jobs/worker.py", "import inbox.cli", "Imports point one way"),
        ("cli/proof.py", "import inbox.web.queue", "Imports point one way"),
        ("connectors/base.py", "import sqlalchemy", "Connectors know no Flask and no database of ours"),
        ("connectors/demo/connector.py", "import flask", "Connectors know no Flask and no database of ours"),
        ("measuring/reports.py", "import config", "The lower floors know no settings"),
    ],
)
def test_an_arrow_that_runs_back_up_is_seen(copy: Path, file: str, line: str, floor: str) -> None:
    path = copy / "inbox" / file
    before = path.read_text()
    path.write_text(f"{before}\n{line}\n")
    try:
        done = lint(copy)
    finally:
        path.write_text(before)
    assert done.returncode == 1
    broken = [text for text in done.stdout.splitlines() if "BROKEN" in text]
    assert any(floor in text for text in broken), done.stdout


def test_a_new_room_must_find_its_floor(copy: Path) -> None:
    room = copy / "inbox" / "cellar.py"
    room.write_text('"""A room on no floor."""\n')
    try:
        assert lint(copy).returncode == 1
    finally:
        room.unlink()


def test_the_environment_is_read_in_few_places() -> None:
    """Settings are read by `config.py`; what else looks at the environment is the terminal's own business."""
    readers = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "inbox").rglob("*.py")
        if any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert readers == {"inbox/cli/demo.py", "inbox/cli/running.py", "inbox/cli/secrets.py"}
