"""A hundred thousand events of one client are folded, kept small, and looked at as fast as a few hundred."""

from collections.abc import Iterator
from datetime import timedelta

from profile_events import moment

from tongxing.domain.book import Book
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.profile.account import MOVES_KEPT_MAX
from tongxing.profile.assemble import profile
from tongxing.profile.record import WORDS_KEPT_MAX

EVENTS = 100_000
STATE_BYTES_MAX = 130_000
START = moment("2026-01-05 09:30")


def busy() -> Iterator[Event]:
    """A year's worth of everything within a hundred days, each name as new as it can be."""
    for number in range(EVENTS):
        at = START + timedelta(seconds=86 * number)
        kind, body = _KINDS[number % len(_KINDS)](number)
        yield Event(
            source="app",
            source_seq=f"{number}",
            client_id="C1",
            ts=at,
            known_at=at,
            kind=kind,
            body=body,
        )


def _trade(number: int) -> tuple[str, dict[str, object]]:
    side = "buy" if number % 2 else "sell"
    code = f"{600000 + number % 90}"
    return "trade", {"code": code, "side": side, "quantity": "100", "price": "1.5", "gross_fen": 15_000}


_KINDS = (
    _trade,
    _trade,
    lambda number: ("cash_moved", {"direction": "in", "amount_fen": number, "reason": "bank"}),
    lambda _number: ("logged_in", {"device": "ios"}),
    lambda _number: ("searched", {"text": "养老金"}),
    lambda number: ("tag_corrected", {"label": f"标签{number}", "value": "是"}),
    lambda number: ("consent_given", {"purpose": "profiling", "source": f"s{number}"}),
    lambda number: ("contact_set", {"channel": f"c{number}", "allowed": False}),
)


def test_a_busy_client_stays_small_and_quick_to_look_at(book: Book) -> None:
    state = fold.empty("C1")
    for number, event in enumerate(busy()):
        fold.apply(state, event, book)
        if number % 20_000 == 0:
            state = fold.unpack(fold.pack(state))
    blob = fold.pack(state)
    assert len(blob) < STATE_BYTES_MAX
    assert len(state.account.moves) <= MOVES_KEPT_MAX
    assert len(state.last) < 4 * WORDS_KEPT_MAX
    assert len(state.positions()) > 0
    found = profile(state, as_of=fold.known_until(state) + timedelta(seconds=1), book=book)
    assert max(len(one.evidence) for one in found.labels) < 20
    assert found.standing.consents
