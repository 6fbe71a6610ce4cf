"""what screens are told, who is at them, half-written replies, and the countdown before a reply leaves"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import inbox.models.base

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('events',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('topic', sa.String(length=40), nullable=False),
    sa.Column('data', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_events'))
    )
    op.create_index(op.f('ix_events_at'), 'events', ['at'], unique=False)
    op.create_table('presences',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('looking_until', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('typing_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('claimed_until', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_presences_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_presences_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_presences')),
    sa.UniqueConstraint('member_id', 'conversation_id', name=op.f('uq_presences_member_id_conversation_id'))
    )
    op.create_index(op.f('ix_presences_looking_until'), 'presences', ['looking_until'], unique=False)
    op.create_table('drafts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('screen', sa.String(length=64), nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('template_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('filled', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('holding', sa.Boolean(), nullable=False),
    sa.Column('stopped_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('saved_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_drafts_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_drafts_member_id_members')),
    sa.ForeignKeyConstraint(['stopped_id'], ['replies.id'], name=op.f('fk_drafts_stopped_id_replies')),
    sa.ForeignKeyConstraint(['template_id'], ['reply_templates.id'], name=op.f('fk_drafts_template_id_reply_templates')),
    sa.ForeignKeyConstraint(['template_version_id'], ['reply_template_versions.id'], name=op.f('fk_drafts_template_version_id_reply_template_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_drafts')),
    sa.UniqueConstraint('member_id', 'conversation_id', name=op.f('uq_drafts_member_id_conversation_id'))
    )
    op.create_index(op.f('ix_drafts_conversation_id'), 'drafts', ['conversation_id'], unique=False)
    op.add_column('replies', sa.Column('undo_until', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('members', sa.Column('undo_seconds', sa.Integer(), nullable=True))
