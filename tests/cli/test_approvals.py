"""`inbox approvals` and `inbox apologies` list; nothing at the command line approves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from inbox import clock
from inbox.answering import apologies, replies
from inbox.answering.apology_wording import Wording
from inbox.cli import COMMANDS
from inbox.extensions import session
from inbox.permissions import Actor, Role
from tests.cli.conftest import Inbox
from tests.conftest import MakeMember
from tests.scenes import Scene

CORE = "We apologise for the loose caps. \u202eEvery bottle is replaced."


@pytest.fixture
def scene(app: Flask) -> Scene:
    return Scene(clock.now() - timedelta(hours=1))


@pytest.fixture
def cm(make_member: MakeMember) -> Actor:
    return make_member(Role.COMMUNITY_MANAGER)


def test_both_list_what_stands_where(scene: Scene, cm: Actor, make_member: MakeMember, inbox: Inbox) -> None:
    apology = apologies.create(cm, "Loose caps", "en", Wording(CORE, most_uses=3))
    seen = apologies.newest_version(session(), apology.id).binding_hash
    apologies.submit(cm, apology.id, seen_hash=seen)
    conversation = scene.comment(scene.account(), "ines", 0)
    reply = replies.write(cm, conversation, "We apologise.", form_key="k" * 24, seen_up_to=1)
    waits = inbox("approvals", "--json").json()
    assert [(row["is"], row["id"], row["held_code"]) for row in waits] == [
        ("apology", apology.id, None),
        ("reply", reply.id, "apology_unapproved"),
    ]
    assert [row["hash"] for row in waits] == [seen, reply.text_hash]
    assert waits[0]["behind"] == ["Community Manager"]
    assert len(inbox("approvals", "--json", "--limit", "1").json()) == 1
    [listed] = inbox("apologies", "--json").json()
    assert (listed["state"], listed["why_not"], listed["uses_left"]) == ("submitted", "apology_not_approved", 3)
    apologies.confirm(make_member(Role.SUPERVISOR), apology.id, seen_hash=seen)
    [listed] = inbox("apologies", "--json").json()
    assert (listed["state"], listed["why_not"]) == ("approved", None)
    assert inbox("apologies", "--json", "--retired").json() == []
    assert "<U+202E>" in inbox("apologies").out


def test_no_command_approves() -> None:
    assert not {name for name in COMMANDS if any(word in name for word in ("approve", "confirm", "submit", "accept"))}
