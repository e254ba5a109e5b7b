"""The tables of proof: which versions were sealed, and what finds a client without telling who it is."""

from sqlalchemy import BigInteger, Column, LargeBinary, Table, Text

from tongxing.adapters.store.tables import metadata

version_leaf = Table(
    "version_leaf",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("version", Text, primary_key=True),
    Column("leaf_index", BigInteger, nullable=False, index=True),
)
"""`kind`: policy or model; the leaf that seals since when this version is in force."""

blind_index = Table(
    "blind_index",
    metadata,
    Column("blind", LargeBinary, primary_key=True),
    Column("client_id", Text, primary_key=True, index=True),
)
"""`blind`: keyed digest of an identity number or a phone; it goes with the class identity."""
