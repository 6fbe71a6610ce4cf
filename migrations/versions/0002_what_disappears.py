"""notices, alarms, declarations, erasures, escalations"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base
from sqlalchemy.dialects import postgresql
revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('notices',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('code', sa.String(length=60), nullable=False),
    sa.Column('params', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('object_type', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices'))
    )
    op.create_index(op.f('ix_notices_role_id'), 'notices', ['role', 'id'], unique=False)
    op.create_table('notice_readings',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('notice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('read_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_notice_readings_member_id_members')),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_notice_readings_notice_id_notices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice_readings')),
    sa.UniqueConstraint('notice_id', 'member_id', name=op.f('uq_notice_readings_notice_id_member_id'))
    )
    op.create_table('erasures',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('requested_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('requested_as', sa.String(length=40), nullable=False),
    sa.Column('requested_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('decision', sa.String(length=40), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['authors.id'], name=op.f('fk_erasures_author_id_authors')),
    sa.ForeignKeyConstraint(['decided_by'], ['members.id'], name=op.f('fk_erasures_decided_by_members')),
    sa.ForeignKeyConstraint(['requested_by'], ['members.id'], name=op.f('fk_erasures_requested_by_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_erasures'))
    )
    op.create_index(op.f('ix_erasures_author_id_decision'), 'erasures', ['author_id', 'decision'], unique=False)
    op.create_index('uq_erasures_pending', 'erasures', ['author_id'], unique=True, sqlite_where=sa.text('decision IS NULL'), postgresql_where=sa.text('decision IS NULL'))
    op.create_table('escalations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('concern', sa.String(length=40), nullable=False),
    sa.Column('note', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_escalations_comment_id_comments')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_escalations_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_escalations_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_escalations'))
    )
    op.create_index(op.f('ix_escalations_conversation_id'), 'escalations', ['conversation_id'], unique=False)
    op.create_table('alarms',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('presence', sa.String(length=20), nullable=False),
    sa.Column('last_seen_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('raised_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('returned_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_alarms_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_alarms_comment_id_comments')),
    sa.ForeignKeyConstraint(['version_id'], ['comment_versions.id'], name=op.f('fk_alarms_version_id_comment_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarms'))
    )
    op.create_index('uq_alarms_standing', 'alarms', ['comment_id'], unique=True, sqlite_where=sa.text('returned_at IS NULL'), postgresql_where=sa.text('returned_at IS NULL'))
    op.create_table('declarations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ground', sa.String(length=40), nullable=False),
    sa.Column('known_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('taken_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('note', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('evidence', inbox.models.base.OutsideText(), nullable=True),
    sa.Column('evidence_hash', sa.String(length=64), nullable=False),
    sa.Column('declared_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('by_supervisor', sa.Boolean(), nullable=False),
    sa.Column('declared_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('decision', sa.String(length=40), nullable=True),
    sa.Column('decided_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('decided_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('decision_note', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('correction_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('(comment_id IS NULL) <> (reply_id IS NULL)', name=op.f('ck_declarations_one_object')),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_declarations_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_declarations_comment_id_comments')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_declarations_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['correction_id'], ['replies.id'], name=op.f('fk_declarations_correction_id_replies')),
    sa.ForeignKeyConstraint(['decided_by'], ['members.id'], name=op.f('fk_declarations_decided_by_members')),
    sa.ForeignKeyConstraint(['declared_by'], ['members.id'], name=op.f('fk_declarations_declared_by_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_declarations_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_declarations'))
    )
    op.create_index(op.f('ix_declarations_conversation_id'), 'declarations', ['conversation_id'], unique=False)
    op.create_index('uq_declarations_pending_comment_id', 'declarations', ['comment_id'], unique=True, sqlite_where=sa.text('decision IS NULL'), postgresql_where=sa.text('decision IS NULL'))
    op.create_index('uq_declarations_pending_reply_id', 'declarations', ['reply_id'], unique=True, sqlite_where=sa.text('decision IS NULL'), postgresql_where=sa.text('decision IS NULL'))
    op.create_table('alarm_acknowledgements',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('alarm_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('declaration_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['alarm_id'], ['alarms.id'], name=op.f('fk_alarm_acknowledgements_alarm_id_alarms')),
    sa.ForeignKeyConstraint(['declaration_id'], ['declarations.id'], name=op.f('fk_alarm_acknowledgements_declaration_id_declarations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_alarm_acknowledgements_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_alarm_acknowledgements')),
    sa.UniqueConstraint('alarm_id', name=op.f('uq_alarm_acknowledgements_alarm_id'))
    )
    op.add_column('accounts', sa.Column('looked_at', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('accounts', sa.Column('next_look_at', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('comments', sa.Column('unseen_since', inbox.models.base.UtcTime(), nullable=True))
