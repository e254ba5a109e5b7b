"""Of the log only what is new is read again, and nothing outlives a destroyed key."""

from collections import deque
from dataclasses import dataclass, field

from people import event, opening

from tongxing.domain.event import Event, Retention
from tongxing.service.append import append
from tongxing.service.client_names import client_names
from tongxing.service.house import House
from tongxing.service.remembered import Remembered


def test_only_new_events_are_told(house: House) -> None:
    told: list[str] = []

    def tell(kinds: list[str], one: Event) -> None:
        told.append(one.source_seq)
        kinds.append(one.kind)

    remembered = Remembered(list[str], tell, most=2)
    append(house, opening())
    first = remembered.of(house, "C1")
    count = len(told)
    assert count == len(first) > 0
    assert remembered.of(house, "C1") is first
    append(house, [event(90, "searched", {"text": "养老金"}, minutes=1, client="C1")])
    second = remembered.of(house, "C1")
    assert second == [*first, "searched"]
    assert len(first) == count, "who still reads the earlier one is not disturbed"
    assert len(told) == count + 1


def test_the_client_not_looked_at_for_longest_is_forgotten_first(house: House) -> None:
    told: list[str] = []
    remembered = Remembered(list[str], lambda _kinds, one: told.append(one.client_id), most=2)
    append(house, [e for name in ("C1", "C2", "C3") for e in opening(name)])
    for name in ("C1", "C2", "C1", "C3", "C1"):
        remembered.of(house, name)
    each = len(told) // 3
    assert told.count("C1") == each
    remembered.of(house, "C2")
    assert told.count("C2") == 2 * each


def test_a_destroyed_key_empties_what_was_remembered(house: House) -> None:
    remembered = Remembered(list[str], lambda kinds, one: kinds.append(one.kind), most=2)
    append(house, opening())
    assert "client_registered" in remembered.of(house, "C1")
    house.store.erase("C1", Retention.IDENTITY)  # type: ignore[attr-defined]
    assert "client_registered" not in remembered.of(house, "C1")


def test_names_are_read_for_whom_they_are_asked_and_follow_the_log(house: House) -> None:
    append(house, [e for name in ("C1", "C2") for e in opening(name)])
    assert client_names(house, ["C1"]) == {"C1": "林晓"}
    append(house, [event(91, "client_changed", {"name": "林晓晓"}, minutes=1, client="C1")])
    assert client_names(house, ["C1", "C2", "C9"]) == {"C1": "林晓晓", "C2": "林晓", "C9": ""}
    append(house, opening("C9"))
    assert client_names(house, ["C9"]) == {"C9": "林晓"}, "a client who came later has a name, too"
    house.store.erase("C1", Retention.IDENTITY)  # type: ignore[attr-defined]
    assert client_names(house, ["C1", "C2"]) == {"C1": "", "C2": "林晓"}


@dataclass(slots=True)
class _Read:
    kinds: deque[str] = field(default_factory=lambda: deque(maxlen=3))
    seen: dict[str, int] = field(default_factory=dict)
    total: int = 0


def _take(read: _Read, one: Event) -> None:
    read.kinds.append(one.kind)
    read.seen[one.kind] = read.seen.get(one.kind, 0) + 1
    read.total += 1


def test_what_a_page_still_reads_is_not_changed_by_news(house: House) -> None:
    remembered = Remembered(_Read, _take, most=2)
    append(house, opening())
    first = remembered.of(house, "C1")
    before = (tuple(first.kinds), dict(first.seen), first.total)
    append(house, [event(91, "searched", {"text": "养老金"}, minutes=1, client="C1")])
    second = remembered.of(house, "C1")
    assert (tuple(first.kinds), first.seen, first.total) == before
    assert (second.kinds[-1], second.seen["searched"], second.total) == ("searched", 1, first.total + 1)
    assert second.kinds.maxlen == 3
