from collections.abc import Iterator
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for, temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.event_leaves import SEALED
from tongxing.simulation.assumptions import assumptions
from tongxing.simulation.limits import violations
from tongxing.simulation.mind import Mind
from tongxing.simulation.people import population
from tongxing.simulation.run import Result, simulate
from tongxing.simulation.shelf import shelf
from tongxing.simulation.step import STAGES, Run, days_until, load, send_waiting, session

START = date(2026, 3, 23)
SMALL = {"clients": 20, "days": 6, "start": START}


def run_once(seed: int, **more: Any) -> Result:
    with temporary_house(seed=1) as house:
        return simulate(house, seed=seed, **(SMALL | more))


def without_timing(result: Result) -> dict[str, object]:
    plain = result.as_json()
    del plain["timing"]
    return plain


def test_two_runs_with_one_seed_are_identical_to_the_last_leaf() -> None:
    first, again = run_once(11), run_once(11)
    assert without_timing(first) == without_timing(again)
    kinds: Any = without_timing(first)["events_by_kind"]
    sealed = sum(count for kind, count in kinds.items() if kind in SEALED)
    assert first.leaves == first.decisions + sum(first.sent_by_playbook.values()) + sealed
    assert run_once(12).log_digest != first.log_digest


def test_a_result_names_its_assumptions_formulas_and_cohorts() -> None:
    plain: Any = run_once(11).as_json()
    assert plain["assumptions"]["churn_month_bp"] == 320
    assert plain["assumptions"]["service_effect_churn_bp"] == 0
    month = plain["retention"]["months"][0]
    assert month["monthly"]["formula"] == "lost in month / active at month start"
    assert "2026-03-01" in month["monthly"]["cohort"]
    assert plain["retention"]["d7"]["interval"] == "Wilson 95 %"
    assert plain["events_by_kind"]["day_valued"] > 20
    assert plain["decisions"] > 0
    assert plain["sessions"] == 6


def test_the_house_keeps_every_limit_and_a_broken_one_would_be_seen() -> None:
    with temporary_house(seed=1) as house:
        simulate(house, seed=5, clients=25, days=5, start=START)
        assert violations(house) == []
        at = datetime(2026, 4, 1, 12, tzinfo=BEIJING)
        house.store.append([_touch("C999999", f"t{number}", at) for number in range(3)])
        found = "\n".join(violations(house))
    assert "sent without a sealed clearance" in found
    assert "no consent to personalised_service" in found


def _touch(client_id: str, touch_id: str, at: datetime) -> Event:
    body = {"touch_id": touch_id, "playbook": "pension_guide", "channel": "home", "nature": "education"}
    return Event(
        source="test",
        source_seq=touch_id,
        client_id=client_id,
        ts=at,
        known_at=at,
        kind="touch_sent",
        body=body,
    )


def _living(house: Any, *, clients: int, eve: date, until: date) -> Run:
    assume = assumptions(house.book.rules, eve)
    goods = shelf(house.book.products, house.market.codes())
    people = population(clients, seed=3, start=eve, shelf=goods, assume=assume)
    minds = {one.client_id: Mind(client_id=one.client_id) for one in people}
    run = Run(house=house, people=people, minds=minds, seed=3, shelf=goods, assume=assume)
    load(run, eve)
    days_until(run, eve + timedelta(days=1), until)
    return run


@pytest.mark.parametrize(
    ("eve", "until"),
    [(date(2026, 3, 20), date(2026, 3, 30)), (date(2026, 6, 29), date(2026, 7, 3))],
    ids=["with a dividend", "with a split"],
)
def test_the_folded_accounts_equal_the_simulators_own_truth_to_the_fen(eve: date, until: date) -> None:
    with temporary_house(seed=1) as house:
        run = _living(house, clients=40, eve=eve, until=until)
        for client_id, mind in run.minds.items():
            blob = house.store.state(client_id)
            if blob is None:
                assert not mind.joined
                continue
            state = fold.unpack(blob)
            held = {code: e4 for code, e4 in state.positions().items() if e4}
            assert held == {code: shares * 10_000 for code, shares in mind.shares.items()}, client_id
            assert state.cash_fen == mind.cash_fen, client_id


SPLIT_EVE = date(2026, 6, 29)


class KilledError(Exception):
    """The process is gone."""


def _log(house: Any) -> list[tuple[Any, ...]]:
    return [
        (stored.event.key, stored.event.kind, stored.event.ts, stored.event.body)
        for stored in house.store.events(after=0, limit=100_000)
    ]


@pytest.fixture(scope="module")
def through_a_split() -> Iterator[tuple[date, list[tuple[Any, ...]]]]:
    """The log of a house that lived through a split without being killed."""
    with temporary_house(seed=1) as house:
        days = house.market.sessions(SPLIT_EVE, date(2026, 7, 10))
        split_day = next(day for day in days if house.market.split_on("512480", day))
        _living(house, clients=25, eve=SPLIT_EVE, until=split_day)
        yield split_day, _log(house)


@pytest.mark.parametrize("stage", range(1, STAGES + 1))
def test_a_day_killed_after_any_stage_is_lived_once(
    stage: int, through_a_split: tuple[date, list[tuple[Any, ...]]]
) -> None:
    day, unkilled = through_a_split

    def kill(done: int, _total: int) -> None:
        if done == stage:
            raise KilledError

    with temporary_house(seed=2) as house:
        run = _living(house, clients=25, eve=SPLIT_EVE, until=day - timedelta(days=1))
        minds, seq = deepcopy(run.minds), run.seq
        with pytest.raises(KilledError):
            session(run, day, progress=kill)
        again = Run(
            house=house, people=run.people, minds=minds, seed=3, shelf=run.shelf, assume=run.assume, seq=seq
        )
        send_waiting(again)
        session(again, day)
        assert _log(house) == unkilled


def test_an_impossible_run_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    house = house_for(tmp_path / "store.db", entropy=SeededEntropy(1))
    with pytest.raises(ValueError, match="history ends on 2026-08-03"):
        simulate(house, clients=2, days=10, seed=1, start=date(2026, 7, 30))
    with pytest.raises(ValueError, match="clients: 0"):
        simulate(house, clients=0, days=1, seed=1, start=START)
    with pytest.raises(ValueError, match="days: 0"):
        simulate(house, clients=1, days=0, seed=1, start=START)
    with pytest.raises(ValueError, match="before the market history"):
        simulate(house, clients=1, days=1, seed=1, start=date(2012, 5, 1))
    assert house.store.count_events() == 0
    simulate(house, clients=1, days=1, seed=1, start=START)
    with pytest.raises(ValueError, match="already holds events"):
        simulate(house, clients=1, days=1, seed=2, start=START)
    simulate(house, clients=1, days=2, seed=1, start=START)
    with pytest.raises(ValueError, match="lived beyond 2026-03-23"):
        simulate(house, clients=1, days=1, seed=1, start=START)
