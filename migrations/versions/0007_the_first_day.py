"""where a member is on the tour, and whether they want advice"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('members', sa.Column('tour_step', sa.String(length=40), nullable=True))
    op.add_column('members', sa.Column('tour_left_at', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('members', sa.Column('advised', sa.Boolean(), server_default=sa.true(), nullable=False))
