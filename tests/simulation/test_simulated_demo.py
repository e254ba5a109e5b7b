from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for, temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.simulation.characters import characters
from tongxing.simulation.demo import DemoError, demo_day, demo_over, demo_start

LOAD_DAY = date(2026, 4, 3)


def sent(house: Any, client_id: str) -> set[str]:
    events = (stored.event for stored in house.store.events_of(client_id))
    return {str(event.body["playbook"]) for event in events if event.kind == "touch_sent"}


def log(house: Any) -> list[tuple[str, str, str]]:
    found, after = [], 0
    while page := house.store.events(after=after, limit=1_000):
        found.extend((stored.event.source, stored.event.source_seq, stored.event.kind) for stored in page)
        after = page[-1].seq
    return found


def test_characters_are_invented_and_distinct() -> None:
    people = characters(LOAD_DAY)
    assert len({one.client_id for one in people}) == len({one.name for one in people}) == len(people)
    assert all(one.id_number.startswith("999999") for one in people)
    assert next(one for one in people if one.name == "林晓").income_month_fen == 1_500_000


@pytest.fixture(scope="module")
def three_days(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("demo") / "store.db"
    house = house_for(path, entropy=SeededEntropy(1))
    morning = demo_start(house, count=24)
    assert morning == datetime(2026, 5, 6, 9, tzinfo=BEIJING)
    for _ in range(6):
        demo_day(house)
    return house


def test_each_character_meets_the_page_of_their_story(three_days: Any) -> None:
    expected = {
        "C000003": {"newcomer_day_1", "newcomer_day_2", "newcomer_day_3"},
        "C000004": {"sector_notice"},
        "C000005": {"dormant_wake"},
        "C000006": {"pension_guide"},
        "C000008": {"assessment_expiring"},
        "C000009": {"distress_offer"},
        "C000010": {"loss_care"},
        "C000013": {"assessment_expiring"},
    }
    missing = {who: what - sent(three_days, who) for who, what in expected.items()}
    assert {who: what for who, what in missing.items() if what} == {}


def test_without_consent_or_personalisation_a_search_brings_no_card(three_days: Any) -> None:
    assert "pension_guide" not in sent(three_days, "C000011")
    assert "pension_guide" not in sent(three_days, "C000012")
    rows = three_days.store.decisions(client_id="C000011", limit=50)
    assert any(row.trigger == "sign:pension_searched" and row.chosen == 0 for row in rows)


def test_a_demo_goes_on_after_a_restart_as_if_nothing_had_happened(tmp_path: Path) -> None:
    one = house_for(tmp_path / "one.db", entropy=SeededEntropy(1))
    demo_start(one, count=18, sessions_before=3)
    demo_day(one)
    demo_day(one)
    other = house_for(tmp_path / "other.db", entropy=SeededEntropy(1))
    demo_start(other, count=18, sessions_before=3)
    demo_day(other)
    other.store.close()
    again = house_for(tmp_path / "other.db", entropy=SeededEntropy(2))
    evening = demo_day(again)
    assert evening.date() == date(2026, 5, 7)
    assert log(again) == log(one)


def test_a_day_that_was_broken_off_is_lived_once(tmp_path: Path) -> None:
    house = house_for(tmp_path / "store.db", entropy=SeededEntropy(1))
    demo_start(house, count=18, sessions_before=3)
    before = house.store.setting("simulation")
    demo_day(house)
    lived = sorted(log(house))
    house.store.set_setting("simulation", before or "")
    demo_day(house)
    assert sorted(log(house)) == lived


def test_a_demo_ends_with_the_market_history(tmp_path: Path) -> None:
    house = house_for(tmp_path / "store.db", entropy=SeededEntropy(1))
    with pytest.raises(DemoError, match="not started"):
        demo_day(house)
    demo_start(house, count=3, first_day=date(2026, 8, 3), sessions_before=1)
    assert not demo_over(house)
    demo_day(house)
    assert demo_over(house)
    with pytest.raises(DemoError, match="history is over"):
        demo_day(house)


def test_a_demo_starts_again_on_its_own_store_and_never_on_clients_with_its_numbers() -> None:
    with temporary_house(seed=1) as house:
        first = demo_start(house, count=2, sessions_before=1)
        assert (
            demo_start(house, count=2, sessions_before=1) == first == datetime(2026, 5, 6, 9, tzinfo=BEIJING)
        )
        assert demo_day(house) == demo_start(house) == datetime(2026, 5, 6, 20, 30, tzinfo=BEIJING)
    with temporary_house(seed=1) as house:
        at = datetime(2026, 5, 1, tzinfo=BEIJING)
        foreign = Event(
            source="x",
            source_seq="1",
            client_id="C000001",
            ts=at,
            known_at=at,
            kind="logged_in",
            body={"device": "web"},
        )
        house.store.append([foreign])
        with pytest.raises(DemoError, match="demo's numbers"):
            demo_start(house, count=2, sessions_before=1)


def test_a_demo_fills_a_store_that_holds_an_imported_client() -> None:
    with temporary_house(seed=1) as house:
        at = datetime(2026, 5, 1, tzinfo=BEIJING)
        body = {"name": "林晓", "opened_on": "2026-05-01"}
        imported = Event(
            source="statement",
            source_seq="1",
            client_id="C800001",
            ts=at,
            known_at=at,
            kind="client_registered",
            body=body,
        )
        house.store.append([imported])
        demo_start(house, count=2, sessions_before=1)
        assert set(house.store.client_ids()) >= {"C000001", "C800001"}
