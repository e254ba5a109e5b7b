from collections import Counter
from typing import Any

import msgspec

from tongxing.domain.bodies import BODIES
from tongxing.domain.grades import Tolerance
from tongxing.simulation import identity
from tongxing.simulation.person import Style

CHECK_WEIGHTS = [2 ** (17 - place) % 11 for place in range(17)]


def test_one_seed_makes_the_same_people(world: Any) -> None:
    assert world.people(40, seed=3) == world.people(40, seed=3)
    assert world.people(40, seed=3) != world.people(40, seed=4)


def test_a_person_does_not_depend_on_how_many_others_exist(world: Any) -> None:
    assert world.people(60)[:25] == world.people(25)


def test_most_clients_are_small_and_all_grades_and_styles_occur(world: Any) -> None:
    people = world.people(600)
    assert sum(one.wealth_fen < 10_000_000 for one in people) > 360
    assert {one.grade for one in people} == {grade.name for grade in Tolerance}
    assert {one.habits.style for one in people} == set(Style)
    consents = Counter(purpose for one in people for purpose in one.consents)
    assert 470 < consents["personalised_service"] < 550
    assert 190 < consents["marketing"] < 290
    assert 5 < sum(not one.personalisation for one in people) < 40


def test_id_numbers_belong_to_no_area_and_have_a_right_check_character(world: Any) -> None:
    for one in world.people(100):
        assert one.id_number.startswith("999999")
        assert one.id_number[6:14] == f"{one.birth:%Y%m%d}"
        assert int(one.id_number[16]) % 2 == (one.sex == "male")
        total = sum(int(digit) * weight for digit, weight in zip(one.id_number, CHECK_WEIGHTS, strict=False))
        check = "X" if one.id_number[17] == "X" else int(one.id_number[17])
        assert (total + (10 if check == "X" else int(check))) % 11 == 1
        assert one.phone.startswith("1900000")
        assert len(one.phone) == 11


def test_the_check_character_of_the_published_example_is_right() -> None:
    total = sum(
        int(digit) * weight for digit, weight in zip("11010519491231002", identity.WEIGHTS, strict=True)
    )
    assert identity.CHECKS[total % 11] == "X"


def test_nobody_holds_what_is_above_the_grade(world: Any) -> None:
    for one in world.people(300):
        for code in (*one.tastes, *(code for code, _ in one.weights_bp)):
            assert world.goods.products[code].risk <= max(Tolerance[one.grade], 1)


def test_an_opening_costs_no_more_than_the_wealth(half_year: Any) -> None:
    snapshots = [event for event in half_year.events if event.kind == "holding_snapshot"]
    assert snapshots
    assert all(event.body["cash_fen"] >= 0 for event in snapshots)


def test_every_event_has_the_fields_of_its_kind(half_year: Any) -> None:
    for event in half_year.events:
        msgspec.convert(event.body, BODIES[event.kind][0])
        assert event.ts <= event.known_at
    assert len({event.key for event in half_year.events}) == len(half_year.events)
