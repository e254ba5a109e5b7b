"""A label as found, and how sure of it we are: by the kind of its evidence, its age and what contradicts it.

confidence = base of the kind (`confidence_<kind>_bp`), halved every `confidence_<kind>_half_life_days` of the
age of the newest evidence in a straight line in between, times `confidence_contradicted_bp` for each
contradiction; whole basis points, cut downward.
"""

from dataclasses import dataclass

from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.profile import tiles
from tongxing.profile.features import BP
from tongxing.profile.view import View

FACT, RECORD, STATED, HINT, EXPIRED = "fact", "record", "stated", "hint", "expired"
"""A fact in force; from our record; stated by the client or before our record; hinted at; out of force."""
HALVINGS_MAX = 16


@dataclass(frozen=True, slots=True)
class Found:
    """A label with what it rests on."""

    name: str
    kind: str
    evidence: tuple[EventRef, ...]
    contradictions: int = 0
    """How many observations speak against it."""
    source: str = "house"


def confidence_bp(client: View, found: Found) -> int:
    """How sure of a label we are, in basis points."""
    base = client.rule(f"confidence_{found.kind}_bp")
    half_life = client.rule(f"confidence_{found.kind}_half_life_days")
    if half_life and found.evidence:
        newest = max(ref.ts for ref in found.evidence)
        base = faded(base, (client.as_of - newest) // DAY_SECONDS, half_life)
    return contradicted(client, base, found.contradictions)


def contradicted(client: View, sure_bp: int, contradictions: int) -> int:
    """What is left of a confidence after contradictions."""
    for _ in range(contradictions):
        sure_bp = sure_bp * client.rule("confidence_contradicted_bp") // BP
    return sure_bp


def faded(fresh: int, age_days: int, half_life_days: int) -> int:
    """What is left after some days: halved every half-life, in a straight line in between; whole numbers."""
    halvings, rest = divmod(max(0, age_days), half_life_days)
    if halvings > HALVINGS_MAX:
        return 0
    upper = fresh >> halvings
    return upper - (upper - (upper >> 1)) * rest // half_life_days


def stated_refs(client: View, series: str, kind: str) -> tuple[EventRef, ...]:
    """The event behind the last stated figure of a series."""
    entry = tiles.last_entry(client.state.slots, series)
    if entry is None:
        return ()
    return (EventRef(source=entry[2], source_seq=entry[3], kind=kind, ts=entry[0]),)
