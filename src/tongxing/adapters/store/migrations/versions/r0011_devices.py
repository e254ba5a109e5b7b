"""Devices: addresses, what is on its way, and which messages are copies.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

LIVE = sa.text("stage NOT IN ('delivered', 'withdrawn', 'undelivered')")


def upgrade() -> None:
    """New tables; every message there is stands on a page."""
    op.create_table(
        "device_address",
        sa.Column("address_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.SmallInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("address_id", name=("pk_device_address")),
    )
    op.create_index(("ix_device_address_client_id"), "device_address", ["client_id"], unique=False)
    op.create_table(
        "sending",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sending_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("made_us", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("last", sa.Text(), server_default="", nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row", name=("pk_sending")),
        sa.UniqueConstraint("sending_id", name=("uq_sending_sending_id")),
    )
    op.create_index("ix_sending_live", "sending", ["next_us"], sqlite_where=LIVE, postgresql_where=LIVE)
    op.create_index("ix_sending_client_id_channel_at_us", "sending", ["client_id", "channel", "at_us"])
    op.create_index("ix_sending_at_us", "sending", ["at_us"])
    op.add_column("message", sa.Column("device", sa.SmallInteger(), nullable=False, server_default="0"))
