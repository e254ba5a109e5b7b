"""The table of what the door holds for some minutes."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from tongxing.adapters.store.tables import metadata

held = Table(
    "held",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("until_us", BigInteger, nullable=False, index=True),
    Column("body", LargeBinary, nullable=False),
)
"""`body` is sealed: under the client's key where a client typed it, else under the person's."""
