"""The policy, cell by cell: what a change of it has to change here too."""

from __future__ import annotations

import pytest

from inbox.permissions import GRANTS, OPERATOR, SYSTEM, WORKER, Actor, Permission, Refused, Role, require

TABLE = """
                        CM  SV  AP  AD  AN  OP  WO  SY
accounts:change         .   .   .   x   .   x   .   .
accounts:collect        .   x   .   x   .   x   x   .
accounts:view           x   x   .   x   x   x   .   .
alarms:acknowledge      .   x   .   .   .   .   .   .
alarms:view             .   x   .   x   .   x   .   .
apologies:approve       .   x   x   .   .   .   .   .
apologies:draft         x   x   .   .   .   .   .   .
approval-rules:change   .   x   .   x   .   .   .   .
authors:export          .   .   .   x   .   .   .   .
authors:link            x   x   .   .   .   .   .   .
comments:import         .   x   .   x   .   x   .   .
comments:tombstone      .   .   .   .   .   .   .   x
conversations:assign    x   x   .   .   .   .   x   .
conversations:escalate  x   x   .   .   .   .   .   .
conversations:mark      x   x   .   .   .   .   .   .
courtesies:write        .   x   .   .   .   .   .   .
crises:lead             .   x   .   .   .   .   .   .
crises:view             x   x   .   x   x   .   .   .
declarations:confirm    x   x   .   .   .   .   .   .
declarations:make       x   x   .   .   .   .   .   .
duty:set                .   x   .   .   .   .   .   .
erasures:confirm        .   x   .   x   .   .   .   .
erasures:request        .   x   .   x   .   .   .   .
facts:view              x   x   .   x   .   .   .   .
facts:write             .   x   .   .   .   .   .   .
hours:change            .   .   .   x   .   x   .   .
hours:extend            .   x   .   x   .   x   .   .
lines:view              x   x   .   x   .   .   .   .
lines:write             .   x   .   .   .   .   .   .
member-figures:allow    .   .   .   x   .   .   .   .
member-figures:view     .   x   .   .   .   .   .   .
members:change          .   .   .   x   .   x   .   .
members:view            .   x   .   x   .   x   .   .
notes:write             x   x   .   .   .   .   .   .
notices:view            x   x   .   x   .   .   .   .
queue:view              x   x   .   x   .   x   .   .
reminders:acknowledge   x   x   .   .   .   .   .   .
reminders:send          .   .   .   .   .   .   x   .
replies:approve         .   x   x   .   .   .   .   .
replies:send            x   x   .   .   .   x   x   .
replies:write           x   x   .   .   .   .   .   .
response-times:export   .   x   .   .   x   x   x   .
response-times:view     x   x   .   x   x   x   .   .
sending:hold            x   x   .   .   .   x   .   .
sending:release         .   x   .   .   .   x   .   .
tags:change             .   x   .   .   .   .   .   .
teams:change            .   x   .   x   .   x   .   .
templates:view          x   x   .   x   .   x   .   .
templates:write         x   x   .   .   .   .   .   .
trail:view              .   x   .   x   .   x   .   .
views:keep              x   x   .   x   .   .   .   .
views:share             .   x   .   .   .   .   .   .
"""

COLUMNS = {
    "CM": Role.COMMUNITY_MANAGER,
    "SV": Role.SUPERVISOR,
    "AP": Role.APPROVER,
    "AD": Role.ADMINISTRATOR,
    "AN": Role.ANALYST,
    "OP": Role.OPERATOR,
    "WO": Role.WORKER,
    "SY": Role.SYSTEM,
}


def cells() -> dict[tuple[str, Role], bool]:
    head, *lines = TABLE.strip().splitlines()
    roles = [COLUMNS[name] for name in head.split()]
    found: dict[tuple[str, Role], bool] = {}
    for line in lines:
        permission, *marks = line.split()
        found |= {(permission, role): mark == "x" for role, mark in zip(roles, marks, strict=True)}
    return found


def test_the_table_has_every_cell() -> None:
    wanted = {(permission.value, role) for permission in Permission for role in Role}
    assert set(cells()) == wanted
    assert set(GRANTS) == set(Role)


@pytest.mark.parametrize(("permission", "role"), sorted(cells()))
def test_each_cell_is_as_the_table_says(permission: str, role: Role) -> None:
    assert (Permission(permission) in GRANTS[role]) is cells()[permission, role]


def test_permissions_stand_in_alphabetical_order() -> None:
    assert [permission.value for permission in Permission] == sorted(permission.value for permission in Permission)


def test_what_is_not_granted_is_refused() -> None:
    with pytest.raises(Refused) as caught:
        require(WORKER, Permission.MEMBERS_CHANGE)
    assert (caught.value.actor, caught.value.permission) == (WORKER, Permission.MEMBERS_CHANGE)


def test_two_roles_give_the_union_of_their_rows() -> None:
    both = Actor.of_member(1, frozenset({Role.ANALYST, Role.APPROVER}))
    assert both.may(Permission.RESPONSE_TIMES_EXPORT)
    assert both.may(Permission.REPLIES_APPROVE)
    assert not both.may(Permission.REPLIES_WRITE)


def test_no_role_may_do_everything() -> None:
    for actor in (OPERATOR, SYSTEM, WORKER, *(Actor.of_member(1, frozenset({role})) for role in Role)):
        assert not all(actor.may(permission) for permission in Permission)
