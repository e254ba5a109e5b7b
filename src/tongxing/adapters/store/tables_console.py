"""The tables of the console: what verdicts can be found by, and who switched which playbook."""

from sqlalchemy import BigInteger, Column, Index, PrimaryKeyConstraint, Table, Text

from tongxing.adapters.store.tables import Serial, metadata

decision_term = Table(
    "decision_term",
    metadata,
    Column("term", BigInteger, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("leaf_index", BigInteger, nullable=False),
    PrimaryKeyConstraint("term", "at_us", "leaf_index"),
    Index("ix_decision_term_at_us_term", "at_us", "term"),
    Index("ix_decision_term_leaf_index", "leaf_index"),
    sqlite_with_rowid=False,
)
"""`term` is a keyed digest of a word such as `rule:quiet_hours`: without the master key it says nothing.

The rows of a client go when the keys of what was said to them are destroyed.
"""

switch_act = Table(
    "switch_act",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("playbook", Text, nullable=False, index=True),
    Column("act", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
    Column("leaf_index", BigInteger, nullable=False, index=True),
)
"""`act`: off, asked, declined, on; each is sealed as a leaf of the ledger."""
