"""Leaves in the open transaction of what they commit to: both are durable, or neither."""

from collections.abc import Callable, Collection, Iterable

from sqlalchemy import Connection, Insert, select

from tongxing.adapters.store import sealing, statements
from tongxing.adapters.store import tables as t
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.bodies import BODIES
from tongxing.domain.event import Event, Retention
from tongxing.domain.leaf import Leaf, SealedLeaf, log_of
from tongxing.ledger.leaves import RECORD_KEY_BYTES, encode, leaf, leaf_hash
from tongxing.service.ports import Sealer

Later = Callable[[Insert, dict[str, object]], object]
"""Takes a row for a table; it is written before the commit."""
CORRECTS = "corrects"
NONE_BEFORE = -1


class LeafWriting:
    """Appends leaves under the next index, each at the next place of its log, in the order they come."""

    def __init__(
        self,
        connection: Connection,
        vault: EnvelopeVault,
        *,
        later: Later,
        sequence: Callable[[], None],
        token: Callable[[int], bytes],
    ) -> None:
        self._connection, self._vault = connection, vault
        self._later, self._sequence, self._token = later, sequence, token
        self._next: int | None = None
        self._places: dict[str, int] = {}
        """log -> its next place."""
        self._unwritten: dict[tuple[str, str], int] = {}
        """(client, kind) -> last leaf of this transaction."""

    def add(
        self,
        made: Leaf,
        client_id: str,
        record_key: bytes,
        *,
        retention: Retention = sealing.HOUSE_CLASS,
        source: str = sealing.HOUSE_SOURCE,
        event_seq: int | None = None,
    ) -> SealedLeaf:
        """Append a leaf; its record key is sealed under the client's key of that class and source."""
        encoded = encode(made)
        index, log, place = self._take(made.kind)
        sealed = SealedLeaf(
            index=index, log=log, place=place, leaf=made, encoded=encoded, leaf_hash=leaf_hash(encoded)
        )
        self._later(
            statements.ADD_LEAVES,
            {
                "leaf_index": index,
                "kind": made.kind,
                "encoded": encoded,
                "leaf_hash": sealed.leaf_hash,
                "log": log,
                "place": place,
            },
        )
        self._later(
            statements.ADD_RECORD_KEYS,
            {
                "leaf_index": index,
                "client_id": client_id,
                "sealed": sealing.seal_record_key(
                    self._vault, client_id, record_key, index, retention, source
                ),
                "retention": retention.value,
                "source": source,
                "event_seq": event_seq,
            },
        )
        self._unwritten[client_id, made.kind] = index
        return sealed

    def of_events(self, events: Iterable[Event], first: int, sealer: Sealer) -> None:
        """Seal each event that is to be sealed; `first` is the place of the first one in the log."""
        for seq, event in enumerate(events, start=first):
            found = sealer(event)
            if found is None:
                continue
            groups = dict(found.groups)
            if found.corrects:
                groups[CORRECTS] = {"leaf": self._last(event.client_id, found.corrects)}
            key = self._token(RECORD_KEY_BYTES)
            made = leaf(found.kind, at=event.known_at, groups=groups, record_key=key)
            retention = BODIES[event.kind][1]
            self.add(made, event.client_id, key, retention=retention, source=event.source, event_seq=seq)

    def _take(self, kind: str) -> tuple[int, str, int]:
        """The next index, the log of this kind, and the next place there, under the sequencer's lock."""
        log = log_of(kind)
        if self._next is None:
            self._sequence()
            self._next = int(self._connection.execute(statements.NEXT_LEAF).scalar_one())
        if log not in self._places:
            self._places[log] = int(
                self._connection.execute(statements.NEXT_PLACE, {"of_log": log}).scalar_one()
            )
        index, place = self._next, self._places[log]
        self._next, self._places[log] = index + 1, place + 1
        return index, log, place

    def _last(self, client_id: str, kinds: Collection[str]) -> int:
        """The client's last leaf of these kinds; -1 where there is none."""
        here = [self._unwritten[client_id, kind] for kind in kinds if (client_id, kind) in self._unwritten]
        if here:
            return max(here)
        found = last_of(self._connection, client_id, kinds)
        return NONE_BEFORE if found is None else found


def last_of(
    connection: Connection, client_id: str, kinds: Collection[str], *, before: int | None = None
) -> int | None:
    """The client's last leaf of these kinds, before an index."""
    index = t.record_key.c.leaf_index
    query = (
        select(index)
        .join(t.leaf, t.leaf.c.leaf_index == index)
        .where(t.record_key.c.client_id == client_id, t.leaf.c.kind.in_(sorted(kinds)))
        .order_by(index.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(index < before)
    found = connection.execute(query).scalar()
    return None if found is None else int(found)
