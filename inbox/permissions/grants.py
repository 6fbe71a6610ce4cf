"""The whole policy on one page: which role holds which permission.

Deny by default: what is not in `GRANTS` is refused. There is no permission that makes a criticism disappear, so there
is none to grant (`never.py`); no role stands above the table, the administrator included.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, unique
from types import MappingProxyType

from inbox.permissions import never


@unique
class Permission(StrEnum):
    """Everything that can be allowed, as `noun:deed`, in alphabetical order."""

    ACCOUNTS_CHANGE = "accounts:change"
    ACCOUNTS_COLLECT = "accounts:collect"
    ACCOUNTS_VIEW = "accounts:view"
    ALARMS_ACKNOWLEDGE = "alarms:acknowledge"
    ALARMS_VIEW = "alarms:view"
    APOLOGIES_APPROVE = "apologies:approve"
    APOLOGIES_DRAFT = "apologies:draft"
    APPROVAL_RULES_CHANGE = "approval-rules:change"
    AUTHORS_EXPORT = "authors:export"
    AUTHORS_LINK = "authors:link"
    COMMENTS_IMPORT = "comments:import"
    COMMENTS_TOMBSTONE = "comments:tombstone"
    CONVERSATIONS_ASSIGN = "conversations:assign"
    CONVERSATIONS_ESCALATE = "conversations:escalate"
    CONVERSATIONS_MARK = "conversations:mark"
    COURTESIES_WRITE = "courtesies:write"
    CRISES_LEAD = "crises:lead"
    CRISES_VIEW = "crises:view"
    DECLARATIONS_CONFIRM = "declarations:confirm"
    DECLARATIONS_MAKE = "declarations:make"
    DUTY_SET = "duty:set"
    ERASURES_CONFIRM = "erasures:confirm"
    ERASURES_REQUEST = "erasures:request"
    FACTS_VIEW = "facts:view"
    FACTS_WRITE = "facts:write"
    HOURS_CHANGE = "hours:change"
    HOURS_EXTEND = "hours:extend"
    LINES_VIEW = "lines:view"
    LINES_WRITE = "lines:write"
    MEMBER_FIGURES_ALLOW = "member-figures:allow"
    MEMBER_FIGURES_VIEW = "member-figures:view"
    MEMBERS_CHANGE = "members:change"
    MEMBERS_VIEW = "members:view"
    NOTES_WRITE = "notes:write"
    NOTICES_VIEW = "notices:view"
    QUEUE_VIEW = "queue:view"
    REMINDERS_ACKNOWLEDGE = "reminders:acknowledge"
    REMINDERS_SEND = "reminders:send"
    REPLIES_APPROVE = "replies:approve"
    REPLIES_SEND = "replies:send"
    REPLIES_WRITE = "replies:write"
    RESPONSE_TIMES_EXPORT = "response-times:export"
    RESPONSE_TIMES_VIEW = "response-times:view"
    SENDING_HOLD = "sending:hold"
    SENDING_RELEASE = "sending:release"
    TAGS_CHANGE = "tags:change"
    TEAMS_CHANGE = "teams:change"
    TEMPLATES_VIEW = "templates:view"
    TEMPLATES_WRITE = "templates:write"
    TRAIL_VIEW = "trail:view"
    VIEWS_KEEP = "views:keep"
    VIEWS_SHARE = "views:share"


@unique
class Role(StrEnum):
    """The roles. The last three are actors that are no member: they stand in the table like the others."""

    ADMINISTRATOR = "administrator"
    ANALYST = "analyst"
    APPROVER = "approver"
    COMMUNITY_MANAGER = "community_manager"
    SUPERVISOR = "supervisor"
    OPERATOR = "operator"
    SYSTEM = "system"
    WORKER = "worker"


MEMBER_ROLES = (
    Role.COMMUNITY_MANAGER,
    Role.SUPERVISOR,
    Role.APPROVER,
    Role.ADMINISTRATOR,
    Role.ANALYST,
)
"""The roles a member can have."""

never.refuse_names((permission.value for permission in Permission), lock="vocabulary")
never.refuse_names((role.value for role in Role), lock="vocabulary")

_P = Permission

GRANTS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {
        Role.COMMUNITY_MANAGER: frozenset(
            {
                _P.ACCOUNTS_VIEW,
                _P.APOLOGIES_DRAFT,
                _P.AUTHORS_LINK,
                _P.CONVERSATIONS_ASSIGN,
                _P.CONVERSATIONS_ESCALATE,
                _P.CONVERSATIONS_MARK,
                _P.CRISES_VIEW,
                _P.DECLARATIONS_CONFIRM,
                _P.DECLARATIONS_MAKE,
                _P.FACTS_VIEW,
                _P.LINES_VIEW,
                _P.NOTES_WRITE,
                _P.NOTICES_VIEW,
                _P.QUEUE_VIEW,
                _P.REMINDERS_ACKNOWLEDGE,
                _P.REPLIES_SEND,
                _P.REPLIES_WRITE,
                _P.RESPONSE_TIMES_VIEW,
                _P.SENDING_HOLD,
                _P.TEMPLATES_VIEW,
                _P.TEMPLATES_WRITE,
                _P.VIEWS_KEEP,
            }
        ),
        Role.SUPERVISOR: frozenset(
            {
                _P.ACCOUNTS_COLLECT,
                _P.ACCOUNTS_VIEW,
                _P.ALARMS_ACKNOWLEDGE,
                _P.ALARMS_VIEW,
                _P.APOLOGIES_APPROVE,
                _P.APOLOGIES_DRAFT,
                _P.APPROVAL_RULES_CHANGE,
                _P.AUTHORS_LINK,
                _P.COMMENTS_IMPORT,
                _P.CONVERSATIONS_ASSIGN,
                _P.CONVERSATIONS_ESCALATE,
                _P.CONVERSATIONS_MARK,
                _P.COURTESIES_WRITE,
                _P.CRISES_LEAD,
                _P.CRISES_VIEW,
                _P.DECLARATIONS_CONFIRM,
                _P.DECLARATIONS_MAKE,
                _P.DUTY_SET,
                _P.ERASURES_CONFIRM,
                _P.ERASURES_REQUEST,
                _P.FACTS_VIEW,
                _P.FACTS_WRITE,
                _P.HOURS_EXTEND,
                _P.LINES_VIEW,
                _P.LINES_WRITE,
                _P.MEMBER_FIGURES_VIEW,
                _P.MEMBERS_VIEW,
                _P.NOTES_WRITE,
                _P.NOTICES_VIEW,
                _P.QUEUE_VIEW,
                _P.REMINDERS_ACKNOWLEDGE,
                _P.REPLIES_APPROVE,
                _P.REPLIES_SEND,
                _P.REPLIES_WRITE,
                _P.RESPONSE_TIMES_EXPORT,
                _P.RESPONSE_TIMES_VIEW,
                _P.SENDING_HOLD,
                _P.SENDING_RELEASE,
                _P.TAGS_CHANGE,
                _P.TEAMS_CHANGE,
                _P.TEMPLATES_VIEW,
                _P.TEMPLATES_WRITE,
                _P.TRAIL_VIEW,
                _P.VIEWS_KEEP,
                _P.VIEWS_SHARE,
            }
        ),
        Role.APPROVER: frozenset({_P.APOLOGIES_APPROVE, _P.REPLIES_APPROVE}),
        Role.ADMINISTRATOR: frozenset(
            {
                _P.ACCOUNTS_CHANGE,
                _P.ACCOUNTS_COLLECT,
                _P.ACCOUNTS_VIEW,
                _P.ALARMS_VIEW,
                _P.APPROVAL_RULES_CHANGE,
                _P.AUTHORS_EXPORT,
                _P.COMMENTS_IMPORT,
                _P.CRISES_VIEW,
                _P.ERASURES_CONFIRM,
                _P.ERASURES_REQUEST,
                _P.FACTS_VIEW,
                _P.HOURS_CHANGE,
                _P.HOURS_EXTEND,
                _P.LINES_VIEW,
                _P.MEMBER_FIGURES_ALLOW,
                _P.MEMBERS_CHANGE,
                _P.MEMBERS_VIEW,
                _P.NOTICES_VIEW,
                _P.QUEUE_VIEW,
                _P.RESPONSE_TIMES_VIEW,
                _P.TEAMS_CHANGE,
                _P.TEMPLATES_VIEW,
                _P.TRAIL_VIEW,
                _P.VIEWS_KEEP,
            }
        ),
        Role.ANALYST: frozenset(
            {
                _P.ACCOUNTS_VIEW,
                _P.CRISES_VIEW,
                _P.RESPONSE_TIMES_EXPORT,
                _P.RESPONSE_TIMES_VIEW,
            }
        ),
        Role.OPERATOR: frozenset(
            {
                _P.ACCOUNTS_CHANGE,
                _P.ACCOUNTS_COLLECT,
                _P.ACCOUNTS_VIEW,
                _P.ALARMS_VIEW,
                _P.COMMENTS_IMPORT,
                _P.HOURS_CHANGE,
                _P.HOURS_EXTEND,
                _P.MEMBERS_CHANGE,
                _P.MEMBERS_VIEW,
                _P.QUEUE_VIEW,
                _P.REPLIES_SEND,
                _P.RESPONSE_TIMES_EXPORT,
                _P.RESPONSE_TIMES_VIEW,
                _P.SENDING_HOLD,
                _P.SENDING_RELEASE,
                _P.TEAMS_CHANGE,
                _P.TEMPLATES_VIEW,
                _P.TRAIL_VIEW,
            }
        ),
        Role.WORKER: frozenset(
            {
                _P.ACCOUNTS_COLLECT,
                _P.CONVERSATIONS_ASSIGN,
                _P.REMINDERS_SEND,
                _P.REPLIES_SEND,
                _P.RESPONSE_TIMES_EXPORT,
            }
        ),
        Role.SYSTEM: frozenset({_P.COMMENTS_TOMBSTONE}),
    }
)
"""Role → permissions. `operator` is somebody at the command line of the server, `worker` the background jobs,
`system` what the product does by itself because a network or a law obliges it to."""
