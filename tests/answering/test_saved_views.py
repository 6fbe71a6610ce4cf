"""Saved views: everybody keeps their own, supervisors share, and what is retired still says so."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inbox.answering import queue, saved_views
from inbox.answering.queue import QueueFilters
from inbox.answering.saved_views import ViewCount
from inbox.extensions import session
from inbox.models import SavedView, TrailRow
from inbox.permissions import OPERATOR, Actor, Refused, Role
from inbox.problems import Problem, Unknown
from tests.answering.stage import Stage, member


def names(actor: Actor) -> list[str]:
    return [view.name for view in saved_views.list_views(actor)]


def test_a_view_is_ones_own_until_a_supervisor_shares_it(stage: Stage, cm: Actor, supervisor: Actor) -> None:
    own = saved_views.keep(cm, "  Français,\n urgent ", {"language": "fr", "csrf_token": "x", "state": ""})
    assert own.filters == {"language": "fr"}
    shared = saved_views.keep(supervisor, "Smoke", {"q": "smoke", "from": "2026-03-01"}, shared=True)
    assert names(cm) == ["Français, urgent", "Smoke"]
    assert names(supervisor) == ["Smoke"]
    for refused in (saved_views.get_view, saved_views.retire):
        with pytest.raises(Unknown, match="view_unknown"):
            refused(supervisor, own.id)
    with pytest.raises(Problem, match="view_not_yours"):
        saved_views.rename(cm, shared.id, "Mine now")
    with pytest.raises(Refused):
        saved_views.keep(cm, "Everybody", {"kind": "question"}, shared=True)
    with pytest.raises(Refused):
        saved_views.share(cm, own.id, shared=True)
    saved_views.share(supervisor, shared.id, shared=False)
    assert names(cm) == ["Français, urgent"]


def test_a_retired_view_is_kept_and_says_so(stage: Stage, cm: Actor, store: Session) -> None:
    view = saved_views.keep(cm, "French", {"language": "fr"})
    saved_views.rename(cm, view.id, "In French")
    saved_views.retire(cm, view.id)
    assert names(cm) == []
    with pytest.raises(Unknown, match="view_retired"):
        saved_views.get_view(cm, view.id)
    assert store.scalars(select(SavedView)).one().name == "In French"
    deeds = session().scalars(select(TrailRow.action).where(TrailRow.object_type == "view").order_by(TrailRow.seq))
    assert deeds.all() == ["view.kept", "view.renamed", "view.retired"]


@pytest.mark.parametrize(
    ("name", "given", "code"),
    [
        (" \n", {"kind": "question"}, "view_name_empty"),
        ("x" * 61, {"kind": "question"}, "view_name_too_long"),
        ("All", {"state": "", "unknown": "1"}, "view_of_everything"),
        ("Odd", {"state": "gone"}, "filter_unknown"),
        ("Odd", {"alike": "x"}, "filter_unknown"),
        ("Odd", {"q": "a", "from": "yesterday"}, "moment_unreadable"),
        ("Long", {"q": "a" * 201}, "search_too_long"),
    ],
)
def test_what_cannot_be_looked_at_is_not_kept(
    stage: Stage, cm: Actor, name: str, given: dict[str, str], code: str
) -> None:
    with pytest.raises(Problem, match=code):
        saved_views.keep(cm, name, given)
    assert names(cm) == []


def test_only_members_keep_views(stage: Stage) -> None:
    with pytest.raises(Refused):
        saved_views.keep(OPERATOR, "Mine", {"kind": "question"})
    with pytest.raises(Refused):
        saved_views.list_views(member(Role.ANALYST, email="analyst@example.org"))


def test_counts_are_capped_and_say_so(stage: Stage, cm: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        stage.comment(f"p{number}", "smoke", kind="question" if number else "praise")
    questions = saved_views.keep(cm, "1", {"kind": "question"})
    smoke = saved_views.keep(cm, "2", {"q": "smoke"})
    later = saved_views.keep(cm, "3", {"q": "smoke", "from": "2026-03-03"})
    views = saved_views.list_views(cm)
    assert saved_views.counts(cm, views) == [
        ViewCount(questions.id, 3, True),
        ViewCount(smoke.id, 4, True),
        ViewCount(later.id, 0, True),
    ]
    monkeypatch.setattr(saved_views, "MOST_COUNTED", 2)
    assert saved_views.counts(cm, views)[:2] == [ViewCount(questions.id, 2, False), ViewCount(smoke.id, 2, False)]
    monkeypatch.setattr(queue, "_MOST_LOOKED_AT", 2)
    count, exact = queue.count(cm, QueueFilters(kind="question"), 99)
    assert count <= 2
    assert exact is False
