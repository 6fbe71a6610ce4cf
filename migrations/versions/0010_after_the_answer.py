"""who is followed up after an answer, and what members chose and read of hostile comments"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

STANDING = 'outcome_at IS NULL AND passed_at IS NULL'


def upgrade() -> None:
    op.create_table('follow_ups',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('since', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('opened_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('owner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('look_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('passed_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('outcome_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('outcome_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_follow_ups_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_follow_ups_comment_id_comments')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_follow_ups_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_follow_ups_note_id_notes')),
    sa.ForeignKeyConstraint(['outcome_by'], ['members.id'], name=op.f('fk_follow_ups_outcome_by_members')),
    sa.ForeignKeyConstraint(['owner_id'], ['members.id'], name=op.f('fk_follow_ups_owner_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_follow_ups_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_follow_ups'))
    )
    op.create_index('uq_follow_ups_standing', 'follow_ups', ['conversation_id', 'reason'], unique=True, sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
    op.create_index('ix_follow_ups_look_at', 'follow_ups', ['look_at'], unique=False, sqlite_where=sa.text(STANDING), postgresql_where=sa.text(STANDING))
    op.create_index(op.f('ix_follow_ups_conversation_id'), 'follow_ups', ['conversation_id'], unique=False)
    op.create_table('exposures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seen_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_exposures_comment_id_comments')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_exposures_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exposures')),
    sa.UniqueConstraint('member_id', 'comment_id', name=op.f('uq_exposures_member_id_comment_id'))
    )
    op.create_index(op.f('ix_exposures_member_id_seen_at'), 'exposures', ['member_id', 'seen_at'], unique=False)
    op.create_index(op.f('ix_exposures_seen_at'), 'exposures', ['seen_at'], unique=False)
    op.add_column('members', sa.Column('blurs_hostile', sa.Boolean(), server_default=sa.false(), nullable=False))
