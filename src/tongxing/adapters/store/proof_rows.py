"""Which leaf seals which record: looked up without any key."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Row, Select, select

from tongxing.adapters.store import tables as t
from tongxing.adapters.store import tables_proof as f
from tongxing.adapters.store.leaf_rows import last_of
from tongxing.domain.event import Retention
from tongxing.service.ports import LeafOf

_key = t.record_key.c
_ABOUT: Select[tuple[int, str, str, str, int | None]] = select(
    _key.leaf_index, t.leaf.c.kind, _key.client_id, _key.retention, _key.event_seq
).join(t.leaf, t.leaf.c.leaf_index == _key.leaf_index)


class ProofRows:
    """The port `Proofs` over the tables of a store."""

    def __init__(self, reading: Callable[[], AbstractContextManager[Connection]]) -> None:
        self._reading = reading

    def leaf_of_event(self, seq: int) -> int | None:
        """The leaf that seals an event of the log; None for a kind that is not sealed."""
        with self._reading() as connection:
            return connection.execute(select(_key.leaf_index).where(_key.event_seq == seq)).scalar()

    def about(self, leaf_index: int) -> LeafOf | None:
        """Which record a leaf is of; it needs no key."""
        with self._reading() as connection:
            row = connection.execute(_ABOUT.where(_key.leaf_index == leaf_index)).first()
            return None if row is None else _leaf_of(row)

    def of_client(self, client_id: str, *, before: int | None = None, limit: int = 50) -> Sequence[LeafOf]:
        """The leaves of a client, the newest first, before an index."""
        query = _ABOUT.where(_key.client_id == client_id).order_by(_key.leaf_index.desc()).limit(limit)
        if before is not None:
            query = query.where(_key.leaf_index < before)
        with self._reading() as connection:
            return tuple(_leaf_of(row) for row in connection.execute(query))

    def last_of(self, client_id: str, kinds: Collection[str], *, before: int) -> int | None:
        """The client's last leaf of these kinds before an index."""
        with self._reading() as connection:
            return last_of(connection, client_id, kinds, before=before)

    def leaf_of_version(self, kind: str, name: str, version: str) -> int | None:
        """The leaf that seals a version; None for one never sealed."""
        with self._reading() as connection:
            return version_leaf(connection, kind, name, version)

    def version_at(self, leaf_index: int) -> tuple[str, str, str] | None:
        """(kind, name, version) that a leaf seals."""
        version = f.version_leaf.c
        query = select(version.kind, version.name, version.version).where(version.leaf_index == leaf_index)
        with self._reading() as connection:
            row = connection.execute(query).first()
            return None if row is None else (row.kind, row.name, row.version)


def _leaf_of(row: Row[tuple[int, str, str, str, int | None]]) -> LeafOf:
    return LeafOf(
        leaf_index=row.leaf_index,
        kind=row.kind,
        client_id=row.client_id,
        retention=Retention(row.retention),
        event_seq=row.event_seq,
    )


def version_leaf(connection: Connection, kind: str, name: str, version: str) -> int | None:
    """The leaf that seals a version; None for one never sealed."""
    row = f.version_leaf.c
    query = select(row.leaf_index).where(row.kind == kind, row.name == name, row.version == version)
    return connection.execute(query).scalar()
