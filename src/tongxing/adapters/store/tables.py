"""The tables of a store. Instants are microseconds since 1970; what is personal is sealed by the vault.

Migrations in `migrations/versions` make these tables; a test holds both equal.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Serial = BigInteger().with_variant(Integer, "sqlite")
"""A row number: SQLite counts by itself only in a column of type INTEGER."""

client = Table(
    "client",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("partition", SmallInteger, nullable=False),
    sqlite_with_rowid=False,
)

event = Table(
    "event",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("source", Text, nullable=False),
    Column("source_seq", Text, nullable=False),
    Column("client_id", Text, ForeignKey("client.client_id"), nullable=False),
    Column("partition", SmallInteger, nullable=False),
    Column("ts_us", BigInteger, nullable=False),
    Column("known_at_us", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("retention", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    UniqueConstraint("source", "source_seq"),
    Index("ix_event_client_id_seq", "client_id", "seq"),
)

fold_offset = Table(
    "fold_offset",
    metadata,
    Column("partition", SmallInteger, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)

worker = Table(
    "worker",
    metadata,
    Column("worker_id", Text, primary_key=True),
    Column("until_us", BigInteger, nullable=False),
)
"""Workers alive by the database's clock; who removes a row takes its partitions from its worker."""

lease = Table(
    "lease",
    metadata,
    Column("partition", SmallInteger, primary_key=True, autoincrement=False),
    Column("worker_id", Text, ForeignKey("worker.worker_id", ondelete="SET NULL"), index=True),
)
"""Whose partition it is; NULL: nobody's. One worker of an embedded store needs none of these rows."""

client_state = Table(
    "client_state",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("blob", LargeBinary, nullable=False),
)

leaf = Table(
    "leaf",
    metadata,
    Column("leaf_index", Serial, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("encoded", LargeBinary, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("log", Text, nullable=False, server_default="records"),
    Column("place", BigInteger),
    Index("ix_leaf_log_place", "log", "place", unique=True),
)
"""`log`: `records` or `access`; `place`: index of the entry in that log, from 0, without gaps."""

record_key = Table(
    "record_key",
    metadata,
    Column("leaf_index", Serial, ForeignKey("leaf.leaf_index"), primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("retention", Text, nullable=False, server_default="conduct"),
    Column("source", Text, nullable=False, server_default="house"),
    Column("event_seq", BigInteger, index=True),
    Index("ix_record_key_client_id_leaf_index", "client_id", "leaf_index"),
)
"""`retention`, `source`: whose key seals the record key; `event_seq`: the event that the leaf commits to."""

decision = Table(
    "decision",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("decision_id", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("chosen", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("leaf_index", BigInteger, ForeignKey("leaf.leaf_index"), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("sealed_us", BigInteger),
    Index("ix_decision_client_id_row", "client_id", "row"),
    Index("ix_decision_at_us_leaf_index", "at_us", "leaf_index"),
    Index("ix_decision_client_id_at_us_leaf_index", "client_id", "at_us", "leaf_index"),
    Index("ix_decision_leaf_index", "leaf_index"),
)
"""`sealed_us` is the machine's clock when the record was written: only for how long it took."""

outbox = Table(
    "outbox",
    metadata,
    Column("outbox_id", Serial, primary_key=True),
    Column("idem", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False),
    Column("leaf_index", BigInteger, ForeignKey("leaf.leaf_index"), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Column("partition", SmallInteger, nullable=False),
    Index(
        "ix_outbox_waiting",
        "outbox_id",
        sqlite_where=text("outcome = ''"),
        postgresql_where=text("outcome = ''"),
    ),
)

message = Table(
    "message",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("message_id", Text, nullable=False, unique=True),
    Column("touch_id", Text, nullable=False, index=True),
    Column("client_id", Text, nullable=False),
    Column("sent_at_us", BigInteger, nullable=False),
    Column("valid_until_us", BigInteger, nullable=False),
    Column("leaf_index", BigInteger, ForeignKey("leaf.leaf_index"), nullable=False),
    Column("receipt_index", BigInteger, ForeignKey("leaf.leaf_index"), nullable=False),
    Column("dismissed", SmallInteger, nullable=False, server_default="0"),
    Column("payload", LargeBinary, nullable=False),
    Column("device", SmallInteger, nullable=False, server_default="0"),
    Index("ix_message_client_id_valid_until_us", "client_id", "valid_until_us"),
    Index("ix_message_sent_at_us", "sent_at_us"),
)

timer = Table(
    "timer",
    metadata,
    Column("timer_id", Serial, primary_key=True),
    Column("idem", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("due_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="set"),
    Column("partition", SmallInteger, nullable=False),
    Index(
        "ix_timer_due",
        "due_us",
        "timer_id",
        sqlite_where=text("state = 'set'"),
        postgresql_where=text("state = 'set'"),
    ),
    Index(
        "ix_timer_client_id",
        "client_id",
        sqlite_where=text("state = 'set'"),
        postgresql_where=text("state = 'set'"),
    ),
)

data_key = Table(
    "data_key",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("retention", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary),
    sqlite_with_rowid=False,
)
"""`wrapped` is NULL once a key was destroyed; the row stays to say so."""

aside = Table(
    "aside",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("client_id", Text, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("client_id", "seq", "what"),
)

job = Table(
    "job",
    metadata,
    Column("job_id", Serial, primary_key=True),
    Column("name", Text, nullable=False),
    Column("argument", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("note", Text, nullable=False, server_default=""),
    Index("ix_job_state", "state", "job_id"),
)

setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

book_copy = Table(
    "book_copy",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("pages", LargeBinary, nullable=False),
    Column("kept_us", BigInteger),
)
"""`kept_us`: when the machine first loaded it; NULL for one kept by an earlier version."""
