"""What could not be read is read again by every new version of the product."""

from __future__ import annotations

import json

from sqlalchemy import select, update

from inbox.collecting import quarantine
from inbox.collecting.hints import hints_for
from inbox.collecting.ingest import store_page
from inbox.collecting.sifting import sift
from inbox.connectors.base import Connector
from inbox.connectors.shapes import Page
from inbox.extensions import session, writing
from inbox.models import Account, Quarantined
from inbox.permissions import Actor, Permission, require

_AT_ONCE = 200
"""Payloads read in one transaction; the next pass goes on."""


def read_again(actor: Actor, account_id: int, connector: Connector) -> int:
    """Read what an older version of the product could not read, and store what can be read now.

    The connector reads payloads without asking its network. What can still not be read stays, and is left alone until
    the next version.

    Args:
        actor: who collects.
        account_id: whose quarantine it is.
        connector: of that account.

    Returns:
        how many items were read.

    Raises:
        Refused: the actor may not collect.
    """
    require(actor, Permission.ACCOUNTS_COLLECT)
    rows = (
        session()
        .execute(
            select(Quarantined.id, Quarantined.digest, Quarantined.payload)
            .where(
                Quarantined.account_id == account_id,
                Quarantined.resolved_at.is_(None),
                Quarantined.read_with != quarantine.reader(),
            )
            .limit(_AT_ONCE)
        )
        .all()
    )
    if not rows:
        return 0
    read = {row.digest: connector.read_again(json.loads(row.payload)) for row in rows}
    items = {digest: item for digest, item in read.items() if item is not None}
    sifted = sift(Page(tuple(items.values()), cursor={}))
    hints = hints_for(session(), account_id, sifted)
    with writing() as current:
        account = current.get_one(Account, account_id)
        store_page(current, account, sifted, hints, actor=actor, from_quarantine=items)
        current.execute(
            update(Quarantined)
            .where(Quarantined.id.in_([row.id for row in rows]), Quarantined.resolved_at.is_(None))
            .values(read_with=quarantine.reader())
        )
    return len(items)
