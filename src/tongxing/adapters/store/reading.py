"""What is read the same way inside a batch and outside of one."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from sqlalchemy import Connection

from tongxing.adapters.store import sealing, statements
from tongxing.adapters.vault.envelope import EnvelopeVault
from tongxing.domain.event import Retention
from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.leaves import decode
from tongxing.service.ports import ErasedError, SetAside

STATES_A_QUERY_MAX = 500
LOOK = "look"
"""Execution option of a connection that looks at one committed batch: what was read already."""
Found = TypeVar("Found")


def once_a_look(connection: Connection, what: tuple[object, ...], read: Callable[[], Found]) -> Found:
    """Read it, or within one look say again what was read: a page asks the same from several sides."""
    kept: dict[tuple[object, ...], Found] | None = connection.get_execution_options().get(LOOK)
    if kept is None:
        return read()
    if what not in kept:
        kept[what] = read()
    return kept[what]


def read_setting(connection: Connection, name: str) -> str | None:
    """The value kept under a name."""

    def read() -> str | None:
        value = connection.execute(statements.SETTING, {"of_name": name}).scalar()
        return None if value is None else str(value)

    return once_a_look(connection, ("setting", name), read)


def read_state(connection: Connection, vault: EnvelopeVault, client_id: str) -> bytes | None:
    """A client's state as stored; None for a client never folded or whose folded state was erased."""
    sealed = connection.execute(statements.STATE, {"of_client": client_id}).scalar()
    return None if sealed is None else _opened_state(vault, client_id, sealed)


def read_states(
    connection: Connection, vault: EnvelopeVault, client_ids: Collection[str]
) -> Mapping[str, bytes]:
    """The same for many clients in one look."""
    names = sorted(client_ids)
    found: dict[str, bytes] = {}
    for start in range(0, len(names), STATES_A_QUERY_MAX):
        wanted = {"of_clients": names[start : start + STATES_A_QUERY_MAX]}
        rows = connection.execute(statements.STATES, wanted).all()
        vault.prefetch({row.client_id for row in rows})
        for client_id, sealed in rows:
            blob = _opened_state(vault, client_id, sealed)
            if blob is not None:
                found[client_id] = blob
    return found


def read_aside(connection: Connection) -> Sequence[SetAside]:
    """What the worker could not take in."""
    return tuple(SetAside(**row) for row in connection.execute(statements.ASIDE).mappings())


def read_leaf(
    connection: Connection, vault: EnvelopeVault, index: int
) -> tuple[SealedLeaf, str, bytes] | None:
    """A leaf with its client and its record key; raises `ErasedError` without key."""
    row = connection.execute(statements.LEAF_WITH_KEY, {"of_index": index}).first()
    if row is None:
        return None
    record_key = sealing.unseal_record_key(
        vault, row.client_id, row.sealed, index, Retention(row.retention), row.source
    )
    sealed = sealed_leaf(row.leaf_index, row.log, row.place, row.encoded, row.leaf_hash)
    return sealed, row.client_id, record_key


def sealed_leaf(index: int, log: str, place: int, encoded: bytes, leaf_hash: bytes) -> SealedLeaf:
    """A leaf as its table keeps it."""
    return SealedLeaf(
        index=index, log=log, place=place, leaf=decode(encoded), encoded=encoded, leaf_hash=leaf_hash
    )


def _opened_state(vault: EnvelopeVault, client_id: str, sealed: bytes) -> bytes | None:
    try:
        return sealing.unseal(vault, client_id, sealed, "state")
    except ErasedError:
        return None
