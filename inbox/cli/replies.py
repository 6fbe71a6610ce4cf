"""`inbox reply`, `inbox send`, `inbox hold`, `inbox release`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from inbox import members
from inbox.answering import conversations, holds, outbox
from inbox.answering import replies as room
from inbox.answering.conversations import ConversationView, ShownReply
from inbox.cli.output import ROW, json_option, moment, print_object
from inbox.cli.running import in_application, sentence
from inbox.models import ReplyKind
from inbox.permissions import OPERATOR
from inbox.problems import Conflict, Problem
from inbox.trail import refusals
from inbox.words import say


@click.command()
@click.argument("conversation", type=ROW)
@click.option("--text-file", required=True, metavar="FILE", help="What to answer, in UTF-8; - for standard input.")
@click.option("--as", "email", required=True, metavar="MEMBER", help="The e-mail address of the member who answers.")
@click.option("--template", type=ROW, help="The reply template the text was made from.")
@click.option("--holding", is_flag=True, help="It only says that we are looking into it.")
@click.option("--promise", metavar="TIME", help="By when it says that we write again: 2026-03-02T18:00:00Z.")
@click.option("--seen", type=ROW, help="The newest reply that you know, a colleague’s or your own, and answer beside.")
@json_option
@in_application
def reply(
    conversation: int,
    text_file: str,
    email: str,
    template: int | None,
    holding: bool,
    promise: str | None,
    seen: int | None,
    as_json: bool,
) -> None:
    """Answer CONVERSATION as a member: it is queued, and leaves with the next pass of the outbox."""
    text = _read(text_file)
    actor = members.actor_of(members.find_member(email))
    refusals.act_as(actor)
    view = conversations.open_conversation(actor, conversation)
    if view.seen_up_to is None:
        raise Problem("comment_gone")
    try:
        written = room.write(
            actor,
            conversation,
            text,
            form_key=view.form_key,
            seen_up_to=view.seen_up_to,
            answered_up_to=seen,
            template_id=template,
            kind=ReplyKind.HOLDING if holding else ReplyKind.SUBSTANTIVE,
            promise_due_at=moment(promise, "UTC"),
        )
    except Conflict as conflict:
        raise _with_their_words(view, conflict) from None
    held = None if written.held_code is None else sentence(written.held_code, {})
    words = say("cli_reply_written", id=written.id, state=written.state.value)
    print_object(
        {"id": written.id, "state": written.state, "held": held, "held_code": written.held_code},
        as_json=as_json,
        words=words if held is None else f"{words} {held}",
    )


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="Send this many at most.")
@json_option
@in_application
def send(limit: int, as_json: bool) -> None:
    """One pass of the outbox: send what is queued, once."""
    done = outbox.send_due(OPERATOR, limit=limit)
    held = sum(reply.held_code is not None for reply in holds.waiting_behind(OPERATOR))
    facts = {**asdict(done), "held": held}
    print_object(facts, as_json=as_json, words=say("cli_sent", **facts))
    if done.failed or done.unconfirmed:
        raise click.ClickException(say("cli_not_all_sent", count=done.failed + done.unconfirmed))


@click.command()
@click.option("--account", type=ROW, help="Only this account; without it, every account.")
@click.option("--reason", default="", help="What supervisors read beside the hold.")
@in_application
def hold(account: int | None, reason: str) -> None:
    """Stop all sending at once."""
    holds.hold(OPERATOR, account_id=account, reason=reason)
    click.echo(say("cli_held", count=len(holds.waiting_behind(OPERATOR, account))))


@click.command()
@click.option("--account", type=ROW, help="Only this account's own hold; without it, the hold on everything.")
@in_application
def release(account: int | None) -> None:
    """Let sending go on."""
    click.echo(say("cli_released", count=holds.release(OPERATOR, account_id=account)))


def _with_their_words(view: ConversationView, conflict: Conflict) -> Problem:
    """What a colleague answered in the meantime, or one has on its way, is read before anything is sent beside it."""
    if conflict.code == "own_reply_leaving":
        return Problem("cli_own_reply_leaving", 409, id=conflict.params["reply"])
    if conflict.code != "answered_meanwhile":
        return conflict
    number = conflict.params["reply"]
    theirs = next((item for item in view.thread if isinstance(item, ShownReply) and item.id == number), None)
    text = " ".join(theirs.text.split()) if theirs is not None else ""
    return Problem("cli_answered_meanwhile", 409, id=number, text=text, name=conflict.params["by"] or "–")


def _read(name: str) -> str:
    try:
        raw = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return raw.decode("utf-8-sig").strip()
    except OSError as error:
        raise Problem("cli_file_unreadable", name=name, reason=error.strerror or "") from None
    except UnicodeDecodeError:
        raise Problem("cli_file_not_utf8", name=name) from None
