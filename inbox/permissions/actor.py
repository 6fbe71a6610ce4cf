"""Who does a deed, and whether they may."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from inbox.permissions import never
from inbox.permissions.grants import GRANTS, Permission, Role


class Refused(Exception):
    """The actor does not hold the permission.

    Attributes:
        actor: who tried.
        permission: what was missing.
    """

    def __init__(self, actor: Actor, permission: Permission) -> None:
        super().__init__(f"{actor.name} may not {permission.value}")
        self.actor = actor
        self.permission = permission


@final
@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody or something that acts.

    Attributes:
        roles: what they are; their permissions are the union of the roles' rows in `GRANTS`.
        member_id: the member, None for actors that are no member.
        name: short, for the trail: `member:12`, `operator`, `worker`, `system`.
    """

    roles: frozenset[Role]
    member_id: int | None
    name: str

    @classmethod
    def of_member(cls, member_id: int, roles: frozenset[Role]) -> Actor:
        """A member with their present roles."""
        return cls(roles, member_id, f"member:{member_id}")

    def may(self, permission: Permission) -> bool:
        """Whether one of the roles holds `permission`."""
        return any(permission in GRANTS.get(role, frozenset()) for role in self.roles)


OPERATOR = Actor(frozenset({Role.OPERATOR}), None, "operator")
WORKER = Actor(frozenset({Role.WORKER}), None, "worker")
SYSTEM = Actor(frozenset({Role.SYSTEM}), None, "system")


def require(actor: Actor, permission: Permission) -> None:
    """Let the deed go on only if `actor` holds `permission`.

    The table decides, whatever the actor says of itself.

    Raises:
        Refused: they do not.
        ForbiddenDeed: there is no such permission; one that is made up at run time is an attempt on the rule.
    """
    if not isinstance(permission, Permission) or permission not in Permission.__members__.values():
        attempt = never.Attempt("vocabulary", f"require {permission!s}"[:200], {"actor": actor.name})
        never.announce(attempt)
        raise never.ForbiddenDeed(attempt)
    if not Actor.may(actor, permission):
        raise Refused(actor, permission)
