"""What a client seems to need; each mention fades with time and rests on consented sources only."""

from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.domain.profile import Need
from tongxing.profile import tiles
from tongxing.profile.features import BP
from tongxing.profile.found import faded
from tongxing.profile.view import EVIDENCE_MAX, View

TOPICS_OF_NEEDS = {
    "child_education": ("child_mentions_90d", ()),
    "hedge": ("hedge_mentions_90d", ()),
    "house": ("house_mentions_90d", ("house",)),
    "pension": ("pension_mentions_90d", ("retirement",)),
}
"""Need -> the series of its mentions, and life events that speak for it."""
IMPORTED = ("social_seen", "card_bill_seen")


def needs(client: View) -> tuple[Need, ...]:
    """Needs with any strength left, strongest first."""
    found = [need for name in TOPICS_OF_NEEDS if (need := _need(client, name)) is not None]
    return tuple(sorted(found, key=lambda need: (-need.strength_bp, need.name)))


def hints_of(client: View, name: str) -> tuple[EventRef, ...]:
    """The own words and consented imports that name a need, oldest first."""
    return client.once(name, _hints_of)


def _hints_of(client: View, name: str) -> tuple[EventRef, ...]:
    kept, permission = client.state.recent, client.permission
    found = [one.ref for one in kept.get(f"topic:{name}", ()) if permission.behaviour(one.source)]
    for kind in IMPORTED:
        imported = kept.get(f"{kind}:{name}")
        if imported and permission.imported(kind):
            found += [one.ref for one in imported]
    return tuple(sorted(found, key=lambda ref: (ref.ts, ref.source, ref.source_seq)))


def life_hints(client: View, name: str) -> tuple[EventRef, ...]:
    """Stated life events that speak for a need."""
    days = client.rule("need_life_event_days")
    entries = [client.last(f"life:{life}") for life in TOPICS_OF_NEEDS[name][1]]
    return tuple(
        entry.ref
        for entry in entries
        if entry is not None
        and entry.ts > client.as_of - days * DAY_SECONDS
        and entry.value[1] == "client"
        and client.permission.own_record(entry.source, entry.kind)
    )


def _need(client: View, name: str) -> Need | None:
    hints, lives = hints_of(client, name), life_hints(client, name)
    strength = _of_mentions(client, name, hints)
    if lives:
        strength += client.rule("need_life_event_bp")
    if strength <= 0:
        return None
    return Need(name=name, strength_bp=min(BP, strength), evidence=(*lives, *hints)[-EVIDENCE_MAX:])


def _of_mentions(client: View, name: str, hints: tuple[EventRef, ...]) -> int:
    """Sum of mentions, each worth half after a half-life: own words by day, imports one by one."""
    own = any(ref.kind not in IMPORTED for ref in hints)
    by_day = tiles.tiles_of(client.state.slots, TOPICS_OF_NEEDS[name][0]) if own else {}
    imported = (ref for ref in hints if ref.kind in IMPORTED)
    ages = [(client.today - day, count) for day, count in by_day.items()]
    ages += [((client.as_of - ref.ts) // DAY_SECONDS, 1) for ref in imported]
    fresh, half_life = client.rule("need_mention_bp"), client.rule("need_half_life_days")
    return sum(count * faded(fresh, age, half_life) for age, count in ages)
