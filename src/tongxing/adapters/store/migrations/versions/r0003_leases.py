"""Many workers: whose partition it is, and the partition of what waits.

Revision ID: 0003
Revises: 0002
"""

from hashlib import blake2b

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

PARTITIONS = 64
ROWS_AT_ONCE = 10_000
WAITING = {
    "outbox": ("outbox_id", "outcome = ''", {"ix_outbox_waiting": ["outbox_id"]}),
    "timer": (
        "timer_id",
        "state = 'set'",
        {"ix_timer_due": ["due_us", "timer_id"], "ix_timer_client_id": ["client_id"]},
    ),
}


def upgrade() -> None:
    """Leases, and a partition for each row that waits."""
    op.create_table(
        "worker",
        sa.Column("worker_id", sa.Text(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name="pk_worker"),
    )
    lease = op.create_table(
        "lease",
        sa.Column("partition", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("worker_id", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["worker.worker_id"], name="fk_lease_worker_id", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("partition", name="pk_lease"),
    )
    op.create_index("ix_lease_worker_id", "lease", ["worker_id"], unique=False)
    op.bulk_insert(lease, [{"partition": number} for number in range(PARTITIONS)])
    for table, (key, where, indexes) in WAITING.items():
        for index in indexes:
            op.drop_index(index, table_name=table)
        op.add_column(table, sa.Column("partition", sa.SmallInteger(), nullable=True))
        _fill(table, key)
        with op.batch_alter_table(table) as altered:
            altered.alter_column("partition", existing_type=sa.SmallInteger(), nullable=False)
        for index, columns in indexes.items():
            op.create_index(
                index,
                table,
                columns,
                unique=False,
                sqlite_where=sa.text(where),
                postgresql_where=sa.text(where),
            )


def _fill(name: str, key: str) -> None:
    """The partition of each row's client, by the rule of the log."""
    table = sa.table(
        name,
        sa.column(key, sa.BigInteger()),
        sa.column("client_id", sa.Text()),
        sa.column("partition", sa.SmallInteger()),
    )
    number = table.c[key]
    connection, after = op.get_bind(), 0
    place = (
        sa.update(table)
        .where(number == sa.bindparam("of_row"))
        .values(partition=sa.bindparam("in_partition"))
    )
    page = sa.select(number, table.c.client_id).order_by(number).limit(ROWS_AT_ONCE)
    while rows := connection.execute(page.where(number > after)).all():
        connection.execute(
            place, [{"of_row": row, "in_partition": partition_of(client)} for row, client in rows]
        )
        after = rows[-1][0]


def partition_of(client_id: str) -> int:
    """As the store counts; written out here because a published revision never changes."""
    return int.from_bytes(blake2b(client_id.encode(), digest_size=8).digest(), "big") % PARTITIONS
