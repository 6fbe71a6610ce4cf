"""Apologies from draft to approved, and who stands behind them, on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from inbox import clock
from inbox.answering import apologies, citations, in_force
from inbox.answering.apology_wording import Wording
from inbox.extensions import session, writing
from inbox.models import Account, Apology, ApologyConfirmation, ApologyState, ApologyVersion, Member, Notice
from inbox.models import MemberRole as Grant
from inbox.permissions import OPERATOR, WORKER, Actor, Refused, Role
from inbox.problems import Conflict, Problem, Unknown
from tests.answering.stage import Stage, deeds, member

CORE = "Dear {author_name}, we apologise for the broken seals. Every jar is replaced by Friday."


def drafted(actor: Actor, core: str = CORE, **options: Any) -> Apology:
    return apologies.create(actor, "Broken seals", "en", Wording(core, **options))


def hash_now(apology: Apology) -> str:
    return apologies.newest_version(session(), apology.id).binding_hash


def approved(cm: Actor, supervisor: Actor, core: str = CORE, **options: Any) -> Apology:
    apology = drafted(cm, core, **options)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    return apologies.confirm(supervisor, apology.id, seen_hash=hash_now(apology))


def leaves(stage: Stage, post_id: int | None = None) -> list[str]:
    may, _ = in_force.wordings(session(), stage.account_id, post_id)
    return [wording.version.core for wording in may]


def why_not(stage: Stage) -> list[str]:
    _, may_not = in_force.wordings(session(), stage.account_id, None)
    return [wording.code for wording in may_not]


def test_the_way_of_an_apology(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = drafted(cm, situation={"happened": "Seals broke", "by_when": "Friday"})
    assert apology.state is ApologyState.DRAFT
    assert leaves(stage) == []
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    apologies.send_back(supervisor, apology.id, "Say by when.", seen_hash=hash_now(apology))
    assert apologies.find(session(), apology.id).state is ApologyState.RETURNED
    apologies.edit(cm, apology.id, Wording(CORE + " Ask us."), title="Broken seals", seen_number=1)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    corrected = CORE + " Ask us anything."
    apologies.edit(supervisor, apology.id, Wording(corrected), title="Broken seals", seen_number=2)
    assert apologies.find(session(), apology.id).state is ApologyState.SUBMITTED
    assert leaves(stage) == []
    apologies.confirm(cm, apology.id, seen_hash=hash_now(apology))
    assert apologies.find(session(), apology.id).state is ApologyState.APPROVED
    assert leaves(stage) == [corrected]
    assert deeds("apology", apology.id) == [
        "apology.drafted",
        "apology.submitted",
        "apology.returned",
        "apology.edited",
        "apology.submitted",
        "apology.edited_in_place",
        "apology.approved",
    ]
    told = session().scalars(select(Notice.code).where(Notice.member_id == cm.member_id).order_by(Notice.id)).all()
    assert told == ["apology_returned", "apology_edited"]


def test_the_approver_approves_and_does_nothing_else(stage: Stage, cm: Actor) -> None:
    lawyer = member(Role.APPROVER, email="lawyer@example.org")
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    assert apologies.confirm(lawyer, apology.id, seen_hash=hash_now(apology)).state is ApologyState.APPROVED
    with pytest.raises(Refused):
        drafted(lawyer)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.COMMUNITY_MANAGER])
def test_nobody_completes_alone(stage: Stage, role: Role) -> None:
    alone = member(role, email="alone@example.org")
    apology = drafted(alone)
    apologies.submit(alone, apology.id, seen_hash=hash_now(apology))
    for _ in range(3):
        with pytest.raises(Conflict, match="confirmed_already"):
            apologies.confirm(alone, apology.id, seen_hash=hash_now(apology))
    assert apologies.find(session(), apology.id).state is ApologyState.SUBMITTED
    assert leaves(stage) == []


def test_two_without_the_right_are_not_enough(stage: Stage, cm: Actor) -> None:
    colleague = member(Role.COMMUNITY_MANAGER, email="second@example.org")
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with pytest.raises(Problem, match="apology_of_another"):
        apologies.confirm(colleague, apology.id, seen_hash=hash_now(apology))
    apologies.edit(colleague, apology.id, Wording(CORE + " Ask us."), title="Seals", seen_number=1)
    apologies.submit(colleague, apology.id, seen_hash=hash_now(apology))
    assert apologies.confirm(cm, apology.id, seen_hash=hash_now(apology)).state is ApologyState.SUBMITTED
    assert leaves(stage) == []


def test_what_was_returned_comes_back_only_in_other_words(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = approved(cm, supervisor)
    apologies.send_back(supervisor, apology.id, "The lawyer says no.", seen_hash=hash_now(apology))
    with pytest.raises(Conflict, match="apology_returned_unchanged"):
        apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    assert leaves(stage) == []
    apologies.edit(cm, apology.id, Wording(CORE + " Ask us."), title="Seals", seen_number=1)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    assert apologies.confirm(supervisor, apology.id, seen_hash=hash_now(apology)).state is ApologyState.APPROVED


def test_who_left_or_lost_the_right_completes_nothing(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    apologies.edit(supervisor, apology.id, Wording(CORE + " Ask us."), title="Seals", seen_number=1)
    with writing() as current:
        current.get_one(Member, supervisor.member_id).deactivated_at = clock.now()
    assert apologies.confirm(cm, apology.id, seen_hash=hash_now(apology)).state is ApologyState.SUBMITTED
    assert leaves(stage) == []


@pytest.mark.parametrize("way", ["ended", "through another"])
def test_a_second_self_is_no_second_however_its_roles_were_changed(
    stage: Stage, cm: Actor, supervisor: Actor, way: str
) -> None:
    between = member(Role.ADMINISTRATOR, email="between@example.org")
    giver = cm if way == "ended" else between
    with writing() as current:
        for member_id, by, ended in (
            (supervisor.member_id, f"member:{giver.member_id}", clock.now() if way == "ended" else None),
            (between.member_id, f"member:{cm.member_id}", None),
            (supervisor.member_id, f"member:{supervisor.member_id}", None),
        ):
            current.add(
                Grant(
                    member_id=member_id,
                    role=Role.ANALYST,
                    granted_at=clock.now(),
                    granted_by=by,
                    ended_at=ended,
                )
            )
            current.flush()
            if member_id == supervisor.member_id and ended is None and way != "ended":
                break
    with writing() as current:
        current.add(
            Grant(
                member_id=between.member_id,
                role=Role.SUPERVISOR,
                granted_at=clock.now(),
                granted_by=f"member:{cm.member_id}",
            )
        )
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with pytest.raises(Problem, match="second_member_made_by_first"):
        apologies.confirm(supervisor, apology.id, seen_hash=hash_now(apology))


@pytest.mark.parametrize("actor", [OPERATOR, WORKER])
def test_who_is_no_member_confirms_nothing(stage: Stage, cm: Actor, actor: Actor) -> None:
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with pytest.raises((Refused, Problem)):
        apologies.confirm(actor, apology.id, seen_hash=hash_now(apology))
    assert leaves(stage) == []


def test_a_made_up_member_confirms_nothing(stage: Stage, cm: Actor) -> None:
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    nobody = Actor.of_member(999_999, frozenset({Role.SUPERVISOR}))
    with pytest.raises(Problem, match="member_needed"):
        apologies.confirm(nobody, apology.id, seen_hash=hash_now(apology))


def test_a_member_whom_the_first_made_is_no_second(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    with writing() as current:
        current.execute(update(Grant).where(Grant.member_id == supervisor.member_id).values(ended_at=clock.now()))
        current.add(
            Grant(
                member_id=supervisor.member_id,
                role=Role.SUPERVISOR,
                granted_at=clock.now(),
                granted_by=f"member:{cm.member_id}",
            )
        )
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with pytest.raises(Problem, match="second_member_made_by_first"):
        apologies.confirm(supervisor, apology.id, seen_hash=hash_now(apology))


def test_an_old_form_confirms_nothing(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = drafted(cm)
    old = hash_now(apology)
    apologies.submit(cm, apology.id, seen_hash=old)
    apologies.edit(cm, apology.id, Wording(CORE + " And more."), title="Seals", seen_number=1)
    with pytest.raises(Conflict, match="apology_changed"):
        apologies.submit(cm, apology.id, seen_hash=old)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with pytest.raises(Conflict, match="apology_changed"):
        apologies.confirm(supervisor, apology.id, seen_hash=old)
    with pytest.raises(Conflict, match="apology_changed"):
        apologies.edit(cm, apology.id, Wording(CORE), title="Seals", seen_number=1)
    assert leaves(stage) == []


CHANGES: dict[str, Callable[[Stage], dict[str, Any]]] = {
    "core": lambda _: {"core": CORE + "!"},
    "account": lambda stage: {"account_id": stage.account_id},
    "expiry": lambda _: {"expires_at": clock.now() + timedelta(days=3)},
    "uses": lambda _: {"most_uses": 5},
}


@pytest.mark.parametrize("change", sorted(CHANGES))
def test_whatever_is_bound_voids_the_approval_when_it_changes(
    stage: Stage, cm: Actor, supervisor: Actor, change: str
) -> None:
    apology = approved(cm, supervisor)
    options = {"core": CORE} | CHANGES[change](stage)
    apologies.edit(cm, apology.id, Wording(**options), title="Broken seals", seen_number=1)
    assert apologies.find(session(), apology.id).state is ApologyState.DRAFT
    assert leaves(stage) == []


def test_a_new_title_alone_voids_nothing(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = approved(cm, supervisor)
    apologies.edit(cm, apology.id, Wording(CORE), title="The seals of May", seen_number=1)
    assert leaves(stage) == [CORE]
    assert apologies.find(session(), apology.id).title == "The seals of May"


def test_more_members_can_be_asked_for_and_never_fewer_than_two(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    lawyer = member(Role.APPROVER, email="lawyer@example.org")
    with writing() as current:
        current.get_one(Account, stage.account_id).confirmations_needed = 3
    apology = approved(cm, supervisor)
    assert apology.state is ApologyState.SUBMITTED
    assert apologies.confirm(lawyer, apology.id, seen_hash=hash_now(apology)).state is ApologyState.APPROVED
    with writing() as current:
        current.get_one(Account, stage.account_id).confirmations_needed = 0
    second = drafted(cm)
    apologies.submit(cm, second.id, seen_hash=hash_now(second))
    assert apologies.find(session(), second.id).state is ApologyState.SUBMITTED
    with writing() as current:
        current.get_one(Account, stage.account_id).confirmations_needed = 4
    assert leaves(stage) == []


def test_it_leaves_no_more_once_its_time_is_over_or_it_retired(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    approved(cm, supervisor, expires_at=clock.now() + timedelta(hours=2))
    assert leaves(stage) == [CORE]
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert leaves(stage) == []
        assert why_not(stage) == ["apology_expired"]
    other = approved(cm, supervisor, CORE + " Soon.")
    with pytest.raises(Refused):
        apologies.retire(cm, other.id)
    apologies.retire(supervisor, other.id)
    assert leaves(stage) == [CORE]
    with pytest.raises(Conflict, match="apology_not_now"):
        apologies.edit(supervisor, other.id, Wording(CORE), title="t", seen_number=1)


def test_it_is_bound_to_its_account_and_post(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    with writing() as current:
        other = Account(network="demo", identifier="other", name="Other", created_at=clock.now())
        current.add(other)
    approved(cm, supervisor, account_id=other.id)
    assert leaves(stage) == []
    assert in_force.wordings(session(), other.id, None)[0] != []
    with pytest.raises(Unknown, match="account_unknown"):
        drafted(cm, account_id=999_999)
    with pytest.raises(Unknown, match="post_unknown"):
        drafted(cm, post_id=999_999)


def test_a_flag_alone_lets_nothing_leave(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with writing() as current:
        current.get_one(Apology, apology.id).state = ApologyState.APPROVED
    assert leaves(stage) == []
    assert why_not(stage) == ["apology_not_approved"]
    with writing() as current:
        version = apologies.newest_version(current, apology.id)
        current.add(
            ApologyConfirmation(
                version_id=version.id,
                binding_hash="0" * 64,
                member_id=supervisor.member_id,
                may_approve=True,
                at=clock.now(),
            )
        )
    assert leaves(stage) == []


def test_a_changed_fact_makes_it_stale(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    from inbox.answering import facts

    fact = facts.create(supervisor, "leak", {"en": "the leak affected 312 people"}, "Inquiry")
    apology = approved(cm, supervisor, "We are sorry: {fact:leak}.")
    assert leaves(stage) == ["We are sorry: the leak affected 312 people."]
    version = apologies.newest_version(session(), apology.id)
    assert len(citations.cited_in(session(), apology_version_id=version.id)) == 1
    facts.change(supervisor, fact.id, {"en": "the leak affected 415 people"}, "Inquiry", seen_number=1)
    assert leaves(stage) == []
    assert why_not(stage) == ["apology_stale"]
    apologies.edit(cm, apology.id, Wording(version.typed), title="Leak", seen_number=1)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    apologies.confirm(supervisor, apology.id, seen_hash=hash_now(apology))
    assert leaves(stage) == ["We are sorry: the leak affected 415 people."]


@pytest.mark.parametrize(
    ("core", "code"),
    [
        ("", "apology_core_empty"),
        ("x" * 4001, "apology_core_too_long"),
        ("Yes, it was.", "apology_core_too_short"),
        ("We will refund you", "apology_core_open"),
        ("We are sorry for {author_name}", "apology_core_open"),
        ("Dear {first_name}, here we are.", "core_placeholder_unknown"),
        ("Dear {author_name.__class__}, here we are.", "core_placeholder_unknown"),
        ("{{7*7}} is what it costs.", "core_placeholder_unknown"),
        ("We know {fact:nothing}", "fact_unknown"),
    ],
)
def test_a_core_that_cannot_be_bound_is_refused(stage: Stage, cm: Actor, core: str, code: str) -> None:
    with pytest.raises(Problem, match=code):
        drafted(cm, core)
    assert session().scalars(select(ApologyVersion.id)).all() == []


def test_a_deactivated_member_confirms_no_more(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    apology = drafted(cm)
    apologies.submit(cm, apology.id, seen_hash=hash_now(apology))
    with writing() as current:
        current.get_one(Member, supervisor.member_id).deactivated_at = clock.now()
    with pytest.raises(Problem, match="member_needed"):
        apologies.confirm(supervisor, apology.id, seen_hash=hash_now(apology))
