"""What holdings cost: the moving average, fees included; what came without a purchase says so."""

from hypothesis import given
from hypothesis import strategies as st
from people import at, event, opening, snapshot

from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.me_costs import costs, costs_of
from tongxing.service.me_holdings import holdings_page
from tongxing.service.me_who import mine
from tongxing.service.ports import StoredEvent
from tongxing.service.work import work

CODE = "510300"


def trade(number: int, side: str, quantity: int, gross_fen: int, *, minutes: int, fees_fen: int = 0) -> Event:
    body: dict[str, object] = {
        "code": CODE,
        "side": side,
        "quantity": str(quantity),
        "price": "4.000",
        "gross_fen": gross_fen,
        "fees_fen": fees_fen,
    }
    return event(number, "trade", body, minutes=minutes)


def test_purchases_are_averaged_with_their_fees_and_a_sale_takes_out_its_share(house: House) -> None:
    append(house, [trade(1, "buy", 100, 40_000, minutes=1, fees_fen=500)])
    append(house, [trade(2, "buy", 300, 150_000, minutes=2, fees_fen=500)])
    found = costs(house, ("C1",))[CODE]
    assert (found.quantity_e4, found.cost_fen, found.since) == (4_000_000, 191_000, None)
    append(house, [trade(3, "sell", 100, 60_000, minutes=3)])
    found = costs(house, ("C1",))[CODE]
    assert (found.quantity_e4, found.cost_fen) == (3_000_000, 143_250)
    append(house, [trade(4, "sell", 300, 160_000, minutes=4)])
    assert CODE not in costs(house, ("C1",))


def test_a_late_purchase_counts_as_if_it_had_come_in_time(house: House) -> None:
    append(house, [trade(1, "buy", 100, 40_000, minutes=1), trade(2, "sell", 100, 50_000, minutes=5)])
    assert CODE not in costs(house, ("C1",))
    append(house, [trade(3, "buy", 100, 60_000, minutes=2)])
    found = costs(house, ("C1",))[CODE]
    assert (found.quantity_e4, found.cost_fen) == (1_000_000, 50_000)


def test_a_split_changes_the_number_and_not_the_cost(house: House) -> None:
    append(house, [trade(1, "buy", 100, 40_000, minutes=1)])
    append(
        house, [event(2, "shares_changed", {"code": CODE, "quantity": "100", "reason": "split"}, minutes=2)]
    )
    found = costs(house, ("C1",))[CODE]
    assert (found.quantity_e4, found.cost_fen) == (2_000_000, 40_000)


def test_shares_that_came_without_a_price_leave_the_cost_unknown(house: House) -> None:
    append(house, [trade(1, "buy", 100, 40_000, minutes=1)])
    append(
        house,
        [event(2, "shares_changed", {"code": CODE, "quantity": "50", "reason": "transfer"}, minutes=2)],
    )
    assert costs(house, ("C1",))[CODE].cost_fen is None


def test_what_a_snapshot_brought_counts_from_its_day(house: House) -> None:
    append(house, [*opening(), snapshot({CODE: 100_000})])
    work(house, now=at(5))
    found = costs(house, ("C1",))[CODE]
    assert (found.cost_fen, found.since) == (100_000, at(0).date())
    line = holdings_page(mine(house, "C1", now=at(6)), period="3m", index="", locale="zh-CN").lines[0]
    assert line.cost_price == "1.0000"
    assert line.gain_fen == line.holding.value_fen - 100_000
    assert line.since == at(0).date()


def test_a_snapshot_that_says_what_we_count_already_keeps_the_cost(house: House) -> None:
    append(house, [trade(1, "buy", 1_000, 90_000, minutes=1)])
    append(
        house,
        [
            event(
                9,
                "holding_snapshot",
                {"as_of": "2026-05-06", "holdings": [{"code": CODE, "quantity": "1000", "price": "5"}]},
                minutes=2,
            )
        ],
    )
    found = costs(house, ("C1",))[CODE]
    assert (found.cost_fen, found.since) == (90_000, None)


@st.composite
def moves_in_two_orders(draw: st.DrawFn) -> tuple[list[StoredEvent], list[StoredEvent]]:
    told = draw(
        st.lists(
            st.tuples(st.sampled_from(("buy", "sell")), st.integers(1, 500), st.integers(1, 10**6)),
            min_size=1,
            max_size=12,
        )
    )
    events = [
        StoredEvent(seq=number, event=trade(number, side, quantity, fen, minutes=number))
        for number, (side, quantity, fen) in enumerate(told)
    ]
    return events, draw(st.permutations(events))


@given(moves_in_two_orders())
def test_the_order_of_arrival_changes_no_cost_and_none_is_negative(
    orders: tuple[list[StoredEvent], list[StoredEvent]],
) -> None:
    found = costs_of(orders[0])
    assert found == costs_of(orders[1])
    assert all(cost.quantity_e4 > 0 and (cost.cost_fen or 0) >= 0 for cost in found.values())
