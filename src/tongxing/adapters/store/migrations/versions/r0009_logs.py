"""Two logs: each leaf has a place in one of them.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every leaf there is stays in `records` under its old index, looks too: it may be published there."""
    op.add_column("leaf", sa.Column("log", sa.Text(), nullable=False, server_default="records"))
    op.add_column("leaf", sa.Column("place", sa.BigInteger(), nullable=True))
    op.execute("UPDATE leaf SET place = leaf_index")
    op.create_index("ix_leaf_log_place", "leaf", ["log", "place"], unique=True)
