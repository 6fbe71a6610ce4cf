"""What was written is found by its words, and ways to look are kept

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import inbox.models.base
import inbox.models.findable

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('findables',
    sa.Column('position', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('conversation_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('words', inbox.models.findable.Words(), nullable=False),
    sa.PrimaryKeyConstraint('position', name=op.f('pk_findables'))
    )
    op.create_table('index_tasks',
    sa.Column('task', sa.String(length=20), nullable=False),
    sa.Column('remaining', sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint('task', name=op.f('pk_index_tasks'))
    )
    op.create_table('views',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('member_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('filters', sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), 'postgresql'), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('created_at', inbox.models.base.UtcTime(), nullable=False),
    sa.Column('retired_at', inbox.models.base.UtcTime(), nullable=True),
    sa.ForeignKeyConstraint(['member_id'], ['members.id'], name=op.f('fk_views_member_id_members')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_views'))
    )
    op.create_index(op.f('ix_views_member_id'), 'views', ['member_id'], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        # The words come folded, with a space between them: every byte that is not ASCII belongs to a word.
        op.execute(
            "CREATE VIRTUAL TABLE fts_findables USING fts5(words, content='findables', content_rowid='position',"
            " columnsize=0, tokenize='ascii')"
        )
    else:
        op.execute("CREATE INDEX fts_findables_words ON findables USING gin (words)")

    # What is there already is indexed by the worker, batch by batch, so that no upgrade keeps the product closed.
    for task, table in (("comment", "comments"), ("reply", "replies"), ("note", "notes"), ("author", "authors")):
        op.execute(f"INSERT INTO index_tasks (task, remaining) SELECT '{task}', coalesce(max(id), 0) FROM {table}")
    op.execute("INSERT INTO index_tasks (task, remaining) VALUES ('forget', 0)")

