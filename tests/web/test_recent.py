"""Figures of the whole house are at most a second old, and not made for every reader."""

import pytest

from tongxing.service.house import House
from tongxing.web.recent import REST, Recent


class Clock:
    """The machine's clock, moved by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("time.monotonic", made)
    return made


def test_many_readers_in_a_second_see_one_figure(clock: Clock, house: House) -> None:
    made: list[float] = []

    def make(_house: House) -> int:
        made.append(clock.now)
        return len(made)

    recent = Recent(make)
    assert [recent.of(house) for _ in range(5)] == [1] * 5
    clock.now = 100.99
    assert recent.of(house) == 1
    clock.now = 101.0
    assert recent.of(house) == 2
    assert made == [100.0, 101.0]


def test_what_takes_long_is_found_more_seldom(clock: Clock, house: House) -> None:
    made: list[float] = []

    def make(_house: House) -> int:
        made.append(clock.now)
        clock.now += 0.5
        return len(made)

    recent = Recent(make)
    assert recent.of(house) == 1
    clock.now = 100.5 + 0.5 * REST - 0.01
    assert recent.of(house) == 1
    clock.now += 0.01
    assert recent.of(house) == 2
