"""The tables of devices: where they are, and what is on its way to them."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text, text

from tongxing.adapters.store.tables import Serial, metadata

device_address = Table(
    "device_address",
    metadata,
    Column("address_id", Text, primary_key=True),
    Column("client_id", Text, nullable=False, index=True),
    Column("channel", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("confirmed", SmallInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
)
"""`payload` is sealed under the client's key of the class `sensitive`: erased at once when asked."""

sending = Table(
    "sending",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("sending_id", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False),
    Column("partition", SmallInteger, nullable=False),
    Column("channel", Text, nullable=False),
    Column("leaf_index", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("stage", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_us", BigInteger, nullable=False),
    Column("last", Text, nullable=False, server_default=""),
    Column("payload", LargeBinary, nullable=False),
    Index(
        "ix_sending_live",
        "next_us",
        sqlite_where=text("stage NOT IN ('delivered', 'withdrawn', 'undelivered')"),
        postgresql_where=text("stage NOT IN ('delivered', 'withdrawn', 'undelivered')"),
    ),
    Index("ix_sending_client_id_channel_at_us", "client_id", "channel", "at_us"),
    Index("ix_sending_at_us", "at_us"),
)
"""`payload` is sealed as every record of the house is; `next_us` and `made_us` are the machine's clock."""
