"""a thread is found without reading every conversation of its account"""

from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(op.f('ix_conversations_account_id_thread_id'), 'conversations', ['account_id', 'thread_id'], unique=False)
