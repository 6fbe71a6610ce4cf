"""The tables, one file per noun. No queries of screens and no networks here."""

from inbox.models.absence import Absence
from inbox.models.account import IMPORT, Account, CollectionGap, Purpose, SendingHold
from inbox.models.alarm import Alarm, AlarmAcknowledgement
from inbox.models.apology import (
    Apology,
    ApologyConfirmation,
    ApologyReturn,
    ApologyState,
    ApologyVersion,
    Courtesy,
    ReplyConfirmation,
    ReplyCore,
    ReplyReturn,
    hash_of_words,
)
from inbox.models.assignment import Assignment
from inbox.models.author_link import AuthorLink
from inbox.models.base import Base
from inbox.models.bulk_deed import BulkDeed, BulkDeedPart, BulkDeedState, DeedOfMany
from inbox.models.bulk_reply import BulkReply, BulkReplyState, PreparedReply, PreparedState
from inbox.models.comment import (
    Author,
    Comment,
    CommentState,
    CommentVersion,
    Post,
    Quarantined,
    RawPayload,
    Tombstone,
    TombstoneReason,
    digest_of,
    digest_over,
)
from inbox.models.conversation import (
    Conversation,
    ConversationState,
    NoAnswerReason,
    QueueCounter,
    QueueEntry,
    ReplyOrigin,
    Wait,
)
from inbox.models.crisis import Crisis, CrisisScope, LineToTake, LineVersion
from inbox.models.declaration import Decision, Declaration, Ground, seal_of
from inbox.models.duty import Duty
from inbox.models.erasure import Erasure
from inbox.models.escalation import Concern, Escalation
from inbox.models.export import Export, ExportState
from inbox.models.exposure import Exposure
from inbox.models.fact import Citation, Correction, Fact, FactVersion
from inbox.models.findable import Findable, IndexTask, Source
from inbox.models.follow_up import FollowUp, FollowUpOutcome, FollowUpReason
from inbox.models.hand_over import HandOver, Mention
from inbox.models.hours import RoundTheClock, StaffedHours
from inbox.models.live import Draft, Event, Presence
from inbox.models.member import Member, MemberRole, MemberSession, SignInAttempt
from inbox.models.notice import Notice, NoticeReading
from inbox.models.own_message import OwnMessage
from inbox.models.promise import Promise
from inbox.models.reminder import Channel, Delivery, DeliveryState, Reminder, ReminderStep, ReminderWait
from inbox.models.reply import (
    Note,
    Outcome,
    Reply,
    ReplyKind,
    ReplyState,
    ReplyVersion,
)
from inbox.models.staff_informed import StaffInformed
from inbox.models.stage import Stage, StageRow
from inbox.models.tag import ConversationTag, Tag
from inbox.models.target import Target
from inbox.models.team import Team, TeamMember
from inbox.models.template import ReplyTemplate, ReplyTemplateVersion
from inbox.models.trail import TrailParams, TrailRow
from inbox.models.transitions import (
    ConversationMove,
    NotNow,
    ReplyMove,
    move_conversation,
    move_reply,
)
from inbox.models.view import SavedView

__all__ = [
    "IMPORT",
    "Absence",
    "Account",
    "Alarm",
    "AlarmAcknowledgement",
    "Apology",
    "ApologyConfirmation",
    "ApologyReturn",
    "ApologyState",
    "ApologyVersion",
    "Assignment",
    "Author",
    "AuthorLink",
    "Base",
    "BulkDeed",
    "BulkDeedPart",
    "BulkDeedState",
    "BulkReply",
    "BulkReplyState",
    "Channel",
    "Citation",
    "CollectionGap",
    "Comment",
    "CommentState",
    "CommentVersion",
    "Concern",
    "Conversation",
    "ConversationMove",
    "ConversationState",
    "ConversationTag",
    "Correction",
    "Courtesy",
    "Crisis",
    "CrisisScope",
    "Decision",
    "Declaration",
    "DeedOfMany",
    "Delivery",
    "DeliveryState",
    "Draft",
    "Duty",
    "Erasure",
    "Escalation",
    "Event",
    "Export",
    "ExportState",
    "Exposure",
    "Fact",
    "FactVersion",
    "Findable",
    "FollowUp",
    "FollowUpOutcome",
    "FollowUpReason",
    "Ground",
    "HandOver",
    "IndexTask",
    "LineToTake",
    "LineVersion",
    "Member",
    "MemberRole",
    "MemberSession",
    "Mention",
    "NoAnswerReason",
    "NotNow",
    "Note",
    "Notice",
    "NoticeReading",
    "Outcome",
    "OwnMessage",
    "Post",
    "PreparedReply",
    "PreparedState",
    "Presence",
    "Promise",
    "Purpose",
    "Quarantined",
    "QueueCounter",
    "QueueEntry",
    "RawPayload",
    "Reminder",
    "ReminderStep",
    "ReminderWait",
    "Reply",
    "ReplyConfirmation",
    "ReplyCore",
    "ReplyKind",
    "ReplyMove",
    "ReplyOrigin",
    "ReplyReturn",
    "ReplyState",
    "ReplyTemplate",
    "ReplyTemplateVersion",
    "ReplyVersion",
    "RoundTheClock",
    "SavedView",
    "SendingHold",
    "SignInAttempt",
    "Source",
    "StaffInformed",
    "StaffedHours",
    "Stage",
    "StageRow",
    "Tag",
    "Target",
    "Team",
    "TeamMember",
    "Tombstone",
    "TombstoneReason",
    "TrailParams",
    "TrailRow",
    "Wait",
    "digest_of",
    "digest_over",
    "hash_of_words",
    "move_conversation",
    "move_reply",
    "seal_of",
]
