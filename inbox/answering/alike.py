"""Who asks the same: waiting people whose comments say nearly the same, so that one template can begin their answers.

Only what somebody waits for is compared, within an account and a language. Words are compared without their order;
greetings, names, signs and the small words of a language make no difference. It is a help for the eye: everybody in a
group is still answered one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz
from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from inbox import clock
from inbox.answering.known_texts import plain
from inbox.answering.queue_filters import QueueFilters, conditions_of, narrowed
from inbox.answering.rows import excerpt
from inbox.answering.small_words import SMALL_WORDS
from inbox.extensions import session
from inbox.models import Comment, CommentState, CommentVersion, ConversationState, QueueEntry
from inbox.permissions import Actor, Permission, require
from inbox.problems import Unknown

FEWEST = 3
"""People from whom a group is worth a line."""

THRESHOLD = 72
"""From which similarity, of 100, two comments say nearly the same: rapidfuzz's `ratio` over their sorted words."""

KEPT = timedelta(seconds=60)
"""How long each process remembers the groups of one set of filters."""

_MOST_KEPT = 50
_LOOKED_THROUGH = 10
_FOUND: WeakKeyDictionary[Any, dict[tuple[QueueFilters, int | None], tuple[datetime, list[Cluster]]]] = (
    WeakKeyDictionary()
)

MOST_PEOPLE = 10_000
"""People who are compared, the most urgent first."""

SHORTEST = 2
"""Words from which a comment is compared; shorter ones are alike only when they are the same."""

_PRAISE = "praise"

_LONGEST = 60
"""Words of a comment that are compared; who writes more says more than one thing."""

_FEWEST_TELLING = 3
_RARE_WORDS = 5
"""By so many of its rarest words a comment is looked up among the groups."""

_MOST_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Cluster:
    """People who wait for the same answer.

    Attributes:
        comment_id: of the comment that the others are compared with; it names the group in an address.
        text: its words, cut.
        author_ids: who is in it, the most urgent first; `conversation_ids` and `comment_ids` in the same order.
        kind: what most of the comments do.
    """

    comment_id: int
    account_id: int
    language: str
    kind: str
    text: str
    author_ids: tuple[int, ...]
    conversation_ids: tuple[int, ...]
    comment_ids: tuple[int, ...]

    @property
    def people(self) -> int:
        """How many they are."""
        return len(self.author_ids)


class _Asked(NamedTuple):
    author_id: int
    account_id: int
    language: str
    conversation_id: int
    comment_id: int
    kind: str
    text: str


def clusters(actor: Actor, filters: QueueFilters | None = None, *, fewest: int = FEWEST) -> list[Cluster]:
    """The groups among those who wait, the largest first.

    Args:
        filters: who is compared; everybody who waits without. The state is always waiting.
        fewest: people from whom a group is given.
    """
    require(actor, Permission.QUEUE_VIEW)
    asked: dict[tuple[int, str, bool], list[_Asked]] = defaultdict(list)
    for one in _waiting(session(), actor, filters or QueueFilters()):
        # Whoever thanks for a refund does not ask for one; but what is copied is a group, whatever it sounds like.
        asked[one.account_id, one.language, one.kind == _PRAISE].append(one)
    found = [_cluster(group) for together in asked.values() for group in _groups(together) if len(group) >= fewest]
    return sorted(found, key=lambda cluster: (-cluster.people, cluster.comment_id))


def largest(actor: Actor, filters: QueueFilters | None = None, most: int = 3) -> list[Cluster]:
    """The largest groups, at most `KEPT` old: comparing everybody takes longer than the page that shows a line of it.

    What was withheld meanwhile is not given.
    """
    require(actor, Permission.QUEUE_VIEW)
    current, asked = session(), filters or QueueFilters()
    whose = (asked, actor.member_id if asked.assignee_id == "me" else None)
    of_engine = _FOUND.setdefault(current.get_bind(), {})
    kept = of_engine.get(whose)
    if kept is None or not kept[0] <= clock.now() < kept[0] + KEPT:
        if len(of_engine) >= _MOST_KEPT:
            of_engine.clear()
        kept = of_engine[whose] = (clock.now(), clusters(actor, asked)[:_LOOKED_THROUGH])
    standing = []
    for cluster in kept[1]:
        row = current.execute(_words_of_comment(), {"comment": cluster.comment_id}).first()
        if row is not None and row.text:
            standing.append(cluster)
        if len(standing) == most:
            break
    return standing


def forget() -> None:
    """Have the groups found anew by whoever asks next in this process."""
    _FOUND.clear()


def around(actor: Actor, comment_id: int, filters: QueueFilters | None = None) -> Cluster:
    """Those who wait and write nearly what one comment says, whoever wrote it and whether or not it still waits.

    Raises:
        Unknown: `comment_gone`: there is no such comment, or its words are withheld.
    """
    require(actor, Permission.QUEUE_VIEW)
    current = session()
    row = current.execute(_words_of_comment(), {"comment": comment_id}).first()
    if row is None or row.text is None:
        raise Unknown("comment_gone")
    wanted = _key(row.text)
    narrowed_to = replace(filters or QueueFilters(), account_id=row.account_id)
    same = [
        one
        for one in _waiting(current, actor, narrowed_to)
        if one.language == row.language
        and (one.kind == _PRAISE) == (row.kind == _PRAISE)
        and _alike(wanted, _key(one.text))
    ]
    if not same:
        return Cluster(comment_id, row.account_id, row.language, row.kind, excerpt(row.text), (), (), ())
    return replace(_cluster(same), comment_id=comment_id, text=excerpt(row.text))


def nearly_same(one: str, other: str) -> bool:
    """Whether two comments say nearly the same, as the groups of `clusters` have it."""
    return _alike(_key(one), _key(other))


def _waiting(current: Session, actor: Actor, filters: QueueFilters) -> list[_Asked]:
    names, values = narrowed(actor, replace(filters, state=ConversationState.WAITING))
    rows = current.connection().execute(_statement(names), {**values, "most": MOST_PEOPLE})
    return [one for one in (_Asked(*row) for row in rows) if one.text]


@cache
def _statement(names: frozenset[str]) -> Any:
    """The newest comment of the conversation that each waiting row of the queue opens, the most urgent row first."""
    entry, comment = QueueEntry.__table__.c, Comment.__table__.c
    rows = (
        select(entry.author_id, entry.account_id, entry.conversation_id)
        .where(*conditions_of(names))
        .order_by(entry.urgency, entry.due_at, entry.author_id)
        .limit(bindparam("most"))
        .subquery()
    )
    newest = (
        select(Comment.id)
        .where(Comment.conversation_id == rows.c.conversation_id, Comment.state == CommentState.PRESENT)
        .order_by(Comment.posted_at.desc(), Comment.id.desc())
        .limit(1)
        .correlate(rows)
        .scalar_subquery()
    )
    return (
        select(
            rows.c.author_id,
            rows.c.account_id,
            comment.language,
            rows.c.conversation_id,
            comment.id,
            comment.kind,
            _text(),
        )
        .select_from(rows)
        .join(Comment.__table__, comment.id == newest)
    )


def _text() -> Any:
    return (
        select(CommentVersion.text)
        .where(CommentVersion.comment_id == Comment.id)
        .order_by(CommentVersion.number.desc())
        .limit(1)
        .correlate(Comment)
        .scalar_subquery()
        .label("text")
    )


@cache
def _words_of_comment() -> Any:
    columns = (Comment.account_id, Comment.language, Comment.kind, _text())
    return select(*columns).where(Comment.id == bindparam("comment"))


def _key(text: str) -> tuple[str, ...]:
    """The words that say something, in order of the alphabet."""
    words = plain(text, ()).split()
    telling = [word for word in words if word not in SMALL_WORDS]
    # Where little is said, the small words tell: "how long is that flight" is no "very good flight".
    return tuple(sorted((telling if len(telling) >= _FEWEST_TELLING else words)[:_LONGEST]))


def _alike(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    if one == other:
        return bool(one)
    if min(len(one), len(other)) < SHORTEST:
        return False
    return bool(fuzz.ratio(" ".join(one), " ".join(other), score_cutoff=THRESHOLD))


class _Group:
    def __init__(self, key: tuple[str, ...], first: _Asked) -> None:
        self.key = key
        self.joined = " ".join(key)
        self.members = [first]


def _groups(asked: Sequence[_Asked]) -> list[list[_Asked]]:
    """Each comment joins the group whose first comment it is most like, or begins one.

    A group is looked for by its rarest words, so that ten thousand comments are not compared with each other.
    """
    keys = [_key(one.text) for one in asked]
    seen = Counter(word for key in keys for word in set(key))
    groups: list[_Group] = []
    same: dict[tuple[str, ...], _Group] = {}
    by_word: dict[str, list[_Group]] = defaultdict(list)
    for one, key in zip(asked, keys, strict=True):
        if not key:
            continue
        group = same.get(key) or _nearest(key, seen, by_word)
        if group is None:
            group = _Group(key, one)
            groups.append(group)
            for word in _rarest(key, seen):
                by_word[word].append(group)
        else:
            group.members.append(one)
        same[key] = group
    return [group.members for group in groups]


def _rarest(key: tuple[str, ...], seen: Counter[str]) -> list[str]:
    # A word that nobody else says finds nobody.
    shared = [word for word in set(key) if seen[word] > 1]
    return sorted(shared, key=lambda word: (seen[word], word))[:_RARE_WORDS]


def _nearest(key: tuple[str, ...], seen: Counter[str], by_word: dict[str, list[_Group]]) -> _Group | None:
    if len(key) < SHORTEST:
        return None
    counted: Counter[_Group] = Counter()
    for word in _rarest(key, seen):
        counted.update(by_word[word][:_MOST_CANDIDATES])
    best, highest = None, float(THRESHOLD)
    joined = " ".join(key)
    for group, _ in counted.most_common(_MOST_CANDIDATES):
        score = fuzz.ratio(joined, group.joined, score_cutoff=highest)
        if score and len(group.key) >= SHORTEST:
            best, highest = group, score
    return best


def _cluster(members: Sequence[_Asked]) -> Cluster:
    first = members[0]
    kind, _ = Counter(one.kind for one in members).most_common(1)[0]
    return Cluster(
        comment_id=first.comment_id,
        account_id=first.account_id,
        language=first.language,
        kind=kind,
        text=excerpt(first.text),
        author_ids=tuple(one.author_id for one in members),
        conversation_ids=tuple(one.conversation_id for one in members),
        comment_ids=tuple(one.comment_id for one in members),
    )
