"""The tables of people who sign in, of what they have to do, and of doors for other systems."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, SmallInteger, Table, Text

from tongxing.adapters.store.tables import Serial, metadata

person = Table(
    "person",
    metadata,
    Column("person_id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False, index=True),
    Column("team", Text),
    Column("client_id", Text),
    Column("licence", Text),
    Column("password", Text),
    Column("one_time", LargeBinary),
    Column("one_time_step", BigInteger),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("locked_until_us", BigInteger),
    Column("active", SmallInteger, nullable=False, server_default="1"),
)
"""`password` is an argon2 hash; `one_time` the sealed seed of the codes;
`one_time_step` the last one used."""

session = Table(
    "session",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("form_key", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("seen_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    Column("key_hash", LargeBinary, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("until_us", BigInteger),
    Column("revoked", SmallInteger, nullable=False, server_default="0"),
)

assignment = Table(
    "assignment",
    metadata,
    Column("client_id", Text, primary_key=True),
    Column("adviser_id", Text, nullable=False, index=True),
    Column("since_us", BigInteger, nullable=False),
)

access_entry = Table(
    "access_entry",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("at_us", BigInteger, nullable=False),
    Column("person_id", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("client_id", Text, index=True),
    Column("purpose", Text, nullable=False),
    Column("reason", LargeBinary),
    Column("allowed", SmallInteger, nullable=False),
    Column("policies", Text, nullable=False),
    Column("in_place_of", Text),
    Column("leaf_index", BigInteger, index=True),
    Column("about_leaf", BigInteger),
    Column("field", Text),
    Index("ix_access_entry_act_row", "act", "row"),
)
"""`in_place_of`: the absent adviser for whom a substitute looked; `leaf_index`: the leaf that seals the look;
`about_leaf`: the leaf of the look that this one reviews."""

substitute = Table(
    "substitute",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("absent_id", Text, nullable=False, index=True),
    Column("substitute_id", Text, nullable=False, index=True),
    Column("from_day", Text, nullable=False),
    Column("to_day", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
)
"""Days are ISO dates of Beijing, both included; `ended_us`: somebody ended it early."""

task = Table(
    "task",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("task_id", Text, nullable=False, unique=True),
    Column("client_id", Text, nullable=False, index=True),
    Column("assignee", Text),
    Column("kind", Text, nullable=False),
    Column("duty", SmallInteger, nullable=False, server_default="0"),
    Column("good_bp", Integer, nullable=False, server_default="0"),
    Column("made_us", BigInteger, nullable=False),
    Column("due_us", BigInteger),
    Column("state", Text, nullable=False, server_default="open"),
    Column("payload", LargeBinary, nullable=False),
    Index("ix_task_assignee_state", "assignee", "state"),
)
"""What a person has to do for a client: a read model, ordered by duty, then by expected good."""

playbook_switch = Table(
    "playbook_switch",
    metadata,
    Column("playbook", Text, primary_key=True),
    Column("off", SmallInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("why", Text, nullable=False),
)

webhook = Table(
    "webhook",
    metadata,
    Column("webhook_id", Text, primary_key=True),
    Column("person_id", Text, nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("kinds", Text, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    Column("active", SmallInteger, nullable=False, server_default="1"),
    Column("made_us", BigInteger, nullable=False),
    Column("after", BigInteger, nullable=False, server_default="0"),
)

webhook_call = Table(
    "webhook_call",
    metadata,
    Column("row", Serial, primary_key=True),
    Column("call_id", Text, nullable=False, unique=True),
    Column("webhook_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("made_us", BigInteger, nullable=False),
    Column("state", Text, nullable=False, server_default="waiting"),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_us", BigInteger),
    Column("last", Text, nullable=False, server_default=""),
    Index("ix_webhook_call_state_next_us", "state", "next_us"),
)

idempotency = Table(
    "idempotency",
    metadata,
    Column("key", Text, primary_key=True),
    Column("person_id", Text, primary_key=True),
    Column("asked", LargeBinary, nullable=False),
    Column("status", Integer),
    Column("answer", LargeBinary),
    Column("at_us", BigInteger, nullable=False),
)
"""`asked` is a digest of method, path and body; without `status` the first call is still under way."""
