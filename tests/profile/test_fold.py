"""A state forgets nothing it needs, holds nothing personal, and survives being packed."""

import msgspec
import numpy as np
import pytest
from profile_events import Make, moment
from profile_streams import stream

from tongxing.domain.book import Book
from tongxing.domain.clock import seconds
from tongxing.profile import fold, tiles
from tongxing.profile.assemble import profile
from tongxing.profile.fold import StaleStateError


def test_a_profile_is_the_same_after_packing_at_any_moment(book: Book) -> None:
    events = sorted(stream(seed=11, clients=1, events=600), key=lambda event: event.known_at)
    whole, packed = fold.empty("C000"), fold.empty("C000")
    for number, event in enumerate(events):
        fold.apply(whole, event, book)
        fold.apply(packed, event, book)
        if number % 50 == 0:
            packed = fold.unpack(fold.pack(packed))
    as_of = moment("2026-06-01 10:00")
    assert profile(packed, as_of=as_of, book=book) == profile(whole, as_of=as_of, book=book)


def test_a_profile_does_not_depend_on_the_order_of_arrival(book: Book) -> None:
    events = stream(seed=12, clients=1, events=300)
    as_of = moment("2026-06-01 10:00")
    wanted = profile(fold.refold("C000", events, as_of=as_of, book=book), as_of=as_of, book=book)
    chance = np.random.Generator(np.random.PCG64(5))
    for _ in range(5):
        shuffled = [events[place] for place in chance.permutation(len(events))]
        state = fold.refold("C000", shuffled, as_of=as_of, book=book)
        found = profile(state, as_of=as_of, book=book)
        assert found.features == wanted.features
        assert found.labels == wanted.labels
        assert found.signs == wanted.signs


def test_the_state_holds_no_name_phone_or_document_number(happen: Make, book: Book) -> None:
    state = fold.empty("C1")
    person = {"name": "林某示例", "phone": "13900000000", "id_number": "999999199602010017"}
    event = happen(
        "2026-05-06 10:00", "client_registered", birth="1996-02-01", opened_on="2026-05-06", **person
    )
    fold.apply(state, event, book)
    blob = fold.pack(state)
    assert all(value.encode() not in blob for value in person.values())


def test_a_state_of_another_declaration_is_refused(book: Book) -> None:
    version, *rest = msgspec.msgpack.decode(fold.pack(fold.empty("C1")))
    with pytest.raises(StaleStateError):
        fold.unpack(msgspec.msgpack.encode([version + 1, *rest]))
    assert book.digest


def test_an_empty_client_is_unknown_in_everything(book: Book) -> None:
    found = profile(fold.empty("C1"), as_of=moment("2026-05-06 10:00"), book=book)
    assert found.labels == ()
    assert found.signs == ()
    assert found.tier == "mass"
    assert found.features["value_fen"] is None


def test_the_last_word_is_the_greatest_of_time_knowledge_source_and_number(happen: Make, book: Book) -> None:
    tied = [
        happen("2026-05-01 10:00", "income_stated", seq="9", month_fen=900),
        happen("2026-05-01 10:00", "income_stated", seq="10", month_fen=1_000),
        happen("2026-05-01 10:00", "income_stated", seq="1", known="2026-05-02 10:00", month_fen=100),
    ]
    as_of = moment("2026-05-06 10:00")
    for count, wanted in ((2, 900), (3, 100)):
        for events in (tied[:count], tied[:count][::-1]):
            state = fold.refold("C1", events, as_of=as_of, book=book)
            assert tiles.features(state.slots, seconds(as_of))["income_month_fen"] == wanted


def test_known_until_is_the_latest_instant_of_the_state(happen: Make, book: Book) -> None:
    state = fold.empty("C1")
    fold.apply(state, happen("2026-05-01 10:00", "logged_in", known="2026-05-03 11:00"), book)
    fold.apply(state, happen("2026-05-02 10:00", "logged_in"), book)
    assert fold.known_until(state) == moment("2026-05-03 11:00")


def test_flows_and_valuations_are_there_for_the_next_close(happen: Make, book: Book) -> None:
    state = fold.empty("C1")
    body = {"cash_fen": 0, "flow_fen": 0, "sector_ppm": {}, "unit_ppm": 1_000_000}
    for day, value in (("2026-05-05", 100), ("2026-05-06", 110)):
        event = happen(f"{day} 15:30", "day_valued", date=day, value_fen=value, price_date=day, **body)
        fold.apply(state, event, book)
    fold.apply(
        state, happen("2026-05-06 10:00", "cash_moved", direction="in", amount_fen=7, reason="bank"), book
    )
    last = state.valuation()
    assert last is not None
    before = state.valuation(before=last.day)
    assert before is not None
    assert (last.value_fen, before.value_fen) == (110, 100)
    assert state.flow_fen(after=before.day, through=last.day) == 7
