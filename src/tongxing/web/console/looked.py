"""A look at one client's record from the console goes on that client's record of looks as well."""

from tongxing.domain.person import Role
from tongxing.service.house import House
from tongxing.service.ports_people import AccessEntry
from tongxing.web.front import front_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

PURPOSES = {Role.COMPLIANCE: "compliance", Role.AUDITOR: "audit"}


def looked(request: PageRequest, act: str, client_id: str) -> None:
    """Keep who opened what of whom: the judge let the person in without knowing whose record it is."""
    house: House = front_of(request).house
    person = viewer(request)
    house.store.people.note(
        AccessEntry(
            at=house.clock.now(),
            person_id=person.person_id,
            role=person.role.value,
            act=act,
            client_id=client_id,
            purpose=PURPOSES.get(person.role, "operations"),
            reason="",
            allowed=True,
            policies=" ".join(getattr(request.state, "policies", ())),
        )
    )
