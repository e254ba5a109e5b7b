"""The dated rules of an explanation: when prices are known, to what they are rounded, when a person looks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongxing.advice.attribution_life import Kind
from tongxing.domain.book import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The rules in force on the day of the question."""

    hand_over_bp: int
    known_minute: Mapping[Kind, int]
    """Minutes after midnight, Beijing, from which the price of a day is known."""
    tick_e6: Mapping[Kind, int]


def terms(rules: Rulebook, on: date) -> Terms:
    """The terms of a day; raises `LookupError` for a day before the first row."""
    return Terms(
        hand_over_bp=rules.number("attribution_hand_over_bp", on),
        known_minute={kind: rules.number(f"attribution_known_minute_{kind.value}", on) for kind in Kind},
        tick_e6={kind: rules.number(f"attribution_tick_e6_{kind.value}", on) for kind in Kind},
    )
