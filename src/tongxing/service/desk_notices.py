"""An adviser's words stand on the client's page; devices that are on only say that they are there."""

from dataclasses import replace

from tongxing.domain.draft import FactSheet
from tongxing.domain.grades import Nature
from tongxing.domain.profile import Profile
from tongxing.service.device_rules import channels_on
from tongxing.service.house import House
from tongxing.service.serve import Served, copied
from tongxing.wording.draft import Unworded
from tongxing.wording.draft import draft as worded


def with_notices(served: Served, house: House, what: str, profile: Profile) -> Served:
    """The record of a person's words with the notices that go to devices, if the words were cleared.

    Only words of service have notices, and only where the task's page has words for the device.
    """
    page = house.book.texts.get(f"desk_{what}")
    if page is None or not served.cleared or served.cleared[0][0].nature is not Nature.SERVICE:
        return served
    ((touch, first),) = served.cleared
    copies = []
    for channel in channels_on(profile.standing, page):
        there = replace(touch, channel=channel)
        made = worded(
            there,
            text=page,
            facts=FactSheet(),
            standing=profile.standing,
            playbook=next(
                iter(house.book.playbooks.values())
            ),  # of it only the consent is read, and replaced
            product=None,
            locale=first.draft.locale,
            labels=house.book.labels,
            touches_this_week=first.draft.touches_this_week,
        )
        if not isinstance(made, Unworded):
            made = replace(made, consent=first.draft.consent, initiative=first.draft.initiative)
        copies.append(copied(there, first, made, book=house.book))
    return replace(
        served,
        copies=tuple(copy for copy, _touch, _cleared in copies),
        cleared_copies=tuple((there, cleared) for _copy, there, cleared in copies if cleared is not None),
    )
