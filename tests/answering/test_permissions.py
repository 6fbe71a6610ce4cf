"""Who may do what in the rooms of answering, function by function and role by role."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from inbox import clock
from inbox.answering import (
    conversations,
    holds,
    likeness,
    linking,
    outbox,
    queue,
    replies,
    shift,
    starter_templates,
    template_figures,
    template_files,
    template_search,
    templates,
)
from inbox.models import NoAnswerReason
from inbox.permissions import OPERATOR, SYSTEM, WORKER, Actor, Refused, Role
from inbox.problems import Problem

ANSWERS = {"community_manager", "supervisor"}
SEES = ANSWERS | {"administrator", "operator"}

DEEDS: dict[str, tuple[Callable[[Actor], object], set[str]]] = {
    "queue.page": (lambda actor: queue.page(actor, queue.QueueFilters()), SEES),
    "queue.count": (lambda actor: queue.count(actor, queue.QueueFilters(), 10), SEES),
    "queue.counters": (queue.counters, SEES),
    "queue.counters_by_account": (queue.counters_by_account, SEES),
    "queue.due_counts": (queue.due_counts, SEES),
    "queue.filter_choices": (queue.filter_choices, SEES),
    "conversations.open_conversation": (lambda actor: conversations.open_conversation(actor, 0), SEES),
    "conversations.assign": (lambda actor: conversations.assign(actor, 0, None), ANSWERS | {"worker"}),
    "conversations.snooze": (lambda actor: conversations.snooze(actor, 0, clock.now()), ANSWERS),
    "conversations.snooze_until_written": (lambda actor: conversations.snooze_until_written(actor, 0), ANSWERS),
    "conversations.hand_over": (lambda actor: conversations.hand_over(actor, 0, "x", member_id=1), ANSWERS),
    "conversations.wake": (lambda actor: conversations.wake(actor, 0), ANSWERS),
    "conversations.wake_snoozed": (conversations.wake_snoozed, ANSWERS | {"operator", "worker"}),
    "conversations.close": (lambda actor: conversations.close(actor, 0), ANSWERS),
    "conversations.reopen": (lambda actor: conversations.reopen(actor, 0), ANSWERS),
    "conversations.mark_no_answer": (
        lambda actor: conversations.mark_no_answer(actor, 0, NoAnswerReason.OTHER),
        ANSWERS,
    ),
    "conversations.add_note": (lambda actor: conversations.add_note(actor, 0, "x"), ANSWERS),
    "conversations.correct_triage": (lambda actor: conversations.correct_triage(actor, 0), ANSWERS),
    "linking.candidates": (lambda actor: linking.candidates(actor, 0, "x"), ANSWERS),
    "linking.link": (lambda actor: linking.link(actor, 0, 1, "x"), ANSWERS),
    "linking.linked_to": (lambda actor: linking.linked_to(actor, 0), SEES),
    "linking.unlink": (lambda actor: linking.unlink(actor, 0, "x"), ANSWERS),
    "shift.give": (lambda actor: shift.give(actor, "x", member_id=0), ANSWERS | {"worker"}),
    "shift.given_and_got": (shift.given_and_got, SEES),
    "shift.overview": (shift.overview, SEES),
    "shift.read": (lambda actor: shift.read(actor, 0), SEES),
    "replies.write": (lambda actor: replies.write(actor, 0, "x", form_key="12345678", seen_up_to=0), ANSWERS),
    "replies.mark_sent_natively": (
        lambda actor: replies.mark_sent_natively(actor, 0, "x", form_key="12345678", seen_up_to=0),
        ANSWERS,
    ),
    "replies.mark_approved_sent": (lambda actor: replies.mark_approved_sent(actor, 0), ANSWERS),
    "replies.withdraw": (lambda actor: replies.withdraw(actor, 0), ANSWERS),
    "replies.send_again": (lambda actor: replies.send_again(actor, 0), ANSWERS),
    "replies.settle_unconfirmed": (lambda actor: replies.settle_unconfirmed(actor, 0, was_sent=True), ANSWERS),
    "templates.list_templates": (templates.list_templates, SEES),
    "templates.get_template": (lambda actor: templates.get_template(actor, 0), SEES),
    "templates.fill_for": (lambda actor: templates.fill_for(actor, 0, 0), SEES),
    "templates.create": (lambda actor: templates.create(actor, "x", {"en": "x"}), ANSWERS),
    "templates.edit": (lambda actor: templates.edit(actor, 0, name="x", texts={"en": "x"}), ANSWERS),
    "templates.retire": (lambda actor: templates.retire(actor, 0), ANSWERS),
    "templates.bring_back": (lambda actor: templates.bring_back(actor, 0), ANSWERS),
    "templates.confirm_facts": (lambda actor: templates.confirm_facts(actor, 0, seen_number=1), ANSWERS),
    "templates.versions_of": (lambda actor: templates.versions_of(actor, 0), SEES),
    "templates.ask": (lambda actor: templates.ask(actor, 0, "{x}", language="en"), SEES),
    "template_search.search": (lambda actor: template_search.search(actor, "x"), SEES),
    "template_search.tags_in_use": (template_search.tags_in_use, SEES),
    "template_figures.figures": (template_figures.figures, SEES),
    "template_files.export_csv": (template_files.export_csv, SEES),
    "template_files.export_json": (template_files.export_json, SEES),
    "template_files.import_file": (lambda actor: template_files.import_file(actor, b""), ANSWERS),
    "starter_templates.add_starter_set": (starter_templates.add_starter_set, ANSWERS),
    "starter_templates.count_missing": (starter_templates.count_missing, SEES),
    "likeness.look": (lambda actor: likeness.look(actor, 0, "x"), ANSWERS),
    "holds.hold": (holds.hold, ANSWERS | {"operator"}),
    "holds.release": (holds.release, {"supervisor", "operator"}),
    "holds.waiting_behind": (holds.waiting_behind, SEES),
    "outbox.send_due": (outbox.send_due, ANSWERS | {"operator", "worker"}),
    "outbox.send_one": (lambda actor: outbox.send_one(actor, 0), ANSWERS | {"operator", "worker"}),
    "outbox.sweep": (outbox.sweep, ANSWERS | {"operator", "worker"}),
}

ROOMS = (
    *(queue, conversations, replies, templates, holds, outbox, likeness),
    *(starter_templates, template_figures, template_files, template_search),
    *(linking, shift),
)
PURE = {"fill", "names_in", "measure", "new_form_key", "in_force", "may_leave", "why_not", "mark_held", "add"}
PURE |= {"rewrite", "fill_in", "change_of", "title_of", "own_places", "split_tags", "add_starters"}
PURE |= {"fits", "folded", "check", "needed_reason"}


def actor_of(role: Role) -> Actor:
    return {Role.OPERATOR: OPERATOR, Role.WORKER: WORKER, Role.SYSTEM: SYSTEM}.get(
        role, Actor.of_member(1, frozenset({role}))
    )


@pytest.mark.parametrize("role", Role)
def test_each_role_may_do_exactly_what_the_table_says(stage: object, role: Role) -> None:
    actor = actor_of(role)
    for name, (deed, allowed) in DEEDS.items():
        refused = False
        try:
            deed(actor)
        except Refused:
            refused = True
        except Problem:
            pass  # It was let in, and there is no such row.
        assert refused == (role.value not in allowed), name


def test_every_public_function_of_the_rooms_stands_in_the_table() -> None:
    public = {
        f"{room.__name__.rpartition('.')[2]}.{name}"
        for room in ROOMS
        for name, value in vars(room).items()
        if callable(value)
        and not isinstance(value, type)
        and not name.startswith("_")
        and getattr(value, "__module__", "").startswith("inbox.answering")
        and (value.__module__ == room.__name__ or name in getattr(room, "__all__", ()))
    }
    assert {name for name in public if name.partition(".")[2] not in PURE} == set(DEEDS)
