"""What a leaf is of: its event, its class of records; versions in force; who looked, sealed; blind look-ups.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables, and columns with a default: nothing that was kept changes."""
    op.add_column("record_key", sa.Column("retention", sa.Text(), nullable=False, server_default="conduct"))
    op.add_column("record_key", sa.Column("source", sa.Text(), nullable=False, server_default="house"))
    op.add_column("record_key", sa.Column("event_seq", sa.BigInteger(), nullable=True))
    op.create_index("ix_record_key_client_id_leaf_index", "record_key", ["client_id", "leaf_index"])
    op.create_index("ix_record_key_event_seq", "record_key", ["event_seq"])
    op.add_column("access_entry", sa.Column("leaf_index", sa.BigInteger(), nullable=True))
    op.add_column("access_entry", sa.Column("about_leaf", sa.BigInteger(), nullable=True))
    op.add_column("access_entry", sa.Column("field", sa.Text(), nullable=True))
    op.create_index("ix_access_entry_leaf_index", "access_entry", ["leaf_index"])
    op.create_index("ix_access_entry_act_row", "access_entry", ["act", "row"])
    op.create_table(
        "version_leaf",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "version", name="pk_version_leaf"),
    )
    op.create_index("ix_version_leaf_leaf_index", "version_leaf", ["leaf_index"])
    op.create_table(
        "blind_index",
        sa.Column("blind", sa.LargeBinary(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("blind", "client_id", name="pk_blind_index"),
    )
    op.create_index("ix_blind_index_client_id", "blind_index", ["client_id"])
