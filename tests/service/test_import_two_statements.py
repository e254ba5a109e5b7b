"""交割单 and 资金流水 of one period, files in any order, and an import that was stopped: counted once."""

import itertools
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_house import NOW, house_on

from tongxing.domain.event import Event
from tongxing.profile import fold
from tongxing.service.house import House
from tongxing.service.import_statement import ImportReport, import_statement
from tongxing.service.ports import Appended

WALL = NOW + timedelta(days=30)
DELIVERY = (
    "成交日期,证券代码,证券名称,业务名称,成交数量,成交均价,成交金额,手续费,发生金额,资金余额,证券余额\n"
)
DELIVERED = (
    "20260302,600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,8995.00,100\n"
    "20260302,600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,7990.00,200\n"
    "20260303,600519,甲,股息入账,0,0,0,0,20.00,8010.00,200\n"
    "20260304,600519,甲,证券卖出,-50,12.00,600.00,5.00,595.00,8605.00,150\n"
)
LEDGER = "流水日期,摘要,发生金额,资金余额\n"
LEDGERED = (
    "20260301,银行转证券,10000.00,10000.00\n"
    "20260302,证券买入,-1005.00,8995.00\n"
    "20260302,证券买入,-1005.00,7990.00\n"
    "20260303,股息入账,20.00,8010.00\n"
    "20260304,证券卖出,595.00,8605.00\n"
    "20260305,证券转银行,-605.00,8000.00\n"
)
BOTH = {"delivery": DELIVERY + DELIVERED, "ledger": LEDGER + LEDGERED}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    opened = house_on(tmp_path / "house.db")
    yield opened
    opened.store.close()


def imported(
    house: House, text: str, *, client: str | None = "C800001", new: str | None = None
) -> ImportReport:
    return import_statement(
        house,
        text.encode(),
        client_id=None if new else client,
        new_client=new,
        now=NOW,
        wall=WALL,
        dry_run=False,
    )


def told(house: House, client: str = "C800001") -> list[Event]:
    return [stored.event for stored in house.store.events_of(client)]


def held(house: House, client: str = "C800001") -> tuple[dict[str, int], int | None]:
    state = fold.empty(client)
    for event in told(house, client):
        fold.apply(state, event, house.book)
    return {code: quantity // 10_000 for code, quantity in state.positions().items()}, state.cash_fen


def moved(house: House) -> int:
    """Cash of all events that are no snapshots."""
    total = 0
    for event in told(house):
        body = event.body
        if event.kind == "cash_moved":
            amount = int(str(body["amount_fen"]))
            total += amount if body["direction"] == "in" else -amount
        elif event.kind == "trade":
            gross, fees = int(str(body["gross_fen"])), int(str(body["fees_fen"]))
            total += gross - fees if body["side"] == "sell" else -gross - fees
    return total


@pytest.mark.parametrize("order", [("delivery", "ledger"), ("ledger", "delivery")])
def test_cash_of_both_statements_counts_once_in_either_order(house: House, order: Sequence[str]) -> None:
    first = imported(house, BOTH[order[0]], new="林晓")
    second = imported(house, BOTH[order[1]])
    assert first.recognised == []
    assert len(second.recognised) == 4
    assert {known.by for _, known in second.recognised} == {"cash"}
    assert moved(house) == 800_000
    assert held(house) == ({"600519": 150}, 800_000)
    kinds = [event.kind for event in told(house)]
    assert (kinds.count("trade"), kinds.count("dividend_received")) == (3, 1)
    count = house.store.count_events()
    for name in (*order, *order):
        again = imported(house, BOTH[name])
        assert (again.imported, again.duplicates) == (0, len(again.statement.records))
    assert house.store.count_events() == count


def test_the_result_names_what_was_recognised(house: House) -> None:
    keys = {record.key for record in imported(house, BOTH["delivery"], new="林晓").statement.records}
    report = imported(house, BOTH["ledger"])
    door = report.as_json()
    assert (report.imported, report.duplicates, door["recognised_count"]) == (2, 4, 4)
    listed = door["recognised"]
    assert isinstance(listed, list)
    assert [entry["line"] for entry in listed] == [3, 4, 5, 6]
    assert {entry["key"] for entry in listed} == keys


def test_an_equal_payment_with_another_balance_is_another_payment(house: House) -> None:
    imported(house, DELIVERY + "20260302,,,银行转存,0,0,0,0,100.00,100.00,0\n", new="林晓")
    report = imported(
        house, LEDGER + "20260302,银行转证券,100.00,100.00\n20260302,银行转证券,100.00,200.00\n"
    )
    assert [record.line for record, _ in report.recognised] == [2]
    assert moved(house) == 20_000


def test_without_balances_each_line_answers_once(house: House) -> None:
    delivery = DELIVERY.replace(",资金余额", "")
    imported(house, delivery + "20260302,,,银行转存,0,0,0,0,100.00,0\n", new="林晓")
    report = imported(
        house, "流水日期,摘要,发生金额,流水号\n20260302,银行转证券,100.00,1\n20260302,银行转证券,100.00,2\n"
    )
    assert len(report.recognised) == 1
    assert moved(house) == 20_000


def test_trades_told_without_fees_get_them_from_the_delivery_statement(house: House) -> None:
    trades = "成交日期,证券代码,买卖标志,成交价格,成交数量,成交金额\n"
    imported(house, trades + "20260302,600519,买入,10.00,100,1000.00\n", new="林晓")
    report = imported(house, DELIVERY + DELIVERED.splitlines(keepends=True)[0])
    assert [known.by for _, known in report.recognised] == ["securities"]
    assert moved(house) == -100_500
    assert [event.kind for event in told(house)].count("trade") == 1


JANUARY = (
    "20260105,,,银行转存,0,0,0,0,10000.00,10000.00,0\n"
    "20260106,600519,甲,证券买入,100,10.00,1000.00,5.00,-1005.00,8995.00,100\n"
    "20260130,600036,乙,证券买入,100,20.00,2000.00,5.00,-2005.00,6990.00,100\n"
)
FEBRUARY = (
    "20260131,600519,甲,证券卖出,-40,10.00,400.00,5.00,395.00,7385.00,60\n"
    "20260202,600519,甲,证券卖出,-10,10.00,100.00,5.00,95.00,7480.00,50\n"
)
MARCH = (
    "20260302,600036,乙,证券卖出,-100,21.00,2100.00,5.00,2095.00,9575.00,0\n"
    "20260303,510300,丙,证券买入,100,4.00,400.00,5.00,-405.00,9170.00,100\n"
)
MONTHS = (JANUARY, FEBRUARY, MARCH)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_files_may_come_in_any_order(house: House, order: Sequence[int]) -> None:
    imported(house, DELIVERY + MONTHS[order[0]], new="林晓")
    for month in order[1:]:
        imported(house, DELIVERY + MONTHS[month])
    assert held(house) == ({"510300": 100, "600519": 50}, 917_000)


@settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    cuts=st.lists(st.tuples(st.integers(0, 6), st.integers(1, 7)), min_size=1, max_size=3),
    order=st.randoms(use_true_random=False),
)
def test_overlapping_files_in_any_order_end_with_the_same_holdings(
    tmp_path_factory: pytest.TempPathFactory, cuts: list[tuple[int, int]], order: object
) -> None:
    rows = "".join(MONTHS).splitlines(keepends=True)
    files = ["".join(rows[min(start, 6) : max(end, start + 1)]) for start, end in cuts]
    files.append("".join(rows))
    order.shuffle(files)  # type: ignore[attr-defined]
    house = house_on(tmp_path_factory.mktemp("order") / "house.db")
    try:
        imported(house, DELIVERY + files[0], new="林晓")
        for file in files[1:]:
            imported(house, DELIVERY + file)
        assert held(house) == ({"510300": 100, "600519": 50}, 917_000), files
    finally:
        house.store.close()


def test_a_file_after_a_gap_says_what_was_held_by_then(house: House) -> None:
    imported(house, DELIVERY + JANUARY, new="林晓")
    gap = "20260302,600519,甲,证券卖出,-10,11.00,110.00,5.00,105.00,5105.00,290\n"
    imported(house, DELIVERY + gap)
    assert held(house) == ({"600036": 100, "600519": 290}, 510_500)


class StoppedError(RuntimeError):
    """The machine went away."""


def test_an_import_that_fails_names_no_owner_and_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_events: Sequence[Event]) -> Appended:
        raise StoppedError

    with monkeypatch.context() as broken:
        broken.setattr(house.store, "append", gone)
        with pytest.raises(StoppedError):
            imported(house, BOTH["delivery"], new="林晓")
    assert house.store.count_events() == 0
    assert imported(house, DELIVERY + JANUARY, new="周明远").client_id == "C800001"
    assert imported(house, BOTH["delivery"], new="林晓").client_id == "C800002"
    assert imported(house, BOTH["delivery"], new="林晓").imported == 0


def test_a_file_in_parts_goes_on_where_it_was_stopped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongxing.service.import_statement.PART_LINES", 10)
    rows = [
        f"20260{1 + number // 28}{1 + number % 28:02d},银行转证券,1.00,{number + 1}.00\n"
        for number in range(50)
    ]
    data = (LEDGER + "".join(rows)).encode()
    append, calls = house.store.append, itertools.count()

    def fails_at_the_third(events: Sequence[Event]) -> Appended:
        if next(calls) == 2:
            raise StoppedError
        return append(events)

    def run() -> ImportReport:
        return import_statement(
            house,
            lambda: [data[start : start + 64] for start in range(0, len(data), 64)],
            client_id=None,
            new_client="林晓",
            now=NOW,
            wall=WALL,
            dry_run=False,
        )

    with monkeypatch.context() as broken:
        broken.setattr(house.store, "append", fails_at_the_third)
        with pytest.raises(StoppedError):
            run()
    done = [event.kind for event in told(house)].count("cash_moved")
    assert 0 < done < 50
    report = run()
    assert (report.client_id, report.records_count) == ("C800001", 50)
    assert report.imported == 50 - done
    assert [event.kind for event in told(house)].count("cash_moved") == 50
    assert held(house) == ({}, 5_000)
