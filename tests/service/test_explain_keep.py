"""Why a holding changed: the store says what a file says; what was shown is sealed; a person takes over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from desk_house import CLIENT, LIN, fill, whats
from people import event

from tongxing.advice.attribution_life import Cause
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.ledger.leaves import opens
from tongxing.service import desk_paper, explain_keep
from tongxing.service.console_replay import EQUAL, replay
from tongxing.service.desk_queue import desk_view
from tongxing.service.explain_api import holding_why
from tongxing.service.explain_client import Answer, answer, window_of
from tongxing.service.explain_file import ExplainError, explain_lines
from tongxing.service.house import House
from tongxing.service.me_who import mine
from tongxing.service.sealing import words_fields, words_group
from tongxing.service.stored import decode_decision
from tongxing.service.work import work

GOLD, LIQUOR, INDEX, SPLIT = "518880", "512690", "510300", "159928"
E6 = Decimal(10**6)
CODES = (INDEX, LIQUOR, SPLIT, GOLD, "512890")
WINDOWS = [(date(2026, 1, 5), date(2026, 4, 30)), (date(2024, 9, 2), date(2024, 10, 31))]


def bought(
    code: str, day: date, price: Decimal, *, number: int, side: str = "buy", quantity: int = 10_000
) -> Event:
    """A trade at ten in the morning, with a fee of five yuan."""
    when = datetime(day.year, day.month, day.day, 10, tzinfo=BEIJING)
    body: dict[str, object] = {
        "code": code,
        "side": side,
        "quantity": str(quantity),
        "price": str(price),
        "gross_fen": int(price * quantity * 100),
        "fees_fen": 500,
    }
    return replace(event(number, "trade", body), ts=when, known_at=when)


def lived(house: House, code: str, first: date, last: date) -> list[Event]:
    """Bought on the first day, more two weeks later, a part sold on the day after."""
    days = house.market.sessions(first, last)
    told = []
    for number, (place, side, quantity) in enumerate(
        [(0, "buy", 10_000), (9, "buy", 2_000), (10, "sell", 5_000)]
    ):
        close = house.market.last_close(code, days[place])
        assert close is not None
        told.append(bought(code, days[place], close[0], number=100 + number, side=side, quantity=quantity))
    return told


def as_file(house: House, code: str, found: Answer, trades: Sequence[Event]) -> dict[str, object]:
    """The same case as another house would write it, from the exchange's own series."""
    market, product = house.market, house.book.products[code]
    first, last = found.found.first, found.found.as_of
    days = market.sessions(first, last)
    closes = [market.last_close(code, day) for day in days]
    prices = [str(close[0]) for close in closes if close is not None]
    actions, held = [], Decimal(10_000)
    for day in days[1:]:
        split, dividend = market.split_on(code, day), market.dividend_on(code, day)
        ratio = Decimal(1) if split is None else Decimal(split.ratio.numerator) / split.ratio.denominator
        if split is not None or dividend is not None:
            cash = "0" if dividend is None else str(dividend.per_share)
            actions.append({"ex_date": str(day), "cash": cash, "bonus": str(ratio - 1)})
        held *= ratio
        for one in trades[1:]:
            if one.ts.date() == day:
                held += Decimal(str(one.body["quantity"])) * (1 if one.body["side"] == "buy" else -1)
    return {
        "id": code,
        "question": {"from": str(first), "to": str(last), "asked_at": f"{last}T23:00:00+08:00"},
        "instrument": {"kind": "etf", "code": code, "name": product.name, "currency": "CNY"},
        "opening": {
            "date": str(first), "quantity": "10000", "shown_price": prices[0], "shown_price_is": "close",
        },
        "dates": [str(day) for day in days],
        "closes": prices,
        "market_index": _series(house, "000300", days) if product.kind == "etf" else None,
        "sector_index": _series(house, {LIQUOR: SPLIT, "512890": "000015"}.get(code, ""), days),
        "fx": None,
        "trades": [_line(one) for one in trades[1:]],
        "corporate_actions": actions,
        "announcements": [],
        "locked_limit_down": [str(day) for day in days[1:] if _at_the_limit(house, code, day)],
        "suspended": None,
        "display_at_end": {
            "price": prices[-1], "price_date": str(last), "quantity": str(held), "pending_quantity": "0",
        },
        "cost_display": None,
        "other_fees": [],
        "rates": {},
    }  # fmt: skip


def _at_the_limit(house: House, code: str, day: date) -> bool:
    bar, down = house.market.bar(code, day), house.market.limits(code, day).down_mil
    return bar is not None and bar.close_mil == down


def _series(house: House, name: str, days: Sequence[date]) -> list[str] | None:
    market = house.market
    if not name:
        return None
    if name in market.codes():
        changes = [market.total_return_ppm(name, days[0], day) or 0 for day in days]
        return [str(1 + Decimal(change) / E6) for change in changes]
    return [str(market.index_close(name, day)) for day in days]


def _line(one: Event) -> dict[str, object]:
    body = one.body
    return {
        "date": str(one.ts.date()),
        "side": body["side"],
        "quantity": body["quantity"],
        "price": body["price"],
        "fee": "5.00",
    }


@pytest.mark.parametrize("window", WINDOWS, ids=["2026", "2024"])
@pytest.mark.parametrize("code", CODES)
def test_the_store_and_a_file_say_the_same_to_the_fen(
    house: House, code: str, window: tuple[date, date]
) -> None:
    trades = lived(house, code, *window)
    fill(house, *trades)
    me = mine(house, CLIENT, now=house.clock.now())
    found = answer(me, code, window_of(house, *window, now=me.now), locale="zh-CN")
    (line,) = explain_lines([as_file(house, code, found, trades)], house.book, locale="zh-CN")
    assert not isinstance(line, ExplainError), line
    assert line["parts_fen"] == {cause.value: fen for cause, fen in found.found.parts_fen.items()}
    assert line["result_fen"] == found.found.result_fen
    assert (found.found.parts_fen[Cause.SECTOR] != 0) is (code in {LIQUOR, "512890"})


def shown(house: House, code: str = GOLD, *, locale: str = "zh-CN") -> Answer:
    me = mine(house, CLIENT, now=house.clock.now())
    return answer(me, code, window_of(house, *WINDOWS[0], now=me.now), locale=locale)


def keep(house: House, found: Answer) -> bool:
    return explain_keep.keep(mine(house, CLIENT, now=house.clock.now()), found)


def test_what_was_shown_is_sealed_once_with_its_verdict(house: House) -> None:
    fill(house, *lived(house, INDEX, *WINDOWS[0]))
    found = shown(house, INDEX)
    leaves = house.store.count_leaves()
    assert keep(house, found)
    assert not keep(house, found)
    assert house.store.count_leaves() == leaves + 1
    row = next(one for one in house.store.decisions(client_id=CLIENT))
    kept = decode_decision(row.payload)
    assert kept.drafts == (found.verdict.draft,)
    assert [one.cleared for one in kept.verdicts] == [True]
    sealed = house.store.leaf(row.leaf_index)
    assert sealed is not None
    assert opens(sealed[0].leaf, words_group(0), words_fields(found.verdict.draft), sealed[2])
    again = replay(house, row.decision_id)
    assert again is not None
    assert again.result == EQUAL
    assert keep(house, shown(house, INDEX, locale="en")), "other words are another record"


def test_a_large_unexplained_rest_is_one_task_a_client_and_month(house: House) -> None:
    fill(house, *lived(house, GOLD, *WINDOWS[0]))
    found = shown(house)
    assert found.found.hand_over
    for locale in ("zh-CN", "en"):
        assert keep(house, shown(house, locale=locale))
        work(house, now=house.clock.now())
        work(house, now=house.clock.now())
    assert whats(house) == ["unexplained"]
    (task,) = house.store.tasks.of_client(CLIENT)
    paper = desk_paper.decode(task.paper)
    assert found.told is not None
    assert paper.words == "\n".join(found.told.sentences)
    assert task.duty > 0
    seen = desk_view(house, LIN, now=house.clock.now())
    assert task.task_id in {line.task_id for line in seen.lines}


def test_a_change_that_is_explained_asks_for_nobody(house: House) -> None:
    fill(house, *lived(house, INDEX, *WINDOWS[0]))
    found = shown(house, INDEX)
    assert not found.found.hand_over
    assert keep(house, found)
    work(house, now=house.clock.now())
    assert whats(house) == []


def test_what_another_system_reads_is_sealed_as_well(house: House) -> None:
    fill(house, *lived(house, INDEX, *WINDOWS[0]))
    leaves, now = house.store.count_leaves(), house.clock.now()
    first, last = WINDOWS[0]
    for _ in range(2):
        found = holding_why(house, CLIENT, INDEX, start=first, end=last, now=now, locale="zh-CN")
    assert sum(found.parts_fen.values()) == found.result_fen
    assert house.store.count_leaves() == leaves + 1
