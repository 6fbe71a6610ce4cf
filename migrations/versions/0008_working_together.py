"""authors whom a member links, teams, members who are away, hand-overs, mentions, and snoozing until somebody writes"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import inbox.models.base

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('teams',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.Column('retired_at', inbox.models.base.UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_teams'))
    )
    op.create_index('uq_teams_present', 'teams', ['name'], unique=True, sqlite_where=sa.text('retired_at IS NULL'), postgresql_where=sa.text('retired_at IS NULL'))
    op.create_table('team_members',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('added_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('added_by', sa.String(length=60), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('ended_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_team_members_member_id_members')),
    sa.ForeignKeyConstraint(['team_id'], ['teams.id'], name=op.f('fk_team_members_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_team_members'))
    )
    op.create_index('uq_team_members_present', 'team_members', ['team_id', 'member_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index(op.f('ix_team_members_member_id_ended_at'), 'team_members', ['member_id', 'ended_at'], unique=False)
    op.create_table('absences',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('starts_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('until', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('ended_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_absences_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_absences'))
    )
    op.create_index(op.f('ix_absences_member_id_until'), 'absences', ['member_id', 'until'], unique=False)
    op.create_index(op.f('ix_absences_until'), 'absences', ['until'], unique=False)
    op.create_table('author_links',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('linked_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('linked_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('ended_by', sa.String(length=60), nullable=True),
    sa.Column('end_reason', inbox.models.base.OutsideText(), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['authors.id'], name=op.f('fk_author_links_author_id_authors')),
    sa.ForeignKeyConstraint(['linked_by'], ['members.id'], name=op.f('fk_author_links_linked_by_members')),
    sa.ForeignKeyConstraint(['other_id'], ['authors.id'], name=op.f('fk_author_links_other_id_authors')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_author_links'))
    )
    op.create_index('uq_author_links_present', 'author_links', ['author_id', 'other_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_index(op.f('ix_author_links_author_id'), 'author_links', ['author_id'], unique=False)
    op.create_index(op.f('ix_author_links_other_id'), 'author_links', ['other_id'], unique=False)
    op.create_table('hand_overs',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('to_team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('noticed', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('items', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('passed_on', sa.Boolean(), nullable=False),
    sa.Column('given_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_hand_overs_member_id_members')),
    sa.ForeignKeyConstraint(['to_member_id'], ['members.id'], name=op.f('fk_hand_overs_to_member_id_members')),
    sa.ForeignKeyConstraint(['to_team_id'], ['teams.id'], name=op.f('fk_hand_overs_to_team_id_teams')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_overs'))
    )
    op.create_index(op.f('ix_hand_overs_member_id_id'), 'hand_overs', ['member_id', 'id'], unique=False)
    op.create_index(op.f('ix_hand_overs_to_member_id_id'), 'hand_overs', ['to_member_id', 'id'], unique=False)
    op.create_index(op.f('ix_hand_overs_to_team_id_id'), 'hand_overs', ['to_team_id', 'id'], unique=False)
    op.create_table('mentions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('note_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.String(length=254), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_mentions_member_id_members')),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_mentions_note_id_notes')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mentions')),
    sa.UniqueConstraint('note_id', 'member_id', name=op.f('uq_mentions_note_id_member_id'))
    )
    op.create_index(op.f('ix_mentions_member_id'), 'mentions', ['member_id'], unique=False)
    for table in ('assignments', 'conversations', 'queue_entries'):
        op.add_column(table, sa.Column('team_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('teams.id', name=op.f(f'fk_{table}_team_id_teams')), nullable=True), inline_references=True)
    op.create_index(op.f('ix_queue_entries_team_id_state_urgency_due_at_author_id'), 'queue_entries', ['team_id', 'state', 'urgency', 'due_at', 'author_id'], unique=False)
    op.add_column('conversations', sa.Column('snoozed_for_author', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('conversations', sa.Column('came_back_at', inbox.models.base.UtcTime(), nullable=True))
    back = sa.text("state = 'waiting' AND came_back_at IS NOT NULL")
    op.create_index('ix_conversations_came_back', 'conversations', ['came_back_at'], unique=False, sqlite_where=back, postgresql_where=back)
    held, of_team = sa.text("state = 'waiting' AND assignee_id IS NOT NULL"), sa.text('team_id IS NOT NULL')
    op.create_index('ix_conversations_held', 'conversations', ['assignee_id'], unique=False, sqlite_where=held, postgresql_where=held)
    op.create_index('ix_conversations_of_team', 'conversations', ['team_id'], unique=False, sqlite_where=of_team, postgresql_where=of_team)
