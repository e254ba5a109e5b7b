"""Who looked at what: rows with the leaf that seals them, in one transaction."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects.postgresql import insert

from tongxing.adapters.store import sealing, statements
from tongxing.adapters.store import tables_people as p
from tongxing.adapters.store.instants import instant, micros
from tongxing.adapters.store.key_rows import SqlKeyRows
from tongxing.adapters.store.leaf_rows import LeafWriting
from tongxing.adapters.vault.envelope import EnvelopeVault, KeyRing
from tongxing.ledger.leaves import RECORD_KEY_BYTES, leaf
from tongxing.service.access_leaves import access_groups, access_kind
from tongxing.service.ports import ErasedError
from tongxing.service.ports_people import AccessEntry

OWNER = "person "
"""Keys of people are kept beside those of clients; no id of a client has a blank in it."""
_LOOKED = insert(p.access_entry)


def access_values(entry: AccessEntry) -> dict[str, object]:
    """A look as its table keeps it, without its reason and its leaf."""
    return {
        "at_us": micros(entry.at),
        "person_id": entry.person_id,
        "role": entry.role,
        "act": entry.act,
        "client_id": entry.client_id,
        "purpose": entry.purpose,
        "reason": None,
        "allowed": int(entry.allowed),
        "policies": entry.policies,
        "in_place_of": entry.in_place_of,
        "field": entry.field,
        "about_leaf": entry.about_leaf,
    }


def keep_looks(
    connection: Connection, ring: KeyRing, looks: Sequence[tuple[Mapping[str, object], str]]
) -> None:
    """Write looks with their reasons; each at a client is sealed as a leaf of its own."""
    if connection.dialect.name != "sqlite":
        connection.execute(statements.TAKE_SEQUENCER)
    keys = SqlKeyRows(connection)
    vault = EnvelopeVault(ring, keys)
    waiting: dict[int, list[dict[str, object]]] = {}
    leaves = LeafWriting(
        connection,
        vault,
        later=lambda into, row: waiting.setdefault(id(into), []).append(row),
        sequence=lambda: None,
        token=ring.token,
    )
    rows = [_row(dict(values), reason, vault, leaves, ring) for values, reason in looks]
    keys.flush()
    for into in (statements.ADD_LEAVES, statements.ADD_RECORD_KEYS):
        if id(into) in waiting:
            connection.execute(into, waiting[id(into)])
    connection.execute(_LOOKED, rows)


def access_entry(row: Mapping[Any, Any], vault: EnvelopeVault, *, reason: str | None = None) -> AccessEntry:
    """A look from its row; a reason whose key is gone is empty."""
    client_id = row["client_id"]
    if reason is None:
        reason = _reason(row, vault, client_id or f"{OWNER}{row['person_id']}")
    return AccessEntry(
        at=instant(row["at_us"]),
        person_id=row["person_id"],
        role=row["role"],
        act=row["act"],
        client_id=client_id,
        purpose=row["purpose"],
        reason=reason,
        allowed=bool(row["allowed"]),
        policies=row["policies"],
        in_place_of=row["in_place_of"],
        leaf_index=row.get("leaf_index"),
        field=row["field"] or "",
        about_leaf=row["about_leaf"],
    )


def _row(
    values: dict[str, object], reason: str, vault: EnvelopeVault, leaves: LeafWriting, ring: KeyRing
) -> dict[str, object]:
    client_id = values["client_id"]
    owner = str(client_id) if client_id is not None else f"{OWNER}{values['person_id']}"
    if reason:
        values["reason"] = sealing.seal(vault, owner, reason.encode(), "access_entry")
    values["leaf_index"] = None
    if client_id is not None:
        entry = access_entry(values, vault, reason=reason)
        key = ring.token(RECORD_KEY_BYTES)
        made = leaf(access_kind(entry), at=entry.at, groups=access_groups(entry), record_key=key)
        values["leaf_index"] = leaves.add(made, owner, key).index
    return values


def _reason(row: Mapping[Any, Any], vault: EnvelopeVault, owner: str) -> str:
    if row["reason"] is None:
        return ""
    try:
        return sealing.unseal(vault, owner, bytes(row["reason"]), "access_entry").decode()
    except ErasedError:
        return ""
