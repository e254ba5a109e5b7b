"""Whether a playbook is about this client and about what just happened."""

from tongxing.domain.book import Book
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Trigger

JOURNEY = "journey"
HELD = "held"
SIGN = "sign"


def candidates(playbooks: tuple[Playbook, ...], trigger: Trigger, book: Book) -> tuple[Playbook, ...]:
    """The playbooks a trigger lets the house think of, in name order.

    A journey step asks for its own playbook only, and so does the end of a hold for the one it held back; a
    sign asks for all that belong to no journey. A step that the book no longer has asks for none.
    """
    kind, _, rest = trigger.name.partition(":")
    if kind == JOURNEY:
        wanted = _steps(rest, book)
    elif kind == HELD:
        wanted = {rest}
    else:
        of_journeys = {step.playbook for journey in book.journeys.values() for step in journey.steps}
        wanted = {playbook.name for playbook in playbooks} - of_journeys
    return tuple(sorted((page for page in playbooks if page.name in wanted), key=lambda page: page.name))


def applicability(playbook: Playbook, profile: Profile, trigger: Trigger) -> tuple[str, ...]:
    """All its signs are on, none of the excluded ones is, and it is about the sign that turned on."""
    on = {sign.name for sign in profile.signs}
    reasons = [f"applicability: {name} is not on" for name in playbook.all_of if name not in on]
    reasons += [f"applicability: {name} is on" for name in playbook.none_of if name in on]
    hushed = [name for name in playbook.none_of if name in profile.standing.hushed]
    reasons += [
        f"applicability: {name} was hushed by the client and still keeps this back" for name in hushed
    ]
    kind, _, sign = trigger.name.partition(":")
    if kind == SIGN and sign not in playbook.all_of:
        reasons.append("applicability: not about this trigger")
    return tuple(reasons)


def _steps(rest: str, book: Book) -> set[str]:
    name, _, day = rest.partition(":")
    journey = book.journeys.get(name)
    if journey is None:
        return set()
    return {step.playbook for step in journey.steps if str(step.day) == day}
