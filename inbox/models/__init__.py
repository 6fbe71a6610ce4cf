"""The tables, one file per noun. No queries of screens and no networks here."""

from inbox.models.account import IMPORT, Account, CollectionGap, Purpose, SendingHold
from inbox.models.alarm import Alarm, AlarmAcknowledgement
from inbox.models.base import Base
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
    Wait,
)
from inbox.models.declaration import Decision, Declaration, Ground, seal_of
from inbox.models.erasure import Erasure
from inbox.models.escalation import Concern, Escalation
from inbox.models.member import Member, MemberRole, MemberSession, SignInAttempt
from inbox.models.notice import Notice, NoticeReading
from inbox.models.own_message import OwnMessage
from inbox.models.reply import (
    Apology,
    ApologyState,
    ApologyVersion,
    Note,
    Reply,
    ReplyKind,
    ReplyOrigin,
    ReplyState,
    ReplyTemplate,
    ReplyTemplateVersion,
)
from inbox.models.trail import TrailParams, TrailRow
from inbox.models.transitions import (
    ConversationMove,
    NotNow,
    ReplyMove,
    move_conversation,
    move_reply,
)

__all__ = [
    "IMPORT",
    "Account",
    "Alarm",
    "AlarmAcknowledgement",
    "Apology",
    "ApologyState",
    "ApologyVersion",
    "Author",
    "Base",
    "CollectionGap",
    "Comment",
    "CommentState",
    "CommentVersion",
    "Concern",
    "Conversation",
    "ConversationMove",
    "ConversationState",
    "Decision",
    "Declaration",
    "Erasure",
    "Escalation",
    "Ground",
    "Member",
    "MemberRole",
    "MemberSession",
    "NoAnswerReason",
    "NotNow",
    "Note",
    "Notice",
    "NoticeReading",
    "OwnMessage",
    "Post",
    "Purpose",
    "Quarantined",
    "QueueCounter",
    "QueueEntry",
    "RawPayload",
    "Reply",
    "ReplyKind",
    "ReplyMove",
    "ReplyOrigin",
    "ReplyState",
    "ReplyTemplate",
    "ReplyTemplateVersion",
    "SendingHold",
    "SignInAttempt",
    "Tombstone",
    "TombstoneReason",
    "TrailParams",
    "TrailRow",
    "Wait",
    "digest_of",
    "digest_over",
    "move_conversation",
    "move_reply",
    "seal_of",
]
