"""Figures of the whole house are at most a second old, and not made for every reader."""

import pytest

from tongxing.service.house import House
from tongxing.web.recent import Recent


@pytest.fixture
def made() -> list[int]:
    return []


@pytest.fixture
def recent(made: list[int]) -> Recent[int]:
    def make(_house: House) -> int:
        made.append(1)
        return len(made)

    return Recent(make)


def test_many_readers_in_a_second_see_one_figure(
    recent: Recent[int], made: list[int], house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    assert [recent.of(house) for _ in range(5)] == [1] * 5
    now = 100.99
    assert recent.of(house) == 1
    now = 101.0
    assert recent.of(house) == 2
    assert len(made) == 2
