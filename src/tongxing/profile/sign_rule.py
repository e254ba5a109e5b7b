"""What a sign is made of: a small function over what is known, and when to look for it anew."""

from collections.abc import Callable
from dataclasses import dataclass

from tongxing.domain.profile import Sign
from tongxing.profile.view import View

_BY_TIME = frozenset(("day_valued",))


@dataclass(frozen=True, slots=True)
class SignRule:
    """A sign, and the kinds of events after which it is looked for anew."""

    name: str
    find: Callable[[View], Sign | None]
    kinds: frozenset[str]
    """The daily valuation brings in what only time changes."""


def sign_rule(find: Callable[[View], Sign | None], *kinds: str) -> SignRule:
    """The rule of a sign named like its function, looked for after these kinds and at each close."""
    return SignRule(find.__name__, find, _BY_TIME | frozenset(kinds))
