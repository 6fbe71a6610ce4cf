"""stages, staffed hours, targets, assignments, exports, reminders"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base
from inbox import clock
from sqlalchemy.dialects import postgresql
revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('staff_informed',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('staff_informed_on', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('representatives_informed_on', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('recorded_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('recorded_by', sa.String(length=60), nullable=False),
    sa.Column('withdrawn_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staff_informed'))
    )
    op.create_table('exports',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('format', sa.String(length=8), nullable=False),
    sa.Column('options', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('rows_done', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('rows_total', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('file_name', sa.String(length=120), nullable=True),
    sa.Column('size', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('error_code', sa.String(length=40), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('asked_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('running_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('finished_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('expires_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_exports_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exports'))
    )
    op.create_index(op.f('ix_exports_member_id_id'), 'exports', ['member_id', 'id'], unique=False)
    op.create_index('ix_exports_unfinished', 'exports', ['id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.create_table('round_the_clock',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('crisis_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('starts_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('ends_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('ended_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_round_the_clock_account_id_accounts')),
    sa.ForeignKeyConstraint(['crisis_id'], ['crises.id'], name=op.f('fk_round_the_clock_crisis_id_crises')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_round_the_clock'))
    )
    op.create_index(op.f('ix_round_the_clock_account_id_starts_at'), 'round_the_clock', ['account_id', 'starts_at'], unique=False)
    op.create_table('staffed_hours',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('effective_from', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('weekly', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('holiday_country', sa.String(length=8), server_default='', nullable=False),
    sa.Column('holiday_subdivision', sa.String(length=16), server_default='', nullable=False),
    sa.Column('closed_days', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('own_days', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('set_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.Column('withdrawn_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('withdrawn_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_staffed_hours_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_staffed_hours'))
    )
    op.create_index(op.f('ix_staffed_hours_account_id_effective_from'), 'staffed_hours', ['account_id', 'effective_from'], unique=False)
    op.create_table('targets',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('in_crisis', sa.Boolean(), nullable=False),
    sa.Column('first_seconds', sa.Integer(), nullable=True),
    sa.Column('next_seconds', sa.Integer(), nullable=True),
    sa.Column('set_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_targets_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_targets'))
    )
    op.create_index(op.f('ix_targets_account_id_id'), 'targets', ['account_id', 'id'], unique=False)
    op.create_table('reminders',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('step', sa.String(length=40), nullable=False),
    sa.Column('notice_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('wait_count', sa.Integer(), nullable=False),
    sa.Column('oldest_due_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('acknowledged_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('acknowledged_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['members.id'], name=op.f('fk_reminders_acknowledged_by_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_reminders_member_id_members')),
    sa.ForeignKeyConstraint(['notice_id'], ['notices.id'], name=op.f('fk_reminders_notice_id_notices')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminders'))
    )
    op.create_index(op.f('ix_reminders_at'), 'reminders', ['at'], unique=False)
    op.create_index(op.f('ix_reminders_member_id_acknowledged_at'), 'reminders', ['member_id', 'acknowledged_at'], unique=False)
    op.create_table('assignments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_assignments_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_assignments_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_assignments'))
    )
    op.create_index(op.f('ix_assignments_conversation_id_at'), 'assignments', ['conversation_id', 'at'], unique=False)
    op.create_index(op.f('ix_assignments_member_id_at'), 'assignments', ['member_id', 'at'], unique=False)
    op.create_table('deliveries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reminder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('channel', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_try_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('sending_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('sent_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('error_code', sa.String(length=40), nullable=True),
    sa.Column('error_detail', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['reminder_id'], ['reminders.id'], name=op.f('fk_deliveries_reminder_id_reminders')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deliveries')),
    sa.UniqueConstraint('reminder_id', 'channel', name=op.f('uq_deliveries_reminder_id_channel'))
    )
    op.create_index('ix_deliveries_due', 'deliveries', ['next_try_at'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'sending')"), postgresql_where=sa.text("state IN ('waiting', 'sending')"))
    op.create_table('stages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('stage', sa.String(length=40), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_stages_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_stages_member_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_stages_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stages'))
    )
    op.create_index(op.f('ix_stages_conversation_id_stage_at'), 'stages', ['conversation_id', 'stage', 'at'], unique=False)
    op.create_index(op.f('ix_stages_reply_id'), 'stages', ['reply_id'], unique=False)
    op.create_table('reminder_waits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reminder_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('wait_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['reminder_id'], ['reminders.id'], name=op.f('fk_reminder_waits_reminder_id_reminders')),
    sa.ForeignKeyConstraint(['wait_id'], ['waits.id'], name=op.f('fk_reminder_waits_wait_id_waits')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reminder_waits')),
    sa.UniqueConstraint('reminder_id', 'wait_id', name=op.f('uq_reminder_waits_reminder_id_wait_id'))
    )
    op.create_index(op.f('ix_reminder_waits_wait_id'), 'reminder_waits', ['wait_id'], unique=False)
    op.add_column('members', sa.Column('reminded_by_email', sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column('waits', sa.Column('urgency', sa.SmallInteger(), server_default='2', nullable=False))
    op.add_column('waits', sa.Column('kind', sa.String(length=20), server_default='other', nullable=False))
    op.add_column('waits', sa.Column('language', sa.String(length=8), server_default='und', nullable=False))
    op.add_column('waits', sa.Column('in_crisis', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('waits', sa.Column('staffed_seconds', sa.Float(), nullable=True))
    op.add_column('waits', sa.Column('reply_origin', sa.String(length=40), nullable=True))
    op.add_column('waits', sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    op.add_column('waits', sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True))
    op.add_column('waits', sa.Column('drafted_at', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('waits', sa.Column('submitted_at', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('waits', sa.Column('approved_at', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('waits', sa.Column('confirmed_at', inbox.models.base.UtcTime(), nullable=True))
    op.create_index('ix_conversations_waiting_due_at', 'conversations', ['due_at'], unique=False, sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"))

    # What is stored is copied into the columns that reports read.
    op.execute(
        "UPDATE waits SET urgency = c.urgency, kind = c.kind, language = c.language"
        " FROM comments c WHERE c.id = waits.comment_id"
    )
    op.execute(
        "UPDATE waits SET staffed_seconds = waits.seconds, reply_origin = r.origin, template_id = r.template_id,"
        " member_id = r.member_id,"
        " submitted_at = r.submitted_at, approved_at = r.approved_at, confirmed_at = r.confirmed_at"
        " FROM replies r WHERE r.id = waits.reply_id"
    )
    op.execute(
        "INSERT INTO stages (conversation_id, stage, at)"
        " SELECT conversation_id, 'opened', first_opened_at FROM waits WHERE first_opened_at IS NOT NULL"
    )
    for stage, column, condition in (
        ("drafted", "created_at", "origin = 'inbox'"),
        ("submitted", "submitted_at", "submitted_at IS NOT NULL"),
        ("approved", "approved_at", "approved_at IS NOT NULL"),
        ("confirmed", "confirmed_at", "confirmed_at IS NOT NULL"),
    ):
        op.execute(
            "INSERT INTO stages (conversation_id, reply_id, member_id, stage, at)"
            f" SELECT conversation_id, id, CASE WHEN '{stage}' IN ('drafted', 'submitted') THEN member_id END,"
            f" '{stage}', {column} FROM replies WHERE {condition}"
        )
    # As `inbox.measuring.stages` derives it: the first that happened once the comment was here, while it was waited.
    for column, stage in (("first_opened_at", "opened"), ("drafted_at", "drafted")):
        op.execute(
            f"UPDATE waits SET {column} = (SELECT min(s.at) FROM stages s WHERE s.conversation_id = waits.conversation_id"
            f" AND s.stage = '{stage}' AND s.at >= waits.received_at AND (waits.closed_at IS NULL"
            " OR s.at <= waits.closed_at OR (waits.reply_origin = 'inbox' AND s.at <= waits.confirmed_at)))"
            " WHERE superseded_at IS NULL"
        )
    op.execute(
        sa.text(
            "INSERT INTO assignments (conversation_id, member_id, at, \"by\")"
            " SELECT id, assignee_id, :at, 'system' FROM conversations WHERE assignee_id IS NOT NULL"
        ).bindparams(sa.bindparam("at", clock.now(), type_=inbox.models.base.UtcTime()))
    )
