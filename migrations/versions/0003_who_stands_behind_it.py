"""apologies and their approval, facts, crises, the line to take, promises, duty"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base
from sqlalchemy.dialects import postgresql
revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:

    # Nothing wrote into these two before, and they are made anew with what an approval binds.
    op.drop_table('apology_versions')
    op.drop_table('apologies')
    op.create_table('apologies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('submitted_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apologies'))
    )
    op.create_table('courtesies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('phrase', sa.String(length=200), nullable=False),
    sa.Column('allowed', sa.Boolean(), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('by', sa.String(length=60), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_courtesies'))
    )
    op.create_table('crises',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('started_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('opened_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('opened_by', sa.String(length=60), nullable=False),
    sa.Column('closed_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('closed_by', sa.String(length=60), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crises'))
    )
    op.create_table('facts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.Column('retired_at', inbox.models.base.UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_facts')),
    sa.UniqueConstraint('name', name=op.f('uq_facts_name'))
    )
    op.create_table('duties',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deputy_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('starts_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('ends_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('set_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('set_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['deputy_id'], ['members.id'], name=op.f('fk_duties_deputy_id_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_duties_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duties'))
    )
    op.create_index(op.f('ix_duties_ends_at'), 'duties', ['ends_at'], unique=False)
    op.create_index(op.f('ix_duties_member_id_starts_at'), 'duties', ['member_id', 'starts_at'], unique=False)
    op.create_table('fact_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fact_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('texts', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('written_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['fact_id'], ['facts.id'], name=op.f('fk_fact_versions_fact_id_facts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_fact_versions')),
    sa.UniqueConstraint('fact_id', 'number', name=op.f('uq_fact_versions_fact_id_number'))
    )
    op.create_table('lines_to_take',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('crisis_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['crisis_id'], ['crises.id'], name=op.f('fk_lines_to_take_crisis_id_crises')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lines_to_take')),
    sa.UniqueConstraint('code', name=op.f('uq_lines_to_take_code'))
    )
    op.create_table('apology_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('apology_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('core', sa.Text(), nullable=False),
    sa.Column('core_hash', sa.String(length=64), nullable=False),
    sa.Column('typed', sa.Text(), nullable=False),
    sa.Column('situation', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expires_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('most_uses', sa.Integer(), nullable=True),
    sa.Column('binding_hash', sa.String(length=64), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('written_by', sa.String(length=60), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_apology_versions_account_id_accounts')),
    sa.ForeignKeyConstraint(['apology_id'], ['apologies.id'], name=op.f('fk_apology_versions_apology_id_apologies')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_apology_versions_member_id_members')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_apology_versions_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apology_versions')),
    sa.UniqueConstraint('apology_id', 'number', name=op.f('uq_apology_versions_apology_id_number'))
    )
    op.create_table('crisis_scopes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('crisis_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('added_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('removed_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_crisis_scopes_account_id_accounts')),
    sa.ForeignKeyConstraint(['crisis_id'], ['crises.id'], name=op.f('fk_crisis_scopes_crisis_id_crises')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_crisis_scopes_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_crisis_scopes'))
    )
    op.create_index(op.f('ix_crisis_scopes_account_id'), 'crisis_scopes', ['account_id'], unique=False)
    op.create_index(op.f('ix_crisis_scopes_crisis_id'), 'crisis_scopes', ['crisis_id'], unique=False)
    op.create_table('line_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('line_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('position', sa.Text(), nullable=False),
    sa.Column('not_to_say', sa.Text(), nullable=False),
    sa.Column('questions', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('statement_url', sa.Text(), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('written_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['line_id'], ['lines_to_take.id'], name=op.f('fk_line_versions_line_id_lines_to_take')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_line_versions')),
    sa.UniqueConstraint('line_id', 'number', name=op.f('uq_line_versions_line_id_number'))
    )
    op.create_table('apology_confirmations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('binding_hash', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('may_approve', sa.Boolean(), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_apology_confirmations_member_id_members')),
    sa.ForeignKeyConstraint(['version_id'], ['apology_versions.id'], name=op.f('fk_apology_confirmations_version_id_apology_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apology_confirmations')),
    sa.UniqueConstraint('version_id', 'member_id', name=op.f('uq_apology_confirmations_version_id_member_id'))
    )
    op.create_table('apology_returns',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_apology_returns_member_id_members')),
    sa.ForeignKeyConstraint(['version_id'], ['apology_versions.id'], name=op.f('fk_apology_returns_version_id_apology_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apology_returns'))
    )
    op.create_index(op.f('ix_apology_returns_version_id'), 'apology_returns', ['version_id'], unique=False)
    op.create_table('citations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fact_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('template_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('apology_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('line_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.CheckConstraint('(CASE WHEN template_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN apology_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN line_version_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN reply_id IS NULL THEN 0 ELSE 1 END) = 1', name=op.f('ck_citations_one_wording')),
    sa.ForeignKeyConstraint(['apology_version_id'], ['apology_versions.id'], name=op.f('fk_citations_apology_version_id_apology_versions')),
    sa.ForeignKeyConstraint(['fact_version_id'], ['fact_versions.id'], name=op.f('fk_citations_fact_version_id_fact_versions')),
    sa.ForeignKeyConstraint(['line_version_id'], ['line_versions.id'], name=op.f('fk_citations_line_version_id_line_versions')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_citations_reply_id_replies')),
    sa.ForeignKeyConstraint(['template_version_id'], ['reply_template_versions.id'], name=op.f('fk_citations_template_version_id_reply_template_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_citations'))
    )
    op.create_index(op.f('ix_citations_apology_version_id'), 'citations', ['apology_version_id'], unique=False)
    op.create_index(op.f('ix_citations_fact_version_id'), 'citations', ['fact_version_id'], unique=False)
    op.create_index(op.f('ix_citations_line_version_id'), 'citations', ['line_version_id'], unique=False)
    op.create_index(op.f('ix_citations_reply_id'), 'citations', ['reply_id'], unique=False)
    op.create_index(op.f('ix_citations_template_version_id'), 'citations', ['template_version_id'], unique=False)
    op.create_table('corrections',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('fact_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('follow_up_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['fact_version_id'], ['fact_versions.id'], name=op.f('fk_corrections_fact_version_id_fact_versions')),
    sa.ForeignKeyConstraint(['follow_up_id'], ['replies.id'], name=op.f('fk_corrections_follow_up_id_replies')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_corrections_member_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_corrections_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_corrections')),
    sa.UniqueConstraint('reply_id', 'fact_version_id', name=op.f('uq_corrections_reply_id_fact_version_id'))
    )
    op.create_table('promises',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('made_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('due_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('kept_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('kept_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_promises_account_id_accounts')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_promises_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['kept_by'], ['replies.id'], name=op.f('fk_promises_kept_by_replies')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_promises_member_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_promises_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_promises')),
    sa.UniqueConstraint('reply_id', name=op.f('uq_promises_reply_id'))
    )
    op.create_index(op.f('ix_promises_account_id_made_at'), 'promises', ['account_id', 'made_at'], unique=False)
    op.create_index(op.f('ix_promises_conversation_id'), 'promises', ['conversation_id'], unique=False)
    op.create_index('ix_promises_open', 'promises', ['due_at'], unique=False, sqlite_where=sa.text('kept_at IS NULL'), postgresql_where=sa.text('kept_at IS NULL'))
    op.create_table('reply_confirmations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('may_approve', sa.Boolean(), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_reply_confirmations_member_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_confirmations_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_confirmations')),
    sa.UniqueConstraint('reply_id', 'text_hash', 'member_id', name=op.f('uq_reply_confirmations_reply_id_text_hash_member_id'))
    )
    op.create_table('reply_cores',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_cores_reply_id_replies')),
    sa.ForeignKeyConstraint(['version_id'], ['apology_versions.id'], name=op.f('fk_reply_cores_version_id_apology_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_cores')),
    sa.UniqueConstraint('reply_id', 'version_id', name=op.f('uq_reply_cores_reply_id_version_id'))
    )
    op.create_index(op.f('ix_reply_cores_version_id'), 'reply_cores', ['version_id'], unique=False)
    op.create_table('reply_returns',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_reply_returns_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_reply_returns_member_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_returns_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_returns'))
    )
    op.create_index(op.f('ix_reply_returns_reply_id'), 'reply_returns', ['reply_id'], unique=False)
    op.create_table('reply_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_reply_versions_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_reply_versions_member_id_members')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_reply_versions_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_versions')),
    sa.UniqueConstraint('reply_id', 'number', name=op.f('uq_reply_versions_reply_id_number'))
    )
    op.create_index(op.f('ix_reply_versions_conversation_id'), 'reply_versions', ['conversation_id'], unique=False)
    op.add_column('accounts', sa.Column('approves_every_reply', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('accounts', sa.Column('confirmations_needed', sa.Integer(), server_default='2', nullable=False))
    op.add_column('accounts', sa.Column('approval_minutes', sa.Integer(), server_default='30', nullable=False))
    op.add_column('accounts', sa.Column('likeness_limit', sa.Integer(), nullable=True))
    op.add_column('members', sa.Column('supervised_until', inbox.models.base.UtcTime(), nullable=True))
    op.add_column('notices', sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('members.id', name=op.f('fk_notices_member_id_members')), nullable=True), inline_references=True)
    op.add_column('replies', sa.Column('template_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), sa.ForeignKey('reply_template_versions.id', name=op.f('fk_replies_template_version_id_reply_template_versions')), nullable=True), inline_references=True)
    op.add_column('replies', sa.Column('template_change', sa.Float(), nullable=True))
    op.add_column('replies', sa.Column('likeness_reason', inbox.models.base.OutsideText(), server_default='', nullable=False))
    op.add_column('replies', sa.Column('gate_outcome', sa.String(length=40), nullable=True))
    op.add_column('replies', sa.Column('promise_due_at', inbox.models.base.UtcTime(), nullable=True))
    op.create_index(op.f('ix_replies_template_id'), 'replies', ['template_id'], unique=False)
    op.add_column('reply_template_versions', sa.Column('placeholders', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), server_default='{}', nullable=False))
    op.add_column('reply_templates', sa.Column('tags', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), server_default='[]', nullable=False))
    op.add_column('reply_templates', sa.Column('starter_code', sa.String(length=60), nullable=True))
    op.create_index('ix_replies_waiting_for_approval', 'replies', ['submitted_at'], unique=False, sqlite_where=sa.text("state IN ('submitted', 'returned')"), postgresql_where=sa.text("state IN ('submitted', 'returned')"))
    op.create_index('ix_replies_unread_native', 'replies', ['id'], unique=False, sqlite_where=sa.text("origin = 'native' AND gate_outcome IS NULL"), postgresql_where=sa.text("origin = 'native' AND gate_outcome IS NULL"))
    op.create_index(op.f('ix_notices_object_type_object_id_code'), 'notices', ['object_type', 'object_id', 'code'], unique=False)
    op.create_index(op.f('ix_trail_actor_seq'), 'trail', ['actor', 'seq'], unique=False)
