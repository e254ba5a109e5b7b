"""A walk with one's own holdings: each at real prices of that time, what cannot be mapped is said."""

from datetime import datetime

import pytest
from plan_house import NOW, a_client, me_of, tell

from tongxing.domain.clock import BEIJING
from tongxing.service.house import House
from tongxing.service.lab_play import play, result
from tongxing.service.lab_stage import AS_CASH, LabError, own_stage, practice_stage
from tongxing.service.lab_words import own_words
from tongxing.service.plan_facts import plan_facts

LATER = datetime(2026, 5, 5, 10, 0, tzinfo=BEIJING)


def holds(house: House, *codes: str) -> None:
    """The client of the plan house, now with 1,000 of each of these."""
    a_client(house)
    held = [{"code": code, "quantity": "1000", "price": "1.0000"} for code in codes]
    tell(
        house,
        "holding_snapshot",
        {"as_of": "2026-05-05", "cash_fen": 1_000_000, "holdings": held},
        LATER,
    )


def test_each_holding_follows_its_own_prices_or_those_of_its_kind(house: House) -> None:
    holds(house, "510300", "510500", "F00001", "F00002", "513100")
    stage = own_stage(me_of(house), "crash_2015")
    assert stage is not None
    stands = {place.code: place.stands_for for place in stage.places}
    assert stands["510300"] == "510300"
    assert stands["510500"] == "510500"
    assert stands["F00001"] == AS_CASH
    assert stands["F00002"] == ""  # no bond fund of the history reaches back to 2015
    values = plan_facts(me_of(house)).values
    assert stage.start.cash_fen == 1_000_000 + values["F00001"]
    assert stage.start.units["510300"] == values["510300"]
    assert sum(stage.start.units.values()) == sum(
        values[place.code] for place in stage.places if place.stands_for not in ("", AS_CASH)
    )


def test_in_a_later_episode_the_bond_fund_has_a_stand_in(house: House) -> None:
    holds(house, "F00002")
    stage = own_stage(me_of(house), "bonds_2022")
    assert stage is not None
    assert [(place.code, place.stands_for) for place in stage.places] == [("F00002", "511260")]


def test_money_is_kept_to_the_fen_while_nothing_is_done(house: House) -> None:
    holds(house, "510300", "F00001")
    stage = own_stage(me_of(house), "crash_2015")
    assert stage is not None
    page = play(house, stage, "h" * 52)
    fallen = stage.start.units["510300"] * page.levels_ppm["510300"][-1] // 1_000_000
    assert page.values_fen[-1] == stage.start.cash_fen + fallen
    assert page.cost_fen == 0
    found = result(house, stage, "h" * 52, seed=1)
    assert found.patience.values_fen == page.values_fen


def test_who_holds_nothing_that_fits_has_no_own_walk(house: House) -> None:
    holds(house, "F00001")
    assert own_stage(me_of(house), "crash_2015") is None
    holds(house)
    assert own_stage(me_of(house), "crash_2015") is None


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_the_words_before_it_pass_compliance_and_promise_nothing(house: House, locale: str) -> None:
    holds(house, "510300", "F00002")
    me = me_of(house)
    stage = own_stage(me, "crash_2015")
    assert stage is not None
    parts = {part.role: part.text for part in own_words(me, stage, locale=locale)}
    assert parts.keys() == {"title", "body", "why", "risk", "human", "label"}
    assert ("1 项产品" if locale == "zh-CN" else "of that time: 1") in parts["body"]


def test_an_unknown_episode_is_said_to_be_unknown(house: House) -> None:
    a_client(house)
    with pytest.raises(LabError):
        own_stage(me_of(house), "nothing")
    with pytest.raises(LabError):
        practice_stage(house, "nothing")
    assert me_of(house).now == NOW
