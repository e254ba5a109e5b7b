"""Who asks: the person whom the judge put into the request."""

from typing import cast

from litestar.exceptions import NotAuthorizedException

from tongxing.domain.person import Person
from tongxing.web.render import PageRequest


def viewer(request: PageRequest) -> Person:
    """The signed-in person; raises `NotAuthorizedException` where nobody is."""
    person = getattr(request.state, "person", None)
    if person is None:
        raise NotAuthorizedException(detail="sign-in")
    return cast("Person", person)
