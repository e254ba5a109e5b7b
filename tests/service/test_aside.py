"""What was set aside is sealed as silence, and taken in again once it can be."""

import pytest
from people import at, event, opening

from tongxing.domain.event import Event
from tongxing.domain.grades import Tolerance
from tongxing.ledger.leaves import opens
from tongxing.profile import fold
from tongxing.profile.glance import standing_at
from tongxing.profile.takes import TAKES
from tongxing.service.append import append
from tongxing.service.aside import StillAsideError, client_of, release
from tongxing.service.careful_work import careful_work
from tongxing.service.house import House
from tongxing.service.leaf_view import leaf_view
from tongxing.service.ports import SetAside
from tongxing.service.states import reread
from tongxing.service.work import work


def searched(number: int, minutes: int) -> Event:
    return event(number, "searched", {"text": "个人养老金怎么开户"}, minutes=minutes)


def assessed(number: int = 20, *, minutes: int = 1) -> Event:
    return event(number, "assessment_taken", {"grade": "C4", "valid_to": "2028-01-01"}, minutes=minutes)


@pytest.fixture
def held(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """A fault of the program: it cannot take in a C4 grade, until it is repaired (the patch is undone)."""
    take = TAKES["assessment_taken"]

    def faulty(taken: object) -> None:
        if taken.body["grade"] == "C4":  # type: ignore[attr-defined]
            raise KeyError("C4")
        take(taken)  # type: ignore[arg-type]

    monkeypatch.setitem(TAKES, "assessment_taken", faulty)
    append(house, [*opening(), assessed(), searched(21, 2)])
    report = careful_work(house, now=at(3))
    assert (report.set_aside, report.held) == (1, 1)
    return house


def test_a_held_trigger_and_what_was_set_aside_are_sealed_as_silence(held: House) -> None:
    first, second = [sealed.index for sealed in held.store.leaves(limit=10) if sealed.leaf.kind == "silence"]
    (row,) = held.store.aside()
    found = held.store.leaf(first)
    assert found is not None
    sealed, client_id, key = found
    assert client_id == "C1"
    assert opens(sealed.leaf, "silence", {"seq": row.seq, "what": "assessment_taken", "why": row.why}, key)
    trigger = held.store.leaf(second)
    assert trigger is not None
    why = "set_aside: something of this client could not be taken in"
    words = {"trigger": "sign:pension_searched", "cause": "test/C1-21", "why": why}
    assert opens(trigger[0].leaf, "silence", words, trigger[2])
    shown = leaf_view(held, 1)
    assert shown is not None
    assert shown.intact


def test_while_the_fault_is_there_nothing_is_released(held: House) -> None:
    before = held.store.state("C1")
    with pytest.raises(StillAsideError, match=r"C1 still cannot be taken in \(KeyError"):
        release(held, "C1")
    assert len(held.store.aside()) == 1
    assert held.store.state("C1") == before


def test_after_the_repair_the_client_is_folded_anew_and_served_again(
    held: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert client_of(held, held.store.aside()[0].seq) == "C1"
    assert release(held, "C1") == 1
    assert held.store.aside() == ()
    assert work(held, now=at(4)).decisions == 0, "what was held stays unanswered"
    assert held.store.messages("C1", now=at(4)) == ()
    whole = reread(held, "C1", through=held.store.folded_through("C1"))
    assert held.store.state("C1") == fold.pack(whole)
    assert standing_at(whole, as_of=at(5), book=held.book).grade is Tolerance.C4


def test_only_what_is_set_aside_can_be_released(house: House) -> None:
    append(house, opening())
    work(house, now=at(1))
    with pytest.raises(StillAsideError, match="nothing of C1"):
        release(house, "C1")
    with pytest.raises(StillAsideError, match="event 2 is not set aside"):
        client_of(house, 2)
    with house.store.batch() as batch:
        batch.set_aside(SetAside(client_id="C1", seq=0, what="card", why="ValueError"))
    with pytest.raises(StillAsideError, match="event 0"):
        client_of(house, 0)
    assert release(house, "C1") == 1
