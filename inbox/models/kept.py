"""What is kept: tables whose rows are never deleted, and what of them never changes. `triggers` holds it to that."""

from __future__ import annotations

from dataclasses import dataclass

KEPT = (
    "absences",
    "accounts",
    "alarm_acknowledgements",
    "alarms",
    "apologies",
    "apology_confirmations",
    "apology_returns",
    "apology_versions",
    "assignments",
    "author_links",
    "authors",
    "bulk_deed_parts",
    "bulk_deeds",
    "bulk_replies",
    "citations",
    "collection_gaps",
    "comment_versions",
    "comments",
    "conversation_tags",
    "conversations",
    "corrections",
    "courtesies",
    "crises",
    "crisis_scopes",
    "declarations",
    "deliveries",
    "duties",
    "erasures",
    "escalations",
    "exports",
    "fact_versions",
    "facts",
    "follow_ups",
    "hand_overs",
    "line_versions",
    "lines_to_take",
    "member_roles",
    "members",
    "mentions",
    "notes",
    "notice_readings",
    "notices",
    "own_messages",
    "posts",
    "prepared_replies",
    "promises",
    "quarantine",
    "raw_payloads",
    "reminder_waits",
    "reminders",
    "replies",
    "reply_confirmations",
    "reply_cores",
    "reply_returns",
    "reply_template_versions",
    "reply_templates",
    "reply_versions",
    "round_the_clock",
    "sending_holds",
    "staff_informed",
    "staffed_hours",
    "stages",
    "tags",
    "targets",
    "team_members",
    "teams",
    "tombstones",
    "trail",
    "views",
    "waits",
)
"""Tables whose rows are never deleted, by nobody."""

DERIVED = ("findables", "fts_findables", "index_tasks")
"""Tables that can be made again from the kept ones. Nothing takes a row out of them either; withheld words are."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """Columns that never change, or change only where `unless` (an SQL condition over OLD and NEW) holds.

    Attributes:
        only: the rule is about changes for which this condition holds; None for all of them.
        tombstone_of: besides `unless`, a row of `tombstones` must name the comment whose id stands in this column.
        erasure_of: besides `unless`, the author of the conversation whose id stands in this column must be erased.
        erased_in: besides `unless`, this column must name an erased author of the row's account.
        answer_of: besides `unless`, the message of our own whose remote id stands in this column must answer an
            erased author. Of these last four, one is enough.
    """

    table: str
    columns: tuple[str, ...]
    unless: str | None = None
    only: str | None = None
    tombstone_of: str | None = None
    erasure_of: str | None = None
    erased_in: str | None = None
    answer_of: str | None = None

    @property
    def always(self) -> bool:
        """Whether nothing at all may change these columns."""
        return self.unless is None and self.only is None


FIXED = (
    Fixed(
        "apology_versions",
        (
            *("id", "apology_id", "number", "core", "core_hash", "typed", "situation", "account_id", "post_id"),
            *("expires_at", "most_uses", "binding_hash", "written_at", "written_by", "member_id"),
        ),
    ),
    Fixed("apology_confirmations", ("id", "version_id", "binding_hash", "member_id", "may_approve", "at")),
    Fixed("apology_returns", ("id", "version_id", "member_id", "words", "at")),
    Fixed("authors", ("id", "account_id", "remote_id", "first_seen_at")),
    Fixed("comments", ("id", "account_id", "remote_id", "author_id", "conversation_id", "posted_at", "received_at")),
    Fixed("comment_versions", ("id", "comment_id", "number", "digest", "written_at", "received_at")),
    Fixed(
        "comment_versions",
        ("text", "salt"),
        "NEW.text IS NULL AND NEW.salt IS NULL",
        tombstone_of="comment_id",
    ),
    Fixed(
        "own_messages",
        ("id", "account_id", "remote_id", "thread_id", "parent_remote_id", "posted_at", "received_at"),
    ),
    Fixed("own_messages", ("text",), "NEW.text = ''", erasure_of="conversation_id"),
    Fixed("quarantine", ("id", "account_id", "digest", "received_at")),
    Fixed("quarantine", ("payload",), "NEW.payload = '{}'", erased_in="payload"),
    Fixed("raw_payloads", ("id", "account_id", "remote_id", "digest", "received_at")),
    Fixed(
        "raw_payloads",
        ("payload",),
        "NEW.payload IS NULL",
        tombstone_of="comment_id",
        erased_in="payload",
        answer_of="remote_id",
    ),
    Fixed("replies", ("id", "conversation_id", "account_id", "created_at", "form_key", "key")),
    Fixed(
        "replies",
        ("text_hash", "comment_id", "seen_up_to", "promise_due_at"),
        "OLD.state IN ('draft', 'submitted', 'returned')",
    ),
    Fixed(
        "replies",
        ("text",),
        "NEW.text = ''",
        only="OLD.state NOT IN ('draft', 'submitted', 'returned')",
        erasure_of="conversation_id",
    ),
    # The network's number comes with its time, in place of what a member typed who marked the reply as sent. Whatever
    # else changed a time once it is known would shorten a wait.
    Fixed(
        "replies",
        ("sent_at",),
        "OLD.sent_at IS NULL OR OLD.confirmed_at IS NULL OR (OLD.remote_id IS NULL AND NEW.remote_id IS NOT NULL)",
    ),
    Fixed(
        "replies",
        ("confirmed_at",),
        "OLD.confirmed_at IS NULL OR (OLD.remote_id IS NULL AND NEW.remote_id IS NOT NULL)",
    ),
    Fixed("reply_confirmations", ("id", "reply_id", "text_hash", "member_id", "may_approve", "at")),
    Fixed("reply_cores", ("id", "reply_id", "version_id", "at")),
    Fixed("reply_returns", ("id", "reply_id", "conversation_id", "text_hash", "member_id", "at")),
    Fixed("reply_returns", ("words",), "NEW.words = ''", erasure_of="conversation_id"),
    Fixed(
        "reply_template_versions",
        ("id", "template_id", "number", "texts", "placeholders", "written_at", "written_by"),
    ),
    Fixed("reply_versions", ("id", "reply_id", "conversation_id", "number", "text_hash", "written_at", "member_id")),
    Fixed("reply_versions", ("text",), "NEW.text = ''", erasure_of="conversation_id"),
    Fixed("tombstones", ("id", "comment_id", "reason", "at", "by")),
    Fixed(
        "trail",
        ("seq", "at", "actor", "action", "object_type", "object_id", "params", "previous_hash", "hash"),
    ),
    Fixed("waits", ("id", "conversation_id", "account_id", "target_seconds", "in_crisis")),
    Fixed("assignments", ("id", "conversation_id", "member_id", "team_id", "at", "by")),
    Fixed("deliveries", ("id", "reminder_id", "channel")),
    Fixed("exports", ("id", "member_id", "format", "options", "asked_at")),
    Fixed("reminder_waits", ("id", "reminder_id", "wait_id")),
    Fixed("reminders", ("id", "member_id", "step", "wait_count", "oldest_due_at", "at")),
    Fixed("reminders", ("acknowledged_at", "acknowledged_by"), "OLD.acknowledged_at IS NULL"),
    Fixed("round_the_clock", ("id", "account_id", "crisis_id", "starts_at", "ends_at", "set_at", "set_by")),
    Fixed("round_the_clock", ("ended_at", "ended_by"), "OLD.ended_at IS NULL"),
    Fixed(
        "staff_informed",
        ("id", "staff_informed_on", "representatives_informed_on", "words", "recorded_at", "recorded_by"),
    ),
    Fixed("staff_informed", ("withdrawn_at", "withdrawn_by"), "OLD.withdrawn_at IS NULL"),
    Fixed(
        "staffed_hours",
        (
            *("id", "account_id", "effective_from", "time_zone", "weekly", "holiday_country", "holiday_subdivision"),
            *("closed_days", "own_days", "set_at", "set_by"),
        ),
    ),
    Fixed("staffed_hours", ("withdrawn_at", "withdrawn_by"), "OLD.withdrawn_at IS NULL"),
    Fixed("stages", ("id", "conversation_id", "reply_id", "member_id", "stage", "at")),
    Fixed("targets", ("id", "account_id", "urgency", "in_crisis", "first_seconds", "next_seconds", "set_at", "set_by")),
    Fixed("accounts", ("id", "network", "purpose")),
    Fixed("alarm_acknowledgements", ("id", "alarm_id", "member_id", "reason", "declaration_id", "at")),
    Fixed("alarms", ("id", "comment_id", "account_id", "version_id", "presence", "last_seen_at", "raised_at")),
    Fixed("alarms", ("returned_at",), "OLD.returned_at IS NULL"),
    Fixed("apologies", ("id",)),
    Fixed(
        "citations",
        ("id", "fact_version_id", "template_version_id", "apology_version_id", "line_version_id", "reply_id"),
    ),
    Fixed("corrections", ("id", "reply_id", "fact_version_id", "follow_up_id", "reason", "member_id", "at")),
    Fixed("courtesies", ("id", "phrase", "allowed", "at", "by")),
    Fixed("crises", ("id", "opened_at", "opened_by")),
    Fixed("crises", ("closed_at", "closed_by"), "OLD.closed_at IS NULL"),
    Fixed("crisis_scopes", ("id", "crisis_id", "account_id", "post_id", "added_at")),
    Fixed("duties", ("id", "member_id", "set_at", "set_by")),
    Fixed("fact_versions", ("id", "fact_id", "number", "texts", "source", "written_at", "written_by")),
    Fixed("facts", ("id", "name", "created_at", "created_by")),
    Fixed(
        "line_versions",
        (
            *("id", "line_id", "number", "language", "position", "not_to_say", "questions", "statement_url"),
            *("written_at", "written_by"),
        ),
    ),
    Fixed("follow_ups", ("id", "conversation_id", "account_id", "reason", "opened_at")),
    Fixed("follow_ups", ("outcome", "outcome_at", "outcome_by", "note_id"), "OLD.outcome_at IS NULL"),
    Fixed("follow_ups", ("passed_at",), "OLD.passed_at IS NULL"),
    Fixed("lines_to_take", ("id", "code", "crisis_id", "created_at")),
    Fixed("promises", ("id", "reply_id", "conversation_id", "account_id")),
    Fixed("collection_gaps", ("id", "account_id", "started_at", "noticed_at")),
    Fixed(
        "comments",
        ("state",),
        "NEW.state = 'tombstoned'",
        only="(NEW.state = 'tombstoned' OR OLD.state = 'tombstoned')",
        tombstone_of="id",
    ),
    Fixed("conversations", ("id", "account_id", "author_id", "thread_id")),
    Fixed(
        "declarations",
        (
            *("id", "account_id", "conversation_id", "comment_id", "reply_id", "ground", "known_at", "taken_at"),
            *("evidence_hash", "declared_by", "by_supervisor", "declared_at"),
        ),
    ),
    Fixed(
        "declarations",
        ("decision", "decided_by", "decided_at", "correction_id"),
        "OLD.decision IS NULL",
    ),
    Fixed("declarations", ("decision_note",), "OLD.decision IS NULL", only="NEW.decision_note <> ''"),
    Fixed(
        "declarations",
        ("decision_note",),
        "NEW.decision_note = ''",
        only="NEW.decision_note = ''",
        erasure_of="conversation_id",
    ),
    Fixed("declarations", ("evidence",), "NEW.evidence IS NULL", erasure_of="conversation_id"),
    Fixed("declarations", ("note",), "NEW.note = ''", erasure_of="conversation_id"),
    Fixed("erasures", ("id", "author_id", "reason", "requested_by", "requested_as", "requested_at")),
    Fixed("erasures", ("decision", "decided_by", "decided_at"), "OLD.decision IS NULL"),
    Fixed("escalations", ("id", "conversation_id", "comment_id", "concern", "member_id", "at")),
    Fixed("escalations", ("note",), "NEW.note = ''"),
    Fixed("member_roles", ("id", "member_id", "role", "granted_at", "granted_by")),
    Fixed("members", ("id", "created_at")),
    Fixed("notes", ("id", "conversation_id", "member_id", "written_at")),
    Fixed("notes", ("text",), "NEW.text = ''"),
    Fixed("notice_readings", ("id", "notice_id", "member_id", "read_at")),
    Fixed("notices", ("id", "at", "role", "member_id", "code", "params", "object_type", "object_id")),
    Fixed("posts", ("id", "account_id", "remote_id")),
    Fixed("raw_payloads", ("comment_id",), "OLD.comment_id IS NULL"),
    Fixed("reply_templates", ("id", "created_at", "created_by")),
    Fixed("sending_holds", ("id", "account_id", "placed_at", "placed_by")),
    Fixed("views", ("id", "member_id", "created_at")),
    Fixed("tags", ("id", "created_at", "created_by")),
    Fixed("conversation_tags", ("id", "conversation_id", "tag_id", "at", "by")),
    Fixed("conversation_tags", ("ended_at", "ended_by"), "OLD.ended_at IS NULL"),
    Fixed("bulk_deeds", ("id", "member_id", "deed", "assignee_id", "tag_id", "until", "total", "asked_at")),
    Fixed("bulk_deeds", ("words",), "NEW.words = ''"),
    Fixed("bulk_deed_parts", ("id", "bulk_deed_id", "conversation_id", "comments_seen")),
    Fixed("bulk_deed_parts", ("settled_at", "code"), "OLD.settled_at IS NULL"),
    Fixed("bulk_replies", ("id", "member_id", "comment_id", "created_at")),
    Fixed("prepared_replies", ("id", "bulk_id", "position", "conversation_id")),
    Fixed("absences", ("id", "member_id", "starts_at", "until", "set_at", "set_by")),
    Fixed("absences", ("ended_at", "ended_by"), "OLD.ended_at IS NULL"),
    Fixed("author_links", ("id", "author_id", "other_id", "linked_at", "linked_by")),
    Fixed("author_links", ("reason",), "NEW.reason = ''"),
    Fixed("author_links", ("ended_at", "ended_by"), "OLD.ended_at IS NULL"),
    Fixed("author_links", ("end_reason",), "OLD.ended_at IS NULL OR NEW.end_reason = ''"),
    Fixed("hand_overs", ("id", "member_id", "to_member_id", "to_team_id", "items", "passed_on", "given_at")),
    Fixed("hand_overs", ("noticed",), "NEW.noticed = ''"),
    Fixed("mentions", ("id", "note_id", "member_id", "words")),
    Fixed("team_members", ("id", "team_id", "member_id", "added_at", "added_by")),
    Fixed("team_members", ("ended_at", "ended_by"), "OLD.ended_at IS NULL"),
    Fixed("teams", ("id", "created_at", "created_by")),
)
"""What never changes: what an author wrote, what was approved or sent, and what the trail remembers."""


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that are unique in a table, among the rows in which the columns `empty` are NULL."""

    columns: tuple[str, ...]
    empty: tuple[str, ...] = ()


_FROM_THE_NETWORK = Key(("account_id", "remote_id"))

KEYS: dict[str, tuple[Key, ...]] = {
    "accounts": (Key(("network", "base_url", "identifier")),),
    "alarm_acknowledgements": (Key(("alarm_id",)),),
    "alarms": (Key(("comment_id",), ("returned_at",)),),
    "apology_confirmations": (Key(("version_id", "member_id")),),
    "apology_versions": (Key(("apology_id", "number")),),
    "author_links": (Key(("author_id", "other_id"), ("ended_at",)),),
    "authors": (_FROM_THE_NETWORK,),
    "comment_versions": (Key(("comment_id", "number")),),
    "comments": (_FROM_THE_NETWORK,),
    "corrections": (Key(("reply_id", "fact_version_id")),),
    "conversations": (Key(("account_id", "author_id", "thread_id")),),
    "declarations": (Key(("comment_id",), ("decision",)), Key(("reply_id",), ("decision",))),
    "erasures": (Key(("author_id",), ("decision",)),),
    "fact_versions": (Key(("fact_id", "number")),),
    "facts": (Key(("name",)),),
    "follow_ups": (Key(("conversation_id", "reason"), ("outcome_at", "passed_at")),),
    "line_versions": (Key(("line_id", "number")),),
    "lines_to_take": (Key(("code",)),),
    "member_roles": (Key(("member_id", "role"), ("ended_at",)),),
    "members": (Key(("email",)),),
    "mentions": (Key(("note_id", "member_id")),),
    "notice_readings": (Key(("notice_id", "member_id")),),
    "own_messages": (_FROM_THE_NETWORK,),
    "posts": (_FROM_THE_NETWORK,),
    "promises": (Key(("reply_id",)),),
    "quarantine": (Key(("account_id", "digest")),),
    "raw_payloads": (Key(("account_id", "remote_id", "digest")),),
    "replies": (Key(("form_key",)), Key(("key",)), _FROM_THE_NETWORK),
    "deliveries": (Key(("reminder_id", "channel")),),
    "reminder_waits": (Key(("reminder_id", "wait_id")),),
    "tags": (Key(("key",)),),
    "conversation_tags": (Key(("tag_id", "conversation_id"), ("ended_at",)),),
    "bulk_deed_parts": (Key(("bulk_deed_id", "conversation_id")),),
    "prepared_replies": (Key(("bulk_id", "conversation_id")),),
    "reply_confirmations": (Key(("reply_id", "text_hash", "member_id")),),
    "reply_cores": (Key(("reply_id", "version_id")),),
    "reply_versions": (Key(("reply_id", "number")),),
    "reply_template_versions": (Key(("template_id", "number")),),
    "team_members": (Key(("team_id", "member_id"), ("ended_at",)),),
    "teams": (Key(("name",), ("retired_at",)),),
    "tombstones": (Key(("comment_id",)),),
    "waits": (
        Key(("conversation_id",), ("closed_at", "superseded_at")),
        Key(("conversation_id", "ordinal"), ("superseded_at",)),
    ),
}
"""The unique keys of the kept tables beside their primary key: what `OR REPLACE` of SQLite would throw rows out for."""

PASSED_OVER = frozenset(
    {"authors", "comment_versions", "comments", "conversations", "notice_readings", "own_messages", "posts"}
    | {"quarantine", "raw_payloads", "replies", "tombstones", "trail"}
)
"""Tables into which collection inserts what may be there already: a row whose key is taken is passed over, since an
abort would break ON CONFLICT. Everywhere else a taken key is the error that it is without the trigger."""
