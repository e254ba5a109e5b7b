"""A call made twice is done once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from view_house import NOW

from tongxing.service.api_repeats import Kept, KeyReusedError, UnderWayError, digest, once
from tongxing.service.house import House


class Counted:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> Kept:
        self.times += 1
        return Kept(status=201, body=f"{self.times}".encode(), headers={"ETag": '"1"'})


def asked(
    house: House,
    do: Callable[[], Kept],
    *,
    key: str = "k",
    what: str = "a",
    person: str = "p",
    after: int = 0,
) -> Kept:
    return once(house, person, key, digest(what), now=NOW + timedelta(seconds=after), do=do)


def test_a_repeat_gives_the_first_answer_and_does_nothing(house: House) -> None:
    do = Counted()
    assert (
        asked(house, do)
        == asked(house, do, after=3_600)
        == Kept(status=201, body=b"1", headers={"ETag": '"1"'})
    )
    assert do.times == 1


def test_another_request_under_the_same_key_is_refused(house: House) -> None:
    do = Counted()
    asked(house, do)
    with pytest.raises(KeyReusedError):
        asked(house, do, what="b")
    assert do.times == 1


def test_the_same_key_of_another_person_is_another_key(house: House) -> None:
    do = Counted()
    assert asked(house, do).body == b"1"
    assert asked(house, do, person="q").body == b"2"


def test_a_call_that_fails_leaves_its_key_free(house: House) -> None:
    def fails() -> Kept:
        raise RuntimeError("the store is busy")

    with pytest.raises(RuntimeError):
        asked(house, fails)
    assert asked(house, Counted(), what="another").body == b"1"


def test_while_the_first_call_is_under_way_a_second_is_told_and_a_lost_one_is_taken_over(
    house: House,
) -> None:
    do = Counted()

    def meanwhile() -> Kept:
        with pytest.raises(UnderWayError):
            asked(house, do, after=60)
        return asked(house, do, after=61)

    assert asked(house, meanwhile).body == b"1"
    assert do.times == 1


def test_an_answer_is_forgotten_after_a_day(house: House) -> None:
    do = Counted()
    asked(house, do)
    assert asked(house, do, after=24 * 3_600).body == b"1"
    assert asked(house, do, after=24 * 3_600 + 1).body == b"2"


def test_a_digest_depends_on_where_one_part_ends() -> None:
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a", b"b") == digest("a", "b")
