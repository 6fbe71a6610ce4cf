"""Who asks the same: people who wait and write nearly the same, and nobody else."""

from __future__ import annotations

import pytest

from inbox.answering import alike, queue
from inbox.answering.queue import QueueFilters
from inbox.collecting import tombstones
from inbox.extensions import writing
from inbox.models import Comment, CommentState, TombstoneReason
from inbox.permissions import OPERATOR, SYSTEM, Refused, Role
from inbox.problems import Unknown
from tests.answering.stage import Stage, member

REFUNDS = [
    "When do I get my refund for the lamp?",
    "hello, when will I get the refund for my lamp??",
    "@gobelune refund for lamp when do I get it",
    "When do I get my REFUND for this lamp please",
]
OTHERS = ["Is the blue one safe for a baby?", "You should be ashamed of yourselves.", "Where is the factory?"]


def test_those_who_ask_the_same_are_found_and_nobody_else(stage: Stage) -> None:
    for number, words in enumerate((*REFUNDS, *OTHERS)):
        stage.comment(f"p{number}", words)
    stage.comment("paul", REFUNDS[0], language="fr")
    stage.comment("thankful", "Thank you for the refund of my lamp", kind="praise")
    (cluster,) = alike.clusters(OPERATOR)
    assert cluster.people == len(REFUNDS)
    assert (cluster.language, cluster.kind) == ("en", "question")
    asked = {row.excerpt for row in queue.page(OPERATOR, QueueFilters(author_ids=cluster.author_ids)).rows}
    assert asked == set(REFUNDS)
    around = alike.around(OPERATOR, cluster.comment_id)
    assert set(around.author_ids) == set(cluster.author_ids)
    assert alike.clusters(OPERATOR, QueueFilters(language="fr")) == []
    assert alike.clusters(OPERATOR, fewest=5) == []


def test_what_is_copied_all_over_is_a_group_though_it_sounds_like_praise(stage: Stage) -> None:
    for number in range(3):
        stage.comment(f"p{number}", "They knew for weeks: recall it at once, great company", kind="praise")
    stage.comment("paul", "They knew for weeks: recall it at once, great company!", kind="criticism")
    (cluster,) = alike.clusters(OPERATOR)
    assert (cluster.people, cluster.kind) == (3, "praise")
    assert alike.around(OPERATOR, cluster.comment_id).people == 3


def test_few_words_are_alike_only_when_they_are_the_same(stage: Stage) -> None:
    for number, words in enumerate(["Refund!", "refund", "Refunds?", "The flight?", "Very good flight"]):
        stage.comment(f"p{number}", words)
    (cluster,) = alike.clusters(OPERATOR, fewest=2)
    assert cluster.people == 2


def test_a_link_holds_after_the_comment_was_answered_and_not_after_it_was_withheld(stage: Stage) -> None:
    for number, words in enumerate(REFUNDS):
        stage.comment(f"p{number}", words)
    (cluster,) = alike.largest(OPERATOR)
    first = cluster.comment_id
    with writing() as current:
        current.get_one(Comment, first).state = CommentState.VANISHED
    assert alike.around(OPERATOR, first).people == len(REFUNDS) - 1
    with writing() as current:
        tombstones.lay(current, SYSTEM, [first], TombstoneReason.REMOVED_BY_AUTHOR)
    assert alike.largest(OPERATOR) == []
    with pytest.raises(Unknown, match="comment_gone"):
        alike.around(OPERATOR, first)


def test_who_may_not_see_the_queue_may_not_see_groups(stage: Stage) -> None:
    analyst = member(Role.ANALYST, email="analyst@example.org")
    for look in (alike.clusters, alike.largest, lambda actor: alike.around(actor, 1)):
        with pytest.raises(Refused):
            look(analyst)
