"""the first tables"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base
from sqlalchemy.dialects import postgresql
revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:

    op.create_table('accounts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('network', sa.String(length=40), nullable=False),
    sa.Column('base_url', sa.String(length=255), nullable=False),
    sa.Column('identifier', sa.String(length=255), nullable=False),
    sa.Column('remote_id', sa.String(length=255), nullable=True),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('credentials', sa.LargeBinary(), nullable=True),
    sa.Column('scopes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('excess_scopes', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('token_expires_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('first_target_seconds', sa.Integer(), nullable=False),
    sa.Column('next_target_seconds', sa.Integer(), nullable=False),
    sa.Column('retention_months', sa.Integer(), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('disconnected_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('cursor', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('next_collection_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('collecting_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('last_attempt_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('last_success_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('newest_comment_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('failures_in_a_row', sa.Integer(), nullable=False),
    sa.Column('last_error_code', sa.String(length=40), nullable=True),
    sa.Column('last_error_detail', sa.Text(), nullable=True),
    sa.Column('quota_limit', sa.Integer(), nullable=True),
    sa.Column('quota_remaining', sa.Integer(), nullable=True),
    sa.Column('quota_reset_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('received_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('stored_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('known_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('quarantined_count', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_accounts')),
    sa.UniqueConstraint('network', 'base_url', 'identifier', name=op.f('uq_accounts_network_base_url_identifier'))
    )
    op.create_table('members',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('password_hash', sa.String(length=255), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('time_zone', sa.String(length=64), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('deactivated_at', inbox.models.base.UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_members')),
    sa.UniqueConstraint('email', name=op.f('uq_members_email'))
    )
    op.create_table('reply_templates',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('purpose', sa.Text(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=True),
    sa.Column('holding', sa.Boolean(), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.Column('retired_at', inbox.models.base.UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_templates'))
    )
    op.create_table('sign_in_attempts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=False),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('succeeded', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_attempts'))
    )
    with op.batch_alter_table('sign_in_attempts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sign_in_attempts_address_at'), ['address', 'at'], unique=False)
        batch_op.create_index(batch_op.f('ix_sign_in_attempts_email_at'), ['email', 'at'], unique=False)

    op.create_table('trail',
    sa.Column('seq', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('actor', sa.String(length=60), nullable=False),
    sa.Column('action', sa.String(length=60), nullable=False),
    sa.Column('object_type', sa.String(length=40), nullable=False),
    sa.Column('object_id', sa.String(length=60), nullable=False),
    sa.Column('params', sa.Text(), nullable=False),
    sa.Column('previous_hash', sa.String(length=64), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('seq', name=op.f('pk_trail'))
    )
    with op.batch_alter_table('trail', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_trail_action_seq'), ['action', 'seq'], unique=False)
        batch_op.create_index(batch_op.f('ix_trail_object_type_object_id_seq'), ['object_type', 'object_id', 'seq'], unique=False)

    op.create_table('apologies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('title', sa.String(length=200), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('expires_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_apologies_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apologies'))
    )
    op.create_table('authors',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=512), nullable=False),
    sa.Column('identifier', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('display_name', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('followers', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('first_seen_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('comment_count', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_authors_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_authors')),
    sa.UniqueConstraint('account_id', 'remote_id', name=op.f('uq_authors_account_id_remote_id'))
    )
    op.create_table('collection_gaps',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('started_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('noticed_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_collection_gaps_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_collection_gaps'))
    )
    with op.batch_alter_table('collection_gaps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_collection_gaps_account_id'), ['account_id'], unique=False)

    op.create_table('member_roles',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('role', sa.String(length=40), nullable=False),
    sa.Column('granted_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('granted_by', sa.String(length=60), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_member_roles_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_roles'))
    )
    with op.batch_alter_table('member_roles', schema=None) as batch_op:
        batch_op.create_index('uq_member_roles_present', ['member_id', 'role'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('member_sessions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('last_seen_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('expires_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('address', sa.String(length=64), nullable=False),
    sa.Column('browser', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_member_sessions_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_member_sessions')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_member_sessions_token_hash'))
    )
    with op.batch_alter_table('member_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_member_sessions_member_id'), ['member_id'], unique=False)

    op.create_table('posts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=512), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('author_name', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('is_ours', sa.Boolean(), nullable=False),
    sa.Column('media', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('published_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_posts_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posts')),
    sa.UniqueConstraint('account_id', 'remote_id', name=op.f('uq_posts_account_id_remote_id'))
    )
    op.create_table('quarantine',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=512), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('detail', sa.Text(), nullable=False),
    sa.Column('payload', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('read_with', sa.String(length=40), nullable=False),
    sa.Column('resolved_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_quarantine_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quarantine')),
    sa.UniqueConstraint('account_id', 'digest', name=op.f('uq_quarantine_account_id_digest'))
    )
    op.create_table('queue_counters',
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('entries', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_queue_counters_account_id_accounts')),
    sa.PrimaryKeyConstraint('account_id', 'state', name=op.f('pk_queue_counters'))
    )
    op.create_table('reply_template_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('texts', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('written_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['template_id'], ['reply_templates.id'], name=op.f('fk_reply_template_versions_template_id_reply_templates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reply_template_versions')),
    sa.UniqueConstraint('template_id', 'number', name=op.f('uq_reply_template_versions_template_id_number'))
    )
    op.create_table('sending_holds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('placed_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('placed_by', sa.String(length=60), nullable=False),
    sa.Column('released_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('released_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_sending_holds_account_id_accounts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sending_holds'))
    )
    with op.batch_alter_table('sending_holds', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sending_holds_account_id'), ['account_id'], unique=False)

    op.create_table('apology_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('apology_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('core', sa.Text(), nullable=False),
    sa.Column('core_hash', sa.String(length=64), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('written_by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['apology_id'], ['apologies.id'], name=op.f('fk_apology_versions_apology_id_apologies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_apology_versions')),
    sa.UniqueConstraint('apology_id', 'number', name=op.f('uq_apology_versions_apology_id_number'))
    )
    op.create_table('conversations',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('thread_id', sa.String(length=512), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('assignee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('opened_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('last_comment_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('last_reply_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('comment_count', sa.Integer(), nullable=False),
    sa.Column('waiting_since', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('due_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('snoozed_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('no_answer_reason', sa.String(length=40), nullable=True),
    sa.Column('no_answer_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_conversations_account_id_accounts')),
    sa.ForeignKeyConstraint(['assignee_id'], ['members.id'], name=op.f('fk_conversations_assignee_id_members')),
    sa.ForeignKeyConstraint(['author_id'], ['authors.id'], name=op.f('fk_conversations_author_id_authors')),
    sa.ForeignKeyConstraint(['no_answer_by'], ['members.id'], name=op.f('fk_conversations_no_answer_by_members')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_conversations_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversations')),
    sa.UniqueConstraint('account_id', 'author_id', 'thread_id', name=op.f('uq_conversations_account_id_author_id_thread_id'))
    )
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversations_author_id_state'), ['author_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_conversations_post_id_state'), ['post_id', 'state'], unique=False)
        batch_op.create_index('ix_conversations_snoozed_until', ['snoozed_until'], unique=False, sqlite_where=sa.text("state = 'snoozed'"), postgresql_where=sa.text("state = 'snoozed'"))

    op.create_table('comments',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=512), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('post_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('parent_remote_id', sa.String(length=512), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('posted_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('looked_up_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('can_reply', sa.Boolean(), nullable=False),
    sa.Column('can_reply_code', sa.String(length=40), nullable=True),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('sentiment', sa.Float(), nullable=False),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('reasons', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('corrected_by', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_comments_account_id_accounts')),
    sa.ForeignKeyConstraint(['author_id'], ['authors.id'], name=op.f('fk_comments_author_id_authors')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_comments_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['corrected_by'], ['members.id'], name=op.f('fk_comments_corrected_by_members')),
    sa.ForeignKeyConstraint(['post_id'], ['posts.id'], name=op.f('fk_comments_post_id_posts')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comments')),
    sa.UniqueConstraint('account_id', 'remote_id', name=op.f('uq_comments_account_id_remote_id'))
    )
    with op.batch_alter_table('comments', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_comments_author_id_posted_at'), ['author_id', 'posted_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_comments_conversation_id_posted_at'), ['conversation_id', 'posted_at'], unique=False)
        batch_op.create_index('ix_comments_watched', ['account_id', 'looked_up_at', 'posted_at'], unique=False, sqlite_where=sa.text("state <> 'tombstoned'"), postgresql_where=sa.text("state <> 'tombstoned'"))

    op.create_table('notes',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_notes_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_notes_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    with op.batch_alter_table('notes', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notes_conversation_id'), ['conversation_id'], unique=False)

    op.create_table('queue_entries',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('network', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_count', sa.Integer(), nullable=False),
    sa.Column('urgency', sa.SmallInteger(), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('language', sa.String(length=8), nullable=False),
    sa.Column('assignee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('due_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('waiting_since', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('last_comment_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_queue_entries_account_id_accounts')),
    sa.ForeignKeyConstraint(['assignee_id'], ['members.id'], name=op.f('fk_queue_entries_assignee_id_members')),
    sa.ForeignKeyConstraint(['author_id'], ['authors.id'], name=op.f('fk_queue_entries_author_id_authors')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_queue_entries_conversation_id_conversations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_entries')),
    sa.UniqueConstraint('author_id', 'state', name=op.f('uq_queue_entries_author_id_state'))
    )
    with op.batch_alter_table('queue_entries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_queue_entries_account_id_state_urgency_due_at_author_id'), ['account_id', 'state', 'urgency', 'due_at', 'author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_assignee_id_state_urgency_due_at_author_id'), ['assignee_id', 'state', 'urgency', 'due_at', 'author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_state_urgency_due_at_author_id'), ['state', 'urgency', 'due_at', 'author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entries_state_waiting_since_author_id'), ['state', 'waiting_since', 'author_id'], unique=False)

    op.create_table('comment_versions',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.SmallInteger(), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=True),
    sa.Column('salt', sa.LargeBinary(length=16), nullable=True),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('written_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_comment_versions_comment_id_comments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_comment_versions')),
    sa.UniqueConstraint('comment_id', 'number', name=op.f('uq_comment_versions_comment_id_number'))
    )
    op.create_table('raw_payloads',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=512), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('digest', sa.LargeBinary(length=32), nullable=False),
    sa.Column('payload', sa.Text(), nullable=True),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_raw_payloads_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_raw_payloads_comment_id_comments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_raw_payloads')),
    sa.UniqueConstraint('account_id', 'remote_id', 'digest', name=op.f('uq_raw_payloads_account_id_remote_id_digest'))
    )
    with op.batch_alter_table('raw_payloads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_raw_payloads_comment_id'), ['comment_id'], unique=False)

    op.create_table('tombstones',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('by', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_tombstones_comment_id_comments')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tombstones')),
    sa.UniqueConstraint('comment_id', name=op.f('uq_tombstones_comment_id'))
    )
    op.create_table('replies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('origin', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('automatic', sa.Boolean(), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('text_hash', sa.String(length=64), nullable=False),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('seen_up_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('key', sa.String(length=32), nullable=False),
    sa.Column('target_remote_id', sa.String(length=512), nullable=True),
    sa.Column('remote_id', sa.String(length=512), nullable=True),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('submitted_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('approved_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('queued_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('not_before', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('sending_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('sending_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('sent_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('confirmed_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('read_back_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('error_code', sa.String(length=40), nullable=True),
    sa.Column('error_detail', sa.Text(), nullable=True),
    sa.Column('held_code', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_replies_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_replies_comment_id_comments')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_replies_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_replies_member_id_members')),
    sa.ForeignKeyConstraint(['seen_up_to'], ['comment_versions.id'], name=op.f('fk_replies_seen_up_to_comment_versions')),
    sa.ForeignKeyConstraint(['template_id'], ['reply_templates.id'], name=op.f('fk_replies_template_id_reply_templates')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_replies')),
    sa.UniqueConstraint('account_id', 'remote_id', name=op.f('uq_replies_account_id_remote_id')),
    sa.UniqueConstraint('form_key', name=op.f('uq_replies_form_key')),
    sa.UniqueConstraint('key', name=op.f('uq_replies_key'))
    )
    with op.batch_alter_table('replies', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_replies_conversation_id_created_at'), ['conversation_id', 'created_at'], unique=False)
        batch_op.create_index('ix_replies_due', ['not_before', 'id'], unique=False, sqlite_where=sa.text("state IN ('queued', 'sending', 'unconfirmed')"), postgresql_where=sa.text("state IN ('queued', 'sending', 'unconfirmed')"))

    op.create_table('own_messages',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('remote_id', sa.String(length=512), nullable=False),
    sa.Column('thread_id', sa.String(length=512), nullable=False),
    sa.Column('parent_remote_id', sa.String(length=512), nullable=True),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('url', sa.Text(), nullable=True),
    sa.Column('posted_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_own_messages_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_own_messages_comment_id_comments')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_own_messages_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_own_messages_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_own_messages')),
    sa.UniqueConstraint('account_id', 'remote_id', name=op.f('uq_own_messages_account_id_remote_id'))
    )
    with op.batch_alter_table('own_messages', schema=None) as batch_op:
        batch_op.create_index('ix_own_messages_unplaced_parent', ['account_id', 'parent_remote_id'], unique=False, sqlite_where=sa.text('reply_id IS NULL'), postgresql_where=sa.text('reply_id IS NULL'))
        batch_op.create_index('ix_own_messages_unplaced_thread', ['account_id', 'thread_id'], unique=False, sqlite_where=sa.text('reply_id IS NULL'), postgresql_where=sa.text('reply_id IS NULL'))

    op.create_table('waits',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('account_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('ordinal', sa.Integer(), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('opened_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('received_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('target_seconds', sa.Integer(), nullable=False),
    sa.Column('due_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('first_opened_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('closed_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('seconds', sa.Float(), nullable=True),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('substantive_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('superseded_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['account_id'], ['accounts.id'], name=op.f('fk_waits_account_id_accounts')),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_waits_comment_id_comments')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_waits_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_waits_reply_id_replies')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_waits'))
    )
    with op.batch_alter_table('waits', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_waits_account_id_opened_at_seconds'), ['account_id', 'opened_at', 'seconds'], unique=False)
        batch_op.create_index('uq_waits_open', ['conversation_id'], unique=True, sqlite_where=sa.text('closed_at IS NULL AND superseded_at IS NULL'), postgresql_where=sa.text('closed_at IS NULL AND superseded_at IS NULL'))
        batch_op.create_index('uq_waits_ordinal', ['conversation_id', 'ordinal'], unique=True, sqlite_where=sa.text('superseded_at IS NULL'), postgresql_where=sa.text('superseded_at IS NULL'))


    if op.get_bind().dialect.name == 'postgresql':
        _tables_of_the_job_engine()


def _tables_of_the_job_engine() -> None:
    """What Huey's PostgresStorage (3.5) would make for itself, if the application's role were allowed to."""
    op.create_table('huey_kv',
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('queue', 'key', name='huey_kv_pkey')
    )
    op.create_table('huey_schedule',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('timestamp', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id', name='huey_schedule_pkey')
    )
    op.create_index('huey_schedule_queue_timestamp', 'huey_schedule', ['queue', 'timestamp'])
    op.create_table('huey_task',
    sa.Column('id', sa.BigInteger(), nullable=False),
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('priority', sa.Double(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('id', name='huey_task_pkey')
    )
    op.create_index('huey_task_queue_priority_id', 'huey_task', ['queue', sa.text('priority DESC'), 'id'])
    op.create_table('huey_counter',
    sa.Column('queue', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.BigInteger(), server_default='0', nullable=False),
    sa.PrimaryKeyConstraint('queue', 'key', name='huey_counter_pkey')
    )
