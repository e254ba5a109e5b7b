"""What verdicts are found by, acts on playbook switches, and when a book was first kept.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables, indexes and columns that may be empty: nothing that was kept changes."""
    op.create_table(
        "decision_term",
        sa.Column("term", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("term", "at_us", "leaf_index", name=("pk_decision_term")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_decision_term_at_us_term", "decision_term", ["at_us", "term"], unique=False)
    op.create_index("ix_decision_term_leaf_index", "decision_term", ["leaf_index"], unique=False)
    op.create_table(
        "switch_act",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("playbook", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=("pk_switch_act")),
    )
    op.create_index("ix_switch_act_playbook", "switch_act", ["playbook"], unique=False)
    op.create_index("ix_switch_act_leaf_index", "switch_act", ["leaf_index"], unique=False)
    op.add_column("decision", sa.Column("sealed_us", sa.BigInteger(), nullable=True))
    op.add_column("book_copy", sa.Column("kept_us", sa.BigInteger(), nullable=True))
    op.create_index("ix_decision_at_us_leaf_index", "decision", ["at_us", "leaf_index"], unique=False)
    op.create_index(
        "ix_decision_client_id_at_us_leaf_index",
        "decision",
        ["client_id", "at_us", "leaf_index"],
        unique=False,
    )
    op.create_index("ix_decision_leaf_index", "decision", ["leaf_index"], unique=False)
    op.create_index("ix_message_sent_at_us", "message", ["sent_at_us"], unique=False)
