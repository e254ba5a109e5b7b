"""What a sign is made of: a small function over what is known, and when to look for it anew."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tongxing.domain.profile import Sign
from tongxing.profile.view import View

NextLook = Callable[[View], date | None]
"""The next day after the view's own on which the sign can turn by time alone; None: there is none."""
_ALWAYS = frozenset(("day_valued", "tag_corrected", "tag_deleted"))
"""The close brings in what only time changes; a word on a label hushes a sign or lets it back in."""


@dataclass(frozen=True, slots=True)
class SignRule:
    """A sign, and the kinds of events after which it is looked for anew."""

    name: str
    find: Callable[[View], Sign | None]
    kinds: frozenset[str]
    next_look: NextLook | None = None
    """For a sign that time alone can turn; None where the daily valuation is enough."""
    dated_by: frozenset[str] = frozenset()
    """Kinds of events that move that day; empty: the day is asked for only while the sign is on."""


def sign_rule(
    find: Callable[[View], Sign | None],
    *kinds: str,
    next_look: NextLook | None = None,
    dated_by: tuple[str, ...] = (),
) -> SignRule:
    """The rule of a sign named like its function, looked for after these kinds and at each close."""
    return SignRule(
        find.__name__, _unless_hushed(find), _ALWAYS | frozenset(kinds), next_look, frozenset(dated_by)
    )


def _unless_hushed(find: Callable[[View], Sign | None]) -> Callable[[View], Sign | None]:
    """A sign that rests on a label the client removed is off."""
    name = find.__name__

    def found(client: View) -> Sign | None:
        return None if name in client.hushed else find(client)

    return found
