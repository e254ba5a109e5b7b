"""Who stands in for an absent adviser, from which day to which, and whom a look was taken for.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A new table, and a column that may be empty: nothing that was kept changes."""
    op.create_table(
        "substitute",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("absent_id", sa.Text(), nullable=False),
        sa.Column("substitute_id", sa.Text(), nullable=False),
        sa.Column("from_day", sa.Text(), nullable=False),
        sa.Column("to_day", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("row", name=("pk_substitute")),
    )
    op.create_index("ix_substitute_absent_id", "substitute", ["absent_id"], unique=False)
    op.create_index("ix_substitute_substitute_id", "substitute", ["substitute_id"], unique=False)
    op.add_column("access_entry", sa.Column("in_place_of", sa.Text(), nullable=True))
