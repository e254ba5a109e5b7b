"""Keys and erasures for the console: keys alive and destroyed, and what waits for its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tongxing.service.house import House
from tongxing.service.ports_console import DueLine, KeyCount

TIMER = "retention:"
WAITING_MAX = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Restricted:
    """A class of a client that a law still keeps; on its day it goes."""

    client_id: str
    retention: str
    due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultView:
    """What stands on the page."""

    root: str
    """Check value of the root in force; says nothing about it."""
    roots: int
    """Under how many roots keys lie: more than one while they change."""
    counts: Sequence[KeyCount]
    alive: int
    destroyed: int
    unfolded: int
    """Events not folded yet: a wish among them is carried out with them."""
    restricted: Sequence[Restricted]
    """The queue of erasures, the earliest first; bounded."""
    more: bool


def vault_view(house: House) -> VaultView:
    """How keys and erasures stand."""
    keys = house.store.keys
    counts = [one for one in keys.counts() if one.retention]
    waiting = keys.queued(TIMER, limit=WAITING_MAX + 1)
    return VaultView(
        root=keys.root()[:8],
        roots=len(keys.by_root()),
        counts=counts,
        alive=sum(one.alive for one in counts),
        destroyed=sum(one.destroyed for one in counts),
        unfolded=house.store.lag(),
        restricted=tuple(_restricted(row) for row in waiting[:WAITING_MAX]),
        more=len(waiting) > WAITING_MAX,
    )


def _restricted(row: DueLine) -> Restricted:
    return Restricted(client_id=row.client_id, retention=row.name.removeprefix(TIMER), due=row.due)
