"""Who of the house looked at a client's data: the entries of access, as the client reads them."""

from dataclasses import dataclass
from datetime import datetime

from tongxing.domain.clock import BEIJING
from tongxing.service.me_who import Mine

LOOKS_MAX = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One time somebody looked, or tried to."""

    at: datetime
    """Beijing."""
    name: str
    role: str
    act: str
    purpose: str
    reason: str
    """The words given for opening a masked field; empty where none were asked for."""
    allowed: bool
    in_place_of: str = ""
    """The absent adviser's name, where a substitute looked."""
    field: str = ""
    """What was opened; empty for a look at a page."""
    leaf_index: int | None = None
    """The sealed record of this look; None for one before looks were sealed."""


def looked(me: Mine) -> tuple[Look, ...]:
    """The latest looks at this client's data and at the records merged into it, newest first."""
    people = me.house.store.people
    entries = [
        entry for client_id in me.client_ids for entry in people.entries_of(client_id, limit=LOOKS_MAX)
    ]
    latest = sorted(entries, key=lambda entry: entry.at)[: -LOOKS_MAX - 1 : -1]
    met = {entry.person_id for entry in latest} | {entry.in_place_of for entry in latest if entry.in_place_of}
    found = {name: people.person(name) for name in met}
    names = {name: name if person is None else person.name for name, person in found.items()}
    return tuple(
        Look(
            at=entry.at.astimezone(BEIJING),
            name=names[entry.person_id],
            role=entry.role,
            act=entry.act,
            purpose=entry.purpose,
            reason=entry.reason,
            allowed=entry.allowed,
            in_place_of=names[entry.in_place_of] if entry.in_place_of else "",
            field=entry.field,
            leaf_index=entry.leaf_index,
        )
        for entry in latest
    )
