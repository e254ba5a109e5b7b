"""Whatever order events, copies, merges and splits arrive in, the state is the one the log tells."""

from dataclasses import replace

import numpy as np
import pytest
from benchmarks.permutations import Desk, settled, tally_of
from profile_events import Make, moment
from profile_streams import stream

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.door import from_events
from tongxing.profile.links import bond, word

TRIES = 2_000


def test_no_order_of_arrival_gives_another_state() -> None:
    tally = tally_of(TRIES, seed=3)
    assert tally.different == []
    assert tally.links > TRIES
    assert tally.repeated > TRIES
    assert min(tally.past, tally.apart) > 10


def test_a_fold_that_forgets_the_merge_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Desk, "take", _own_events_only)
    assert tally_of(200, seed=3).different != []


def _own_events_only(self: Desk, event: Event) -> None:
    fold.apply(self.states[event.client_id], event, self.book)


def test_a_profile_of_the_past_is_the_one_the_worker_had(book: Book) -> None:
    events = sorted(stream(seed=21, clients=1, events=500), key=lambda event: event.known_at)
    state, chance = fold.empty("C000"), np.random.Generator(np.random.PCG64(4))
    asked = sorted(chance.choice(len(events) - 1, 25, replace=False).tolist())
    for number, event in enumerate(events):
        if number in asked and events[number - 1].known_at < event.known_at:
            at = event.known_at
            then = fold.refold("C000", events, as_of=at, book=book)
            assert profile(then, as_of=at, book=book) == profile(state, as_of=at, book=book)
        fold.apply(state, event, book)
        if number % 40 == 0:
            state = fold.unpack(fold.pack(state))


def test_packing_at_any_moment_changes_no_state_in_order_of_the_log(book: Book) -> None:
    events = sorted(stream(seed=22, clients=1, events=700), key=lambda event: event.known_at)
    whole, packed = fold.empty("C000"), fold.empty("C000")
    for number, event in enumerate(events):
        fold.apply(whole, event, book)
        fold.apply(packed, event, book)
        if number % 30 == 0:
            packed = fold.unpack(fold.pack(packed))
    assert settled(packed).slots == settled(whole).slots
    assert packed.positions() == whole.positions()
    assert packed.cash_fen == whole.cash_fen


def test_the_last_merge_that_would_close_a_circle_is_refused(happen: Make) -> None:
    chain = [("A", "B", "05-01"), ("B", "C", "05-02"), ("C", "A", "05-03")]
    words = [
        word(replace(happen(f"2026-{day} 10:00", "merged_away", other_client_id=into), client_id=away))
        for away, into, day in chain
    ]
    found = [bond(name, words) for name in "ABC"]
    assert [None if one is None else one.into for one in found] == ["B", "C", ""]
    assert found[2] is not None
    assert found[2].members == {"A", "B"}
    assert [bond(name, words[::-1]) for name in "ABC"] == found


def test_the_door_joins_merged_records(happen: Make, book: Book) -> None:
    away = happen("2026-05-02 10:00", "merged_away", other_client_id="C2")
    events = [
        happen("2026-05-01 10:00", "searched", text="个人养老金"),
        happen("2026-05-01 10:00", "consent_given", purpose="profiling", source="*"),
        away,
    ]
    events.append(replace(happen("2026-05-01 09:00", "logged_in"), client_id="C2"))
    before, after = (
        [[need.name for need in found.needs] for found in from_events(events, as_of=moment(at), book=book)]
        for at in ("2026-05-02 09:00", "2026-05-03 09:00")
    )
    assert (before, after) == ([["pension"], []], [["pension"], ["pension"]])
