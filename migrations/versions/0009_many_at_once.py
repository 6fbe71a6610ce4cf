"""tags, deeds over many conversations, and prepared replies"""

import sqlalchemy as sa
from alembic import op

import inbox.models.base

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tags',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=160), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('created_by', sa.String(length=60), nullable=False),
    sa.Column('retired_at', inbox.models.base.UtcTime(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_tags')),
    sa.UniqueConstraint('key', name=op.f('uq_tags_key'))
    )
    op.create_table('bulk_deeds',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('deed', sa.String(length=40), nullable=False),
    sa.Column('assignee_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('tag_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('words', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('running_until', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('asked_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('finished_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['assignee_id'], ['members.id'], name=op.f('fk_bulk_deeds_assignee_id_members')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_bulk_deeds_member_id_members')),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_bulk_deeds_tag_id_tags')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_deeds'))
    )
    op.create_index(op.f('ix_bulk_deeds_member_id_id'), 'bulk_deeds', ['member_id', 'id'], unique=False)
    op.create_index('ix_bulk_deeds_unfinished', 'bulk_deeds', ['id'], unique=False, sqlite_where=sa.text("state IN ('waiting', 'running')"), postgresql_where=sa.text("state IN ('waiting', 'running')"))
    op.create_table('bulk_deed_parts',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bulk_deed_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comments_seen', sa.Integer(), nullable=True),
    sa.Column('settled_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['bulk_deed_id'], ['bulk_deeds.id'], name=op.f('fk_bulk_deed_parts_bulk_deed_id_bulk_deeds')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_bulk_deed_parts_conversation_id_conversations')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_deed_parts')),
    sa.UniqueConstraint('bulk_deed_id', 'conversation_id', name=op.f('uq_bulk_deed_parts_bulk_deed_id_conversation_id'))
    )
    op.create_index(op.f('ix_bulk_deed_parts_bulk_deed_id_settled_at'), 'bulk_deed_parts', ['bulk_deed_id', 'settled_at'], unique=False)
    op.create_table('conversation_tags',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('tag_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('by', sa.String(length=60), nullable=False),
    sa.Column('ended_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('ended_by', sa.String(length=60), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_tags_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['tag_id'], ['tags.id'], name=op.f('fk_conversation_tags_tag_id_tags')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_conversation_tags'))
    )
    op.create_index(op.f('ix_conversation_tags_conversation_id'), 'conversation_tags', ['conversation_id'], unique=False)
    op.create_index('uq_conversation_tags_present', 'conversation_tags', ['tag_id', 'conversation_id'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
    op.create_table('bulk_replies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('comment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('template_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('template_version_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('promise_due_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('likeness_reason', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('pause_seconds', sa.Integer(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('started_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('stopped_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('stopped_code', sa.String(length=40), nullable=True),
    sa.Column('finished_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('next_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('running_until', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['comment_id'], ['comments.id'], name=op.f('fk_bulk_replies_comment_id_comments')),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_bulk_replies_member_id_members')),
    sa.ForeignKeyConstraint(['template_id'], ['reply_templates.id'], name=op.f('fk_bulk_replies_template_id_reply_templates')),
    sa.ForeignKeyConstraint(['template_version_id'], ['reply_template_versions.id'], name=op.f('fk_bulk_replies_template_version_id_reply_template_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bulk_replies'))
    )
    op.create_index(op.f('ix_bulk_replies_member_id_id'), 'bulk_replies', ['member_id', 'id'], unique=False)
    op.create_index('ix_bulk_replies_sending', 'bulk_replies', ['id'], unique=False, sqlite_where=sa.text("state = 'sending'"), postgresql_where=sa.text("state = 'sending'"))
    op.create_table('prepared_replies',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('bulk_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('seen_up_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('answered_up_to', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('prepared_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('text', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('filled', inbox.models.base.OutsideText(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('ticked_at', inbox.models.base.UtcTime(), nullable=True),
    sa.Column('code', sa.String(length=40), nullable=True),
    sa.Column('out_by', sa.String(length=120), nullable=True),
    sa.Column('reply_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('settled_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['bulk_id'], ['bulk_replies.id'], name=op.f('fk_prepared_replies_bulk_id_bulk_replies')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_prepared_replies_conversation_id_conversations')),
    sa.ForeignKeyConstraint(['reply_id'], ['replies.id'], name=op.f('fk_prepared_replies_reply_id_replies')),
    sa.ForeignKeyConstraint(['seen_up_to'], ['comment_versions.id'], name=op.f('fk_prepared_replies_seen_up_to_comment_versions')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_prepared_replies')),
    sa.UniqueConstraint('bulk_id', 'conversation_id', name=op.f('uq_prepared_replies_bulk_id_conversation_id'))
    )
    op.create_index(op.f('ix_prepared_replies_conversation_id'), 'prepared_replies', ['conversation_id'], unique=False)
