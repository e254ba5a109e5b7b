"""Statements used often, built once so that SQLAlchemy compiles each only once.

They are the same on SQLite and PostgreSQL: both compile PostgreSQL's `ON CONFLICT`, and SQLite, whose one
writer locks everything, leaves `FOR UPDATE` out. Those ending in `_HERE` look at some partitions only.
"""

from sqlalchemy import (
    SmallInteger,
    Table,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import Insert, insert

from tongxing.adapters.store import tables as t

SEQUENCER_LOCK = 7_406_841
"""Key of PostgreSQL's advisory lock under which places in log and ledger are given, until the commit."""
TAKE_SEQUENCER = text(f"SELECT pg_advisory_xact_lock({SEQUENCER_LOCK})")
HERE = bindparam("of_partitions", expanding=True, type_=SmallInteger)
"""The partitions a statement looks at."""


def _new(table: Table) -> Insert:
    """Insert rows that are not there yet; the others change nothing."""
    return insert(table).on_conflict_do_nothing()


ADD_CLIENTS = _new(t.client)
ADD_EVENTS = insert(t.event)
ADD_KEYS = insert(t.data_key)
ADD_LEAVES = insert(t.leaf)
ADD_RECORD_KEYS = insert(t.record_key)
ADD_DECISIONS = _new(t.decision)
ADD_OUTBOX = _new(t.outbox)
ADD_MESSAGES = _new(t.message)
ADD_TIMERS = _new(t.timer)
ADD_ASIDE = _new(t.aside)
ASIDE = select(t.aside.c.client_id, t.aside.c.seq, t.aside.c.what, t.aside.c.why).order_by(t.aside.c.row)
RELEASE_ASIDE = delete(t.aside).where(t.aside.c.client_id == bindparam("of_client"))
KEEP_BOOK = _new(t.book_copy)

_state = insert(t.client_state)
SAVE_STATES = _state.on_conflict_do_update(
    index_elements=["client_id"],
    set_={
        "blob": _state.excluded.blob,
        "seq": case(
            (_state.excluded.seq > t.client_state.c.seq, _state.excluded.seq), else_=t.client_state.c.seq
        ),
    },
)

_setting = insert(t.setting)
SET_SETTING = _setting.on_conflict_do_update(index_elements=["name"], set_={"value": _setting.excluded.value})

EVENT_COLUMNS = (
    t.event.c.seq,
    t.event.c.source,
    t.event.c.source_seq,
    t.event.c.client_id,
    t.event.c.ts_us,
    t.event.c.known_at_us,
    t.event.c.kind,
    t.event.c.retention,
    t.event.c.body,
)

EVENTS = (
    select(*EVENT_COLUMNS)
    .where(t.event.c.seq > bindparam("after"))
    .order_by(t.event.c.seq)
    .limit(bindparam("at_most"))
)
EVENTS_OF = EVENTS.where(t.event.c.client_id == bindparam("of_client"))

KNOWN_EVENTS = select(*EVENT_COLUMNS).where(
    t.event.c.source == bindparam("of_source"),
    t.event.c.source_seq.in_(bindparam("of_keys", expanding=True)),
)

KNOWN_EVENT = select(*EVENT_COLUMNS).where(
    t.event.c.source == bindparam("of_source"), t.event.c.source_seq == bindparam("of_key")
)

_offset = select(func.min(t.fold_offset.c.seq))
_folded = _offset.scalar_subquery()
_unfolded = (
    select(*EVENT_COLUMNS)
    .join(t.fold_offset, t.fold_offset.c.partition == t.event.c.partition)
    .where(t.event.c.seq > t.fold_offset.c.seq)
    .order_by(t.event.c.seq)
    .limit(bindparam("at_most"))
)
UNFOLDED = _unfolded.where(t.event.c.seq > _folded)
UNFOLDED_HERE = _unfolded.where(
    t.event.c.seq > _offset.where(t.fold_offset.c.partition.in_(HERE)).scalar_subquery(),
    t.event.c.partition.in_(HERE),
)

FOLD_DONE = (
    update(t.fold_offset).where(t.fold_offset.c.seq < bindparam("up_to")).values(seq=bindparam("up_to"))
)
FOLD_DONE_HERE = FOLD_DONE.where(t.fold_offset.c.partition.in_(HERE))
FOLDED_THROUGH = select(t.fold_offset.c.seq).where(t.fold_offset.c.partition == bindparam("of_partition"))

LAG = select(func.coalesce(func.max(t.event.c.seq), 0) - func.coalesce(_folded, 0))
COUNT_EVENTS = select(func.coalesce(func.max(t.event.c.seq), 0))
NEXT_LEAF = select(func.coalesce(func.max(t.leaf.c.leaf_index), literal(-1)) + 1)
NEXT_PLACE = select(func.coalesce(func.max(t.leaf.c.place), literal(-1)) + 1).where(
    t.leaf.c.log == bindparam("of_log")
)
"""How many entries a log has in the store: the place of its next one."""

STATE = select(t.client_state.c.blob).where(t.client_state.c.client_id == bindparam("of_client"))
STATES = select(t.client_state.c.client_id, t.client_state.c.blob).where(
    t.client_state.c.client_id.in_(bindparam("of_clients", expanding=True))
)
LEAF_COLUMNS = (t.leaf.c.leaf_index, t.leaf.c.log, t.leaf.c.place, t.leaf.c.encoded, t.leaf.c.leaf_hash)
LEAF_WITH_KEY = (
    select(
        *LEAF_COLUMNS,
        t.record_key.c.client_id,
        t.record_key.c.sealed,
        t.record_key.c.retention,
        t.record_key.c.source,
    )
    .join(t.record_key)
    .where(t.record_key.c.leaf_index == bindparam("of_index"))
)
OUTBOX_DONE = (
    update(t.outbox)
    .where(t.outbox.c.outbox_id == bindparam("of_row"))
    .values(outcome=bindparam("with_outcome"), payload=b"")
)
TIMERS_DONE = (
    update(t.timer)
    .where(t.timer.c.timer_id.in_(bindparam("of_timers", expanding=True)))
    .values(state="fired")
)
_set = t.timer.c.state == literal_column("'set'")
_of_name = (t.timer.c.client_id == bindparam("of_client"), t.timer.c.name == bindparam("of_name"), _set)
TIMER_ELSEWHEN = (
    update(t.timer).where(*_of_name, t.timer.c.idem != bindparam("at_idem")).values(state="cancelled")
)
"""Cancel a client's timer of that name where it is set for another instant."""
_moved = insert(t.timer)
TIMER_AGAIN = _moved.on_conflict_do_update(
    index_elements=["idem"], set_={"state": "set"}, where=t.timer.c.state == "cancelled"
)
"""Set a timer; one cancelled before is set again, one that fired stays fired."""
SETTING = select(t.setting.c.value).where(t.setting.c.name == bindparam("of_name"))

KEYS_OF = (
    select(t.data_key)
    .where(t.data_key.c.client_id.in_(bindparam("of_clients", expanding=True)))
    .order_by(t.data_key.c.client_id, t.data_key.c.retention, t.data_key.c.source, t.data_key.c.version)
)

WAITING = (
    select(
        t.outbox.c.outbox_id, t.outbox.c.idem, t.outbox.c.client_id, t.outbox.c.payload, t.outbox.c.leaf_index
    )
    .where(t.outbox.c.outcome == literal("", literal_execute=True))
    .order_by(t.outbox.c.outbox_id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
WAITING_HERE = WAITING.where(t.outbox.c.partition.in_(HERE))

DUE_TIMERS = (
    select(t.timer.c.timer_id, t.timer.c.idem, t.timer.c.client_id, t.timer.c.name, t.timer.c.due_us)
    .where(_set, t.timer.c.due_us <= bindparam("at_us"))
    .order_by(t.timer.c.due_us, t.timer.c.timer_id)
    .limit(bindparam("at_most"))
    .with_for_update(skip_locked=True)
)
DUE_TIMERS_HERE = DUE_TIMERS.where(t.timer.c.partition.in_(HERE))
