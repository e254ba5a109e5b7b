"""Who calls, and how far they reach."""

from tongxing.domain.person import Person
from tongxing.service.api_reach import Reach
from tongxing.web.render import PageRequest


def caller(request: PageRequest) -> Person:
    """The person behind the key or the session, as the judge found them."""
    person: Person = request.state.person
    return person


def reach_of(request: PageRequest, act: str) -> Reach:
    """What the policies say of this person for an act, on any client."""
    found: Reach = request.app.state.reach(caller(request), act)
    return found
