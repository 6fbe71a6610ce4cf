"""Who may do what, and THE RULE that nobody may delete a criticism or block its author (`never`)."""

from inbox.permissions.actor import OPERATOR, SYSTEM, WORKER, Actor, Refused, require
from inbox.permissions.grants import GRANTS, MEMBER_ROLES, Permission, Role

__all__ = [
    "GRANTS",
    "MEMBER_ROLES",
    "OPERATOR",
    "SYSTEM",
    "WORKER",
    "Actor",
    "Permission",
    "Refused",
    "Role",
    "require",
]
