"""The command line. Commands are thin: they read options, call the function the pages call, and print.

A command's module is imported when the command is called for, so that one command does not pay for all.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import click

from inbox.permissions import never

COMMANDS = {
    "accounts": "accounts",
    "alarms": "alarms",
    "apologies": "approvals",
    "approvals": "approvals",
    "collect": "comments",
    "demo": "demo",
    "following-up": "following_up",
    "hold": "replies",
    "import": "comments",
    "members": "members",
    "migrate": "programs",
    "promises": "promises",
    "queue": "comments",
    "release": "replies",
    "reply": "replies",
    "report": "figures",
    "roles": "programs",
    "search": "searching",
    "send": "replies",
    "serve": "programs",
    "show": "comments",
    "statement": "figures",
    "tags": "tags",
    "teams": "teams",
    "templates": "templates",
    "trail": "proof",
    "verify": "proof",
    "worker": "programs",
}
"""Every command and the module of this package it stands in, under its name with `_` for a hyphen or, for a Python
keyword, `name_`."""

# Lock 7 of the rule: no command is named after a deed that makes a critic disappear.
never.refuse_names(COMMANDS, lock="routes", figures=True)


class _Commands(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, "import_" if cmd_name == "import" else cmd_name.replace("-", "_"))
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def root() -> None:
    """A unified social inbox for crisis replies: every critic is answered, none is deleted or blocked."""


def main(arguments: list[str] | None = None) -> None:
    """Run one command and end the program: 0 when it was done, otherwise another code and one line on stderr."""
    # What this program writes, the database above all, is for its owner alone.
    os.umask(0o077)
    # Words from outside may hold what the terminal's encoding does not know.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code: Any = root.main(arguments, prog_name="inbox", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        code = error.exit_code
    except click.ClickException as error:
        click.echo(f"inbox: {error.format_message()}", err=True)
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        code = 130
    except BrokenPipeError:
        # The reader of our output, `head` for example, has seen enough; Python may not write to it while it ends.
        sys.stdout = sys.stderr
        code = 1
    sys.exit(code if isinstance(code, int) else 0)
