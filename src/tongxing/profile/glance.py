"""Parts of a profile, for callers who need no more: signs after one kind of event, the standing alone."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache

from tongxing.domain.book import Book
from tongxing.domain.clock import seconds
from tongxing.domain.profile import Sign, Standing
from tongxing.profile.record import State
from tongxing.profile.sign_rule import SignRule
from tongxing.profile.signs import SIGNS
from tongxing.profile.standing import standing
from tongxing.profile.view import view


def signs_after(state: State, kind: str, *, as_of: datetime, book: Book) -> Mapping[str, Sign | None]:
    """The signs an event of this kind can turn, each with what it is now (None: off)."""
    rules = _rules_of(kind)
    if not rules:
        return {}
    client = view(state, seconds(as_of), book)
    return {rule.name: rule.find(client) for rule in rules}


def signs_now(state: State, *, as_of: datetime, book: Book) -> dict[str, Sign | None]:
    """Every sign, with what it is now (None: off)."""
    client = view(state, seconds(as_of), book)
    return {rule.name: rule.find(client) for rule in SIGNS.values()}


def standing_at(state: State, *, as_of: datetime, book: Book) -> Standing:
    """What gates and compliance must know of the client, without the rest of the profile."""
    return standing(view(state, seconds(as_of), book))


@cache
def _rules_of(kind: str) -> tuple[SignRule, ...]:
    return tuple(rule for rule in SIGNS.values() if kind in rule.kinds)
