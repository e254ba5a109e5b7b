from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from view_house import CONSENTS, NOW, OPENED, REFUSES, UNKNOWN, event, fill, searches

from tongxing.app.house import temporary_house
from tongxing.domain.event import Retention
from tongxing.service import client_acts
from tongxing.service.account_view import _places, _price
from tongxing.service.append import append
from tongxing.service.client_names import client_names, masked
from tongxing.service.client_view import client_rows, client_view
from tongxing.service.house import House
from tongxing.service.views import ClientView
from tongxing.service.work import work


@pytest.fixture(scope="module")
def filled() -> Iterator[House]:
    with temporary_house() as house:
        fill(house)
        yield house


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house() as house:
        fill(house)
        yield house


def home(house: House, client_id: str = CONSENTS) -> ClientView:
    view = client_view(house, client_id, now=NOW)
    assert view is not None
    return view


def test_a_client_sees_the_own_name_in_full_and_staff_see_it_masked(filled: House) -> None:
    assert home(filled).name == "林晓晓"
    assert [row.name for row in client_rows(filled)] == ["林**", "王*", "赵*"]
    assert masked("李") == "李*"
    assert masked("") == ""


def test_an_unknown_client_has_no_home(filled: House) -> None:
    assert client_view(filled, "C999999", now=NOW) is None


def test_a_holding_without_a_shipped_price_says_that_it_is_the_last_one_known(filled: House) -> None:
    listed, own = home(filled).holdings
    assert (listed.code, listed.quantity, listed.price_day, listed.price_note) == (
        "510300",
        "10,000",
        date(2026, 5, 6),
        "",
    )
    assert listed.risk.startswith("R")
    assert (own.code, own.name, own.quantity, own.price, own.value) == (
        "999999",
        "自造基金",
        "1,234.5",
        "2.00",
        "2,469.00",
    )
    assert own.price_day == date(2026, 4, 1)
    assert own.price_note == filled.book.labels["price_last_known"]
    assert (own.risk, own.sector) == ("", "未知")


def test_total_is_holdings_and_cash(filled: House) -> None:
    view = home(filled)
    assert view.cash_fen == 173_456
    assert view.total_fen == 173_456 + sum(holding.value_fen for holding in view.holdings)
    assert sum(share for _sector, share in view.sectors) == 1_000_000
    assert [share for _sector, share in view.sectors] == sorted(
        (share for _sector, share in view.sectors), reverse=True
    )


def test_the_change_leaves_money_brought_in_aside(filled: House) -> None:
    view = home(filled)
    before = filled.market.last_close("510300", date(2026, 4, 30))
    after = filled.market.last_close("510300", date(2026, 5, 6))
    assert before is not None
    assert after is not None
    assert view.valued_on == date(2026, 5, 6)
    assert view.change_fen == int((after[0] - before[0]) * 10_000 * 100)
    assert view.change_ppm is not None
    assert (view.change_ppm > 0) == (view.change_fen > 0)


def test_the_chart_starts_account_and_benchmark_at_one(filled: House) -> None:
    first, *_rest, last = home(filled).points
    assert (first.unit_ppm, first.benchmark_ppm) == (1_000_000, 1_000_000)
    assert last.benchmark_ppm is not None
    assert last.benchmark_ppm != 1_000_000
    assert last.day == date(2026, 5, 6)


def test_a_client_of_whom_little_is_known_still_has_a_home(filled: House) -> None:
    view = home(filled, UNKNOWN)
    assert (view.grade, view.total_fen, view.cash_fen, view.change_fen) == ("", 0, None, None)
    assert (view.holdings, view.points, view.cards) == ((), (), ())


def test_a_search_becomes_a_card_with_every_part(house: House) -> None:
    searches(house, CONSENTS)
    (card,) = home(house).cards
    assert card.playbook == "pension_guide"
    assert len(card.body) > 1
    assert "1 次" in card.why
    assert card.risk_note
    assert card.ai_mark == house.book.labels["ai_mark"]
    assert card.human is not None
    assert card.human.page == "/human"
    assert card.receipt_index > card.leaf_index
    assert [row.cards for row in client_rows(house)] == [1, 0, 0]


def test_without_consent_no_card_appears(house: House) -> None:
    searches(house, REFUSES)
    assert home(house, REFUSES).cards == ()


def test_labels_needs_and_signs_are_words_with_evidence(house: House) -> None:
    searches(house, CONSENTS)
    view = home(house)
    signs = {sign.name: sign for sign in view.signs}
    sign = signs[house.book.labels["sign_pension_searched"]]
    assert [one.kind for one in sign.evidence] == ["searched"]
    assert view.needs[0].name == house.book.labels["need_pension"]
    english = client_view(house, CONSENTS, now=NOW, locale="en")
    assert english is not None
    assert english.needs[0].name == "Retirement"


def test_the_latest_events_come_first_without_the_daily_valuations(house: House) -> None:
    searches(house, CONSENTS)
    kinds = [one.kind for one in home(house).recent]
    assert kinds[:2] == ["touch_sent", "searched"]
    assert "day_valued" not in kinds


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("c000002", 1), ("王五", 1), ("王", 1), ("大众", 3), ("C3", 2), ("nobody", 0)],
)
def test_clients_are_found_by_id_name_tier_and_grade(filled: House, query: str, found: int) -> None:
    assert len(client_rows(filled, query=query)) == found


def test_the_list_is_bounded(filled: House) -> None:
    assert len(client_rows(filled, limit=2)) == 2


def test_a_row_follows_its_client(house: House) -> None:
    assert client_rows(house)[0].name == "林**"
    later = OPENED + timedelta(days=35, hours=7, minutes=1)
    append(house, (event(CONSENTS, 90, "client_changed", {"name": "周七"}, later),))
    work(house, now=later)
    assert client_rows(house)[0].name == "周*"
    assert home(house).name == "周七"


def test_a_name_is_forgotten_when_its_key_is_destroyed(house: House) -> None:
    assert client_names(house, [CONSENTS])[CONSENTS] == "林晓晓"
    house.store.erase(CONSENTS, Retention.IDENTITY)  # type: ignore[attr-defined]
    assert client_names(house, [CONSENTS])[CONSENTS] == ""
    assert client_names(house, [REFUSES])[REFUSES] == "王五"


def test_personalisation_follows_the_client(house: House) -> None:
    assert home(house).personalisation
    client_acts.set_personalisation(house, CONSENTS, on=False, now=NOW)
    work(house, now=NOW)
    assert not home(house).personalisation


def test_a_home_seen_before_forgets_the_name_with_its_key(house: House) -> None:
    assert home(house).name == "林晓晓"
    house.store.erase(CONSENTS, Retention.IDENTITY)  # type: ignore[attr-defined]
    view = client_view(house, CONSENTS, now=NOW)
    assert view is None or view.name == ""
    assert view is None or "client_registered" not in {one.kind for one in view.recent}
    assert all("林" not in row.name for row in client_rows(house))


def test_an_exchange_fund_is_priced_to_the_mil_and_a_stock_to_the_fen() -> None:
    day = date(2026, 5, 6)
    with temporary_house() as house:
        assert _price(Decimal("1.08"), _places(house.market, "512880", day)) == "1.080"
        assert _price(Decimal(1500), _places(house.market, "600519", day)) == "1,500.00"
