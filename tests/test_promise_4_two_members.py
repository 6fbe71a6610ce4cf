"""Promise 4: an apology, or an admission, leaves only in wording that two members stand behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from config import Config
from inbox import clock
from inbox.answering import apologies, approvals, gate, outbox
from inbox.answering.apology_wording import Wording
from inbox.extensions import db, session
from inbox.models import Reply
from inbox.permissions import WORKER, Actor, Refused, Role
from inbox.problems import Problem
from tests.answering.stage import Stage, member, reply_now, written

CORES = (
    "{author_name}, we apologise for the broken seals. Every jar is replaced by Friday.",
    "We are sorry that the alarm rang so late. We now test it every day.",
    "C’est notre faute, et nous vous remboursons chaque pot.",
)
FREE = ("The test result is on our page.", "Merci pour votre patience, la liste est en ligne.")
HELD = ("We apologise for what happened.", "Nous vous présentons nos excuses.", "It was our fault, we will refund you.")
AROUND = ("", "Thank you for the photo. ", "Bonjour ! ")


@dataclass
class Modelled:
    """An apology as a slow and obvious reader keeps it: what the newest version says, and who stands behind it."""

    number: int
    core: str
    version: int = 1
    until: datetime | None = None
    behind: dict[int, bool] = field(default_factory=dict)
    returned: bool = False
    retired: bool = False

    def in_force(self) -> bool:
        alive = not self.retired and not self.returned and (self.until is None or clock.now() < self.until)
        return alive and len(self.behind) >= 2 and any(self.behind.values())


class Wordings(RuleBasedStateMachine):
    """Members draft, edit, submit, approve, retire, let expire, write and send, in any order."""

    folder: Path
    people: tuple[tuple[Actor, bool], ...]
    stages = 0

    @initialize()
    def open_a_stage(self) -> None:
        type(self).stages += 1
        self.now = clock.now()
        self.stage = Stage(self.folder, name=f"stage{self.stages}")
        self.wordings: list[Modelled] = []
        self.replies: list[int] = []
        self.behind: dict[tuple[int, str], dict[int, bool]] = {}
        self.checked = 0
        # Two wordings are in force from the start, so that what takes them out of force meets what is on its way.
        for core, until in ((CORES[0], None), (CORES[1], self.now + timedelta(hours=1))):
            self.draft(core, 0, None if until is None else 1)
            self.decide(len(self.wordings) - 1, 0, "submit")
            self.decide(len(self.wordings) - 1, 2, "confirm")
            assert self.wordings[-1].in_force()

    def person(self, which: int) -> tuple[Actor, bool]:
        return self.people[which % len(self.people)]

    @rule(core=st.sampled_from(CORES), who=st.integers(0, 3), hours=st.sampled_from([None, 1, 3]))
    def draft(self, core: str, who: int, hours: int | None) -> None:
        actor, _ = self.person(who)
        until = self.now + timedelta(hours=hours) if hours else None
        with clock.frozen(self.now), suppress(Problem, Refused):
            made = apologies.create(actor, "t", "en", Wording(core, account_id=self.stage.account_id, expires_at=until))
            self.wordings.append(Modelled(made.id, core, until=until))

    @precondition(lambda self: self.wordings)
    @rule(which=st.integers(0, 9), who=st.integers(0, 3), comma=st.booleans())
    def edit(self, which: int, who: int, comma: bool) -> None:
        actor, right = self.person(who)
        of = self.wordings[which % len(self.wordings)]
        core = of.core.replace(". ", "! ") if comma else of.core + " Thank you."
        with clock.frozen(self.now), suppress(Problem, Refused):
            wording = Wording(core, account_id=self.stage.account_id)
            done = apologies.edit(actor, of.number, wording, title="t", seen_number=of.version)
            if (core, None) != (of.core, of.until):
                of.core, of.until, of.returned, of.version = core, None, False, of.version + 1
                of.behind = {actor.member_id or 0: right} if done.state.value == "submitted" else {}

    @precondition(lambda self: self.wordings)
    @rule(which=st.integers(0, 9), who=st.integers(0, 3), deed=st.sampled_from(["submit", "confirm", "return"]))
    def decide(self, which: int, who: int, deed: str) -> None:
        actor, right = self.person(who)
        of = self.wordings[which % len(self.wordings)]
        seen = apologies.newest_version(session(), of.number).binding_hash
        with clock.frozen(self.now), suppress(Problem, Refused):
            if deed == "submit":
                apologies.submit(actor, of.number, seen_hash=seen)
            elif deed == "confirm":
                apologies.confirm(actor, of.number, seen_hash=seen)
            else:
                apologies.send_back(actor, of.number, "again", seen_hash=seen)
                of.returned = True
                return
            of.behind[actor.member_id or 0] = right
            of.returned = False

    @precondition(lambda self: self.wordings)
    @rule(which=st.integers(0, 9), who=st.integers(0, 3))
    def retire(self, which: int, who: int) -> None:
        of = self.wordings[which % len(self.wordings)]
        with clock.frozen(self.now), suppress(Problem, Refused):
            apologies.retire(self.person(who)[0], of.number)
            of.retired = True

    @rule(minutes=st.sampled_from([5, 61, 200]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def text(self, kind: int, which: int, around: str) -> str:
        core = self.wordings[which % len(self.wordings)].core if self.wordings else FREE[0]
        said = core.replace("{author_name}", "Ines")
        changed = said.replace("Friday", "Monday").replace("every", "nearly every").replace("chaque", "un")
        return (
            around + FREE[which % len(FREE)],
            around + HELD[which % len(HELD)],
            around + said,
            around + changed,
            f"{said} {HELD[which % len(HELD)]}",
        )[kind]

    @rule(
        kind=st.sampled_from([2, 2, 2, 0, 1, 3, 4]),
        which=st.integers(0, 9),
        around=st.sampled_from(AROUND),
        who=st.integers(0, 2),
    )
    def write(self, kind: int, which: int, around: str, who: int) -> None:
        actor, right = self.person(who)
        with clock.frozen(self.now), suppress(Problem, Refused):
            text = self.text(kind, which, around)
            reply = written(actor, self.stage.comment(), text, delay_seconds=60 * (which % 2))
            self.replies.append(reply.id)
            self.behind[reply.id, reply.text] = {actor.member_id or 0: right}

    @precondition(lambda self: self.replies)
    @rule(which=st.integers(0, 9), who=st.integers(0, 3), kind=st.sampled_from([None, 0, 1, 2, 3]))
    def answer_for(self, which: int, who: int, kind: int | None) -> None:
        """Confirm a reply, or change it."""
        actor, right = self.person(who)
        reply = reply_now(self.replies[which % len(self.replies)])
        with clock.frozen(self.now), suppress(Problem, Refused):
            if kind is None:
                done = approvals.confirm(actor, reply.id, seen_hash=reply.text_hash)
            else:
                done = approvals.edit(actor, reply.id, self.text(kind, which, ""), seen_hash=reply.text_hash)
            self.behind.setdefault((done.id, done.text), {})[actor.member_id or 0] = right

    @rule()
    def send(self) -> None:
        self.now += timedelta(seconds=31)
        with clock.frozen(self.now):
            outbox.send_due(WORKER)
            left = self.stage.demo.replies(self.stage.name)
            for published in left[self.checked :]:
                assert self.may_leave(published.text), published.text
            self.checked = len(left)

    def may_leave(self, text: str) -> bool:
        sent = session().query(Reply).filter_by(account_id=self.stage.account_id, text=text).all()
        for reply in sent:
            behind = self.behind.get((reply.id, text), {})
            if len(behind) >= 2 and any(behind.values()):
                return True
        rest = text
        for of in self.wordings:
            if of.in_force():
                rest = rest.replace(of.core.replace("{author_name}", "Ines"), "\n\n")
        return not gate.read(rest).held


@pytest.fixture
def stand(app: Flask, config: Config, at_start: object) -> Iterator[None]:
    Wordings.folder = config.data_dir
    Wordings.people = (
        (member(Role.COMMUNITY_MANAGER, email="one@example.org"), False),
        (member(Role.COMMUNITY_MANAGER, email="two@example.org"), False),
        (member(Role.SUPERVISOR, email="three@example.org"), True),
        (member(Role.APPROVER, email="four@example.org"), True),
    )
    yield
    db.session.remove()


def test_no_sequence_lets_an_apology_or_admission_leave_that_two_members_do_not_stand_behind(stand: None) -> None:
    run_state_machine_as_test(
        Wordings,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
