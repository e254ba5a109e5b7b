"""The table of dialogues: what the next turn of a client's chat may lean on, sealed, one row a client."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from tongxing.adapters.store.tables import metadata

dialogue = Table(
    "dialogue",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""`version` grows by one with each turn: of two turns at once the second begins anew."""
