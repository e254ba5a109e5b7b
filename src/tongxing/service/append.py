"""Take events into the log, durably, before anybody is told that they arrived."""

from collections.abc import Sequence

from tongxing.domain.event import Event
from tongxing.service.house import House
from tongxing.service.ports import Appended, in_chunks

APPEND_BATCH_MAX = 1_000
"""Events of one transaction: larger ones gain nothing and hold the write lock."""


def append(house: House, events: Sequence[Event]) -> Appended:
    """Append in bounded transactions; positions in the answer count over the whole sequence."""
    accepted: list[int] = []
    duplicates: list[int] = []
    conflicts: list[int] = []
    offset = 0
    for chunk in in_chunks(events, APPEND_BATCH_MAX):
        answer = house.store.append(chunk)
        accepted.extend(offset + position for position in answer.accepted)
        duplicates.extend(offset + position for position in answer.duplicates)
        conflicts.extend(offset + position for position in answer.conflicts)
        offset += len(chunk)
    return Appended(accepted=tuple(accepted), duplicates=tuple(duplicates), conflicts=tuple(conflicts))
