"""The figures of one set of waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from inbox.measuring.figures import NO_LENGTHS, Lengths, Share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from inbox.measuring.report_columns import Columns


@dataclass(slots=True)
class Figures:
    """The figures of one group. Counts are of waits unless they say otherwise.

    Attributes:
        group: what the group is called; None for the whole.
        answered_natively: answered in the network's own app.
        holding_only: answered with "we are looking into it", and with nothing else so far.
        within_target: answered by the time they were due.
        past_target: answered later, or without an answer past it, closed ones too.
        within_target_in_substance: answered by the time they were due with more than a holding reply.
        past_target_in_substance: so answered later, or not so answered past it.
        no_answer_called_for: conversations that a member marked so; they stay in every other figure.
        waits_no_answer_called_for: their waits without an answer.
        conversations: how many conversations these waits belong to.
        comments: comments collected in the period, in the whole report only, None elsewhere.
        oldest_waiting_since: the opening of the oldest wait without an answer; closing its conversation answers nobody.
        first: percentiles of first responses, in seconds.
        next: percentiles of next responses, in seconds.
        first_staffed: first responses, staffed hours alone.
        next_staffed: next responses, staffed hours alone.
        substantive: from the opening of a first wait to the first answer that is more than a holding reply.
        next_substantive: the same of later waits.
    """

    group: str | None
    waits: int = 0
    answered: int = 0
    waiting: int = 0
    closed_without_reply: int = 0
    answered_natively: int = 0
    holding_only: int = 0
    within_target: int = 0
    past_target: int = 0
    within_target_in_substance: int = 0
    past_target_in_substance: int = 0
    no_answer_called_for: int = 0
    waits_no_answer_called_for: int = 0
    conversations: int = 0
    comments: int | None = None
    oldest_waiting_since: datetime | None = None
    first: Lengths = NO_LENGTHS
    next: Lengths = NO_LENGTHS
    first_staffed: Lengths = NO_LENGTHS
    next_staffed: Lengths = NO_LENGTHS
    substantive: Lengths = NO_LENGTHS
    next_substantive: Lengths = NO_LENGTHS

    @property
    def unanswered(self) -> int:
        """Waits without an answer, those that somebody closed too."""
        return self.waits - self.answered

    @property
    def of_answered(self) -> Share:
        """Answered waits among all."""
        return Share(self.answered, self.waits)

    @property
    def of_answered_where_called_for(self) -> Share:
        """The same without the unanswered waits of which a member judged that no answer is called for. It is never
        shown without `of_answered`."""
        return Share(self.answered, self.waits - self.waits_no_answer_called_for)

    @property
    def answered_in_substance(self) -> int:
        """Answered with more than a holding reply."""
        return self.answered - self.holding_only

    @property
    def of_answered_in_substance(self) -> Share:
        """Waits answered with more than a holding reply, among all."""
        return Share(self.answered_in_substance, self.waits)

    @property
    def of_within_target(self) -> Share:
        """Within target among all that are decided: answered, or past their due time."""
        return Share(self.within_target, self.within_target + self.past_target)

    @property
    def of_within_target_in_substance(self) -> Share:
        """The same, with more than a holding reply."""
        return Share(self.within_target_in_substance, self.within_target_in_substance + self.past_target_in_substance)

    @property
    def share_answered(self) -> float | None:
        """`of_answered` between 0 and 1."""
        return self.of_answered.value

    @property
    def share_within_target(self) -> float | None:
        """`of_within_target` between 0 and 1."""
        return self.of_within_target.value


@dataclass(frozen=True, slots=True)
class Judged:
    """What members said of conversations, which takes none of their waits out of a figure.

    Attributes:
        closed: of which waits the conversation is closed, although they have no answer.
        marked: of which waits the conversation is marked as needing no answer.
    """

    closed: NDArray[np.bool_]
    marked: NDArray[np.bool_]


def figures_of(
    group: str | None, columns: Columns, judged: Judged, positions: NDArray[np.int64] | None = None
) -> Figures:
    """The figures of a group.

    Args:
        positions: where its waits stand in `columns`; None for all of them.
    """
    import numpy as np

    from inbox.measuring.report_columns import ANSWERED, FIRST, HELD, LATE, LATE_IN_SUBSTANCE, LATER, NATIVE, moment_of

    part = slice(None) if positions is None else positions
    flags, conversation = columns.flags[part], columns.conversation[part]
    marked, closed = judged.marked[part], judged.closed[part]

    def has(flag: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = np.not_equal(flags & flag, 0)
        return found

    def count(of: NDArray[np.bool_]) -> int:
        return int(np.count_nonzero(of))

    first, answered, late, held, late_in_substance = map(has, (FIRST, ANSWERED, LATE, HELD, LATE_IN_SUBSTANCE))
    waiting = ~answered & ~closed
    in_substance = answered & ~held
    opened = columns.opened[part][~answered]

    def lengths(of: NDArray[np.float64], ordinal: NDArray[np.bool_], done: NDArray[np.bool_]) -> Lengths:
        values = of[part]
        return Lengths.of(values[ordinal & done], values[ordinal & ~done])

    one, more = lengths(columns.length, first, answered), lengths(columns.length, ~first, answered)
    # Without hours, and without holding replies, the other lengths are the same ones.
    round_the_clock = columns.staffed is columns.length
    plain = not np.any(flags & (HELD | LATER))
    return Figures(
        group=group,
        waits=len(flags),
        answered=count(answered),
        waiting=count(waiting),
        closed_without_reply=count(~answered & closed),
        answered_natively=count(answered & has(NATIVE)),
        holding_only=count(held),
        within_target=count(answered & ~late),
        past_target=count(late),
        within_target_in_substance=count(in_substance & ~late_in_substance),
        past_target_in_substance=count(late_in_substance),
        no_answer_called_for=_distinct(conversation[marked]),
        waits_no_answer_called_for=count(marked & ~answered),
        conversations=_distinct(conversation),
        oldest_waiting_since=moment_of(int(opened.min())) if len(opened) else None,
        first=one,
        next=more,
        first_staffed=one if round_the_clock else lengths(columns.staffed, first, answered),
        next_staffed=more if round_the_clock else lengths(columns.staffed, ~first, answered),
        substantive=one if plain else lengths(columns.substance, first, in_substance),
        next_substantive=more if plain else lengths(columns.substance, ~first, in_substance),
    )


def _distinct(values: NDArray[np.int64]) -> int:
    """How many different values there are."""
    import numpy as np

    if len(values) < 2:
        return len(values)
    ordered = np.sort(values)
    return 1 + int(np.count_nonzero(ordered[1:] != ordered[:-1]))
