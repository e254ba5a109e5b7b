"""A trigger that the house did not answer, sealed: nobody can say later that it was hidden."""

from collections.abc import Mapping
from datetime import datetime

from tongxing.ledger.leaves import leaf
from tongxing.service.ports import Batch

SILENCE = "silence"
WHY_HELD = "set_aside: something of this client could not be taken in"


def seal_silence(
    batch: Batch,
    record_key: bytes,
    *,
    client_id: str,
    at: datetime,
    about: Mapping[str, object],
    why: str = WHY_HELD,
) -> int:
    """Seal that nothing was said about this, and why; the leaf's index. Nothing is decided late."""
    groups: dict[str, Mapping[str, object]] = {
        "time": {"at": int(at.timestamp())},
        "client": {"client_id": client_id},
        "silence": {**about, "why": why},
    }
    return batch.add_leaf(
        leaf(SILENCE, at=at, groups=groups, record_key=record_key), client_id, record_key
    ).index
