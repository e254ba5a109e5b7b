"""What the law makes the house keep against the client's wish: recorded, and not used.

A class of records whose erasure was asked for while a legal time runs says nothing any more in labels, needs
and personal service. What the house owes the client (a duty) goes on. A new consent to personal service
lets the class back in.
"""

from collections.abc import Iterable
from datetime import date

from tongxing.domain.bodies import BODIES
from tongxing.domain.book import Rulebook, RuleMissingError
from tongxing.domain.event import EventRef, Retention
from tongxing.profile.consents import PROFILING_PURPOSES
from tongxing.profile.tags import pairs
from tongxing.profile.view import View

RESTRICTED = "restricted"
"""Name under which the last wish for each such class is kept in a state."""
FROM_RECORD, FROM_RELATION_END = "kept_from_record", "kept_from_relation_end"


def kept_by(rules: Rulebook, retention: Retention, on: date) -> tuple[str, ...]:
    """The rules that keep a class on a day; none: it is destroyed when the client asks.

    Raises `RuleMissingError` for a day of which the book does not say what is kept.
    """
    found = (
        pairs(rules.words(name, on)).get(retention.value, "") for name in (FROM_RECORD, FROM_RELATION_END)
    )
    return tuple(rule_id for named in found for rule_id in named.split("|") if rule_id)


def is_kept(rules: Rulebook, retention: Retention, on: date) -> bool:
    """Whether the law keeps a class on a day; where the book does not say, nothing is destroyed."""
    try:
        return bool(kept_by(rules, retention, on))
    except RuleMissingError:
        return True


def restricted(client: View) -> frozenset[str]:
    """The classes that are kept by the law alone, since the client's last consent to personal service."""
    asked = client.named(RESTRICTED)
    if not asked:
        return frozenset()
    given = [
        entry.ts
        for name, entry in client.state.last.items()
        if name.startswith("consent\x01") and entry.value[0] and entry.value[2] in PROFILING_PURPOSES
    ]
    return frozenset(name for name, entry in asked if entry.ts >= max(given, default=0))


def rests_on(refs: Iterable[EventRef], classes: frozenset[str]) -> bool:
    """Whether any of these events is of one of the classes."""
    return bool(classes) and any(BODIES[ref.kind][1].value in classes for ref in refs)
