"""The first store: log, states, ledger, records, queues, keys and the desk."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Everything: there was nothing before."""
    _log()
    _ledger()
    _records()
    _waiting()
    _desk()


def _log() -> None:
    """The event log, who is in it, how far it is folded, and what came of it."""
    op.create_table(
        "client",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name="pk_client"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "event",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_seq", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("ts_us", sa.BigInteger(), nullable=False),
        sa.Column("known_at_us", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["client_id"], ["client.client_id"], name="fk_event_client_id"),
        sa.PrimaryKeyConstraint("seq", name="pk_event"),
        sa.UniqueConstraint("source", "source_seq", name="uq_event_source_source_seq"),
    )
    op.create_index("ix_event_client_id_seq", "event", ["client_id", "seq"], unique=False)
    op.create_table(
        "fold_offset",
        sa.Column("partition", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("partition", name="pk_fold_offset"),
    )
    op.create_table(
        "client_state",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("client_id", name="pk_client_state"),
    )


def _ledger() -> None:
    """Leaves in order, and the record keys that open them."""
    op.create_table(
        "leaf",
        sa.Column("leaf_index", SERIAL, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name="pk_leaf"),
    )
    op.create_table(
        "record_key",
        sa.Column("leaf_index", SERIAL, nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.leaf_index"], name="fk_record_key_leaf_index"),
        sa.PrimaryKeyConstraint("leaf_index", name="pk_record_key"),
    )


def _records() -> None:
    """What was decided and what was said."""
    op.create_table(
        "decision",
        sa.Column("row", SERIAL, nullable=False),
        sa.Column("decision_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("chosen", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.leaf_index"], name="fk_decision_leaf_index"),
        sa.PrimaryKeyConstraint("row", name="pk_decision"),
        sa.UniqueConstraint("decision_id", name="uq_decision_decision_id"),
    )
    op.create_index("ix_decision_client_id_row", "decision", ["client_id", "row"], unique=False)
    op.create_table(
        "message",
        sa.Column("row", SERIAL, nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("touch_id", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("sent_at_us", sa.BigInteger(), nullable=False),
        sa.Column("valid_until_us", sa.BigInteger(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("receipt_index", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.leaf_index"], name="fk_message_leaf_index"),
        sa.ForeignKeyConstraint(["receipt_index"], ["leaf.leaf_index"], name="fk_message_receipt_index"),
        sa.PrimaryKeyConstraint("row", name="pk_message"),
        sa.UniqueConstraint("message_id", name="uq_message_message_id"),
    )
    op.create_index(
        "ix_message_client_id_valid_until_us", "message", ["client_id", "valid_until_us"], unique=False
    )
    op.create_index("ix_message_touch_id", "message", ["touch_id"], unique=False)


def _waiting() -> None:
    """What waits to be sent, and what waits for its time."""
    op.create_table(
        "outbox",
        sa.Column("outbox_id", SERIAL, nullable=False),
        sa.Column("idem", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("leaf_index", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["leaf_index"], ["leaf.leaf_index"], name="fk_outbox_leaf_index"),
        sa.PrimaryKeyConstraint("outbox_id", name="pk_outbox"),
        sa.UniqueConstraint("idem", name="uq_outbox_idem"),
    )
    op.create_index(
        "ix_outbox_waiting", "outbox", ["outbox_id"], unique=False, sqlite_where=sa.text("outcome = ''")
    )
    op.create_table(
        "timer",
        sa.Column("timer_id", SERIAL, nullable=False),
        sa.Column("idem", sa.Text(), nullable=False),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), server_default="set", nullable=False),
        sa.PrimaryKeyConstraint("timer_id", name="pk_timer"),
        sa.UniqueConstraint("idem", name="uq_timer_idem"),
    )
    op.create_index("ix_timer_client_id", "timer", ["client_id"], unique=False)
    op.create_index(
        "ix_timer_due", "timer", ["due_us", "timer_id"], unique=False, sqlite_where=sa.text("state = 'set'")
    )


def _desk() -> None:
    """Keys, jobs, settings, copies of books."""
    op.create_table(
        "data_key",
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("retention", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("client_id", "retention", "source", "version", name="pk_data_key"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "job",
        sa.Column("job_id", SERIAL, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("argument", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("total", sa.Integer(), server_default="0", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job"),
    )
    op.create_index("ix_job_state", "job", ["state", "job_id"], unique=False)
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_setting"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "book_copy",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("pages", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_book_copy"),
    )
