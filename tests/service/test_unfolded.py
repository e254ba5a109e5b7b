"""What a client switches counts in the next response, though the worker has not come to it yet."""

from people import at, event, opening

from tongxing.domain.event import Event
from tongxing.service import client_acts
from tongxing.service.append import append
from tongxing.service.client_view import client_view
from tongxing.service.house import House
from tongxing.service.unfolded import READ_MAX
from tongxing.service.views import ClientView
from tongxing.service.work import work


def searched(number: int, *, minutes: int) -> Event:
    return event(number, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes)


def home(house: House, *, minutes: int) -> ClientView:
    view = client_view(house, "C1", now=at(minutes))
    assert view is not None
    return view


def personal(view: ClientView) -> tuple[int, int, int]:
    return len(view.cards), len(view.needs), len(view.labels)


def served(house: House) -> None:
    append(house, [*opening(), *(searched(10 + number, minutes=number) for number in range(1, 4))])
    work(house, now=at(4))
    assert personal(home(house, minutes=4)) == (1, 1, 1)


def test_after_the_switch_the_next_response_is_not_personal(house: House) -> None:
    served(house)
    client_acts.set_personalisation(house, "C1", on=False, now=at(5))
    assert house.store.lag() == 1
    view = home(house, minutes=5)
    assert (view.personalisation, personal(view)) == (False, (0, 0, 0))
    work(house, now=at(6))
    assert personal(home(house, minutes=6)) == (0, 0, 0)


def test_switched_on_again_it_is_personal_again(house: House) -> None:
    served(house)
    client_acts.set_personalisation(house, "C1", on=False, now=at(5))
    client_acts.set_personalisation(house, "C1", on=True, now=at(6))
    assert personal(home(house, minutes=7)) == (1, 1, 1)


def test_a_withdrawn_consent_and_a_wish_to_leave_count_at_once(house: House) -> None:
    served(house)
    append(house, [event(50, "consent_withdrawn", {"purpose": "personalised_service"}, minutes=5)])
    assert personal(home(house, minutes=6)) == (0, 0, 0)
    append(house, [event(51, "consent_given", {"purpose": "personalised_service"}, minutes=6)])
    assert len(home(house, minutes=7).cards) == 1
    append(house, [event(52, "closing_requested", {"reason": ""}, minutes=7)])
    assert home(house, minutes=8).cards == ()


def test_what_is_not_a_switch_waits_for_the_worker(house: House) -> None:
    served(house)
    before = home(house, minutes=5)
    append(house, [searched(60, minutes=5)])
    assert home(house, minutes=6).needs[0].strength_bp == before.needs[0].strength_bp


def test_more_unfolded_events_than_a_page_reads_show_nothing_personal(house: House) -> None:
    served(house)
    append(house, [searched(100 + number, minutes=5) for number in range(READ_MAX)])
    client_acts.set_personalisation(house, "C1", on=False, now=at(6))
    assert personal(home(house, minutes=7)) == (0, 0, 0)
