"""A state packed under other features is folded anew from the log, to the same figures."""

import msgspec
import pytest
from people import at, event, opening, snapshot

from tongxing.profile import fold
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.work import work


def test_a_stale_state_is_folded_anew_with_what_the_worker_had_folded(house: House) -> None:
    append(house, [*opening(), snapshot({"510300": 100_000}, cash_fen=7)])
    append(house, [event(10, "searched", {"text": "养老金"}, minutes=1)])
    work(house, now=at(2))
    fresh = house.store.state("C1")
    assert fresh is not None
    append(house, [event(11, "logged_in", {}, minutes=3)])
    stale = _other_version(fresh)
    with pytest.raises(fold.StaleStateError):
        fold.unpack(stale)
    assert fold.pack(state_of(house, "C1", stale)) == fresh


@pytest.mark.parametrize(
    "blob", [b"", b"\xc1", msgspec.msgpack.encode([7]), msgspec.msgpack.encode({"old": 1})]
)
def test_bytes_of_any_other_make_are_folded_anew(house: House, blob: bytes) -> None:
    append(house, [*opening(), snapshot({"510300": 100_000}, cash_fen=7)])
    work(house, now=at(2))
    assert fold.pack(state_of(house, "C1", blob)) == house.store.state("C1")


def _other_version(blob: bytes) -> bytes:
    version, *rest = msgspec.msgpack.decode(blob)
    return msgspec.msgpack.encode([version + 1, *rest])
