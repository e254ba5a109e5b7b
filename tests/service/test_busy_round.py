"""Thousands of events of one client in one round: taken in one transaction, decided once, and kept small."""

from people import at, event, opening

from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.work import work

EVENTS = 3_000
KINDS: tuple[tuple[str, dict[str, object]], ...] = (
    ("searched", {"text": "个人养老金怎么开户"}),
    ("logged_in", {"device": "ios"}),
    ("viewed", {"page": "home"}),
)


def test_a_round_full_of_one_client_decides_once(house: House) -> None:
    append(house, opening())
    made = [event(100 + number, *KINDS[number % 3], minutes=1 + number // 60) for number in range(EVENTS)]
    append(house, made)
    report = work(house, now=at(EVENTS // 60 + 2), batch_size=EVENTS)
    assert report.events > EVENTS
    assert report.decisions == report.delivered == 1
    blob = house.store.state("C1")
    assert blob is not None
    assert len(blob) < 2_000
