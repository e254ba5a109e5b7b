"""A process made to be killed: appends and folds in batches, and says what it was told is durable.

victim.py STORE EVENTS      appends events 0..EVENTS-1 in tens, folding in batches of seven
"""

import sys
from datetime import datetime, timedelta
from pathlib import Path

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.touch import Decision, Trigger
from tongxing.ledger.leaves import leaf
from tongxing.service.ports import Batch, StoredEvent

AT = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
RECORD_KEY = bytes(32)
APPENDED_AT_ONCE = 10
FOLDED_AT_ONCE = 7


def event(number: int) -> Event:
    """The event of that number, of one of five clients."""
    at = AT + timedelta(seconds=number)
    return Event(
        source="app",
        source_seq=f"{number:06d}",
        client_id=f"C{number % 5}",
        ts=at,
        known_at=at,
        kind="searched",
        body={"text": f"养老金 {number}"},
    )


def fold_one(batch: Batch, entry: StoredEvent) -> None:
    """A worker in small: count the client's events; decide, seal, queue and set a timer for each."""
    client_id, key = entry.event.client_id, entry.event.source_seq
    count = int(batch.state(client_id) or b"0") + 1
    batch.save_state(client_id, str(count).encode(), entry.seq)
    made = leaf("decision", at=entry.event.known_at, groups={"words": {"key": key}}, record_key=RECORD_KEY)
    index = batch.add_leaf(made, client_id, RECORD_KEY).index
    decision = Decision(
        decision_id=f"d{key}",
        client_id=client_id,
        trigger=Trigger(name="sign:searched", cause=key, at=entry.event.known_at),
        considered=(),
        touches=(),
        features={"count": count},
        book_digest="b",
        code_version="1",
    )
    batch.add_decision(decision, chosen=1, refused=0, payload=key.encode(), leaf_index=index)
    batch.enqueue(idem=f"t{key}", client_id=client_id, payload=key.encode(), leaf_index=index)
    batch.set_timer(idem=f"j{key}", client_id=client_id, name="journey:newcomer:1", due=AT)


def fold(store: SqlStore) -> int:
    """Fold one batch; how many events it had."""
    with store.batch() as batch:
        entries = batch.unfolded(FOLDED_AT_ONCE)
        for entry in entries:
            fold_one(batch, entry)
        if entries:
            batch.fold_done(entries[-1].seq)
    return len(entries)


def run(store: SqlStore, events: int) -> None:
    """Append everything in turn with folding; a line for each promise that was kept."""
    for start in range(0, events, APPENDED_AT_ONCE):
        store.append([event(number) for number in range(start, min(start + APPENDED_AT_ONCE, events))])
        say(f"appended {start + APPENDED_AT_ONCE}")
        say(f"folded {fold(store)}")
    while fold(store):
        pass
    say("done")


def say(line: str) -> None:
    """Tell the parent at once: what was said counts as acknowledged."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    opened = open_store(Path(sys.argv[1]), entropy=OsEntropy())
    say("ready")
    run(opened, int(sys.argv[2]))
    opened.close()
