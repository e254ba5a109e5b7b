"""The same client told in other events: consents of all kinds, money and trades alone, old snapshots."""

import pytest
from profile_events import Make
from profile_people import WORKED, courses, facts, names, of, person, year_of_trades

from tongxing.domain.book import Book


@pytest.mark.parametrize("purpose", ["marketing", "share_grade"])
def test_a_consent_for_something_else_takes_no_label_away(happen: Make, book: Book, *, purpose: str) -> None:
    for kind in ("consent_given", "consent_withdrawn"):
        other = happen("2026-01-01 09:00", kind, purpose=purpose)
        assert names(of([*person(happen), *facts(happen), *courses(happen), other], book)) == WORKED


def test_a_consent_for_imported_posts_takes_no_stated_label_away(happen: Make, book: Book) -> None:
    posts = happen("2026-01-01 09:00", "consent_given", purpose="personalised_service", source="social_seen")
    assert names(of([*person(happen), *facts(happen), *courses(happen), posts], book)) == WORKED


def test_one_source_may_be_withdrawn_out_of_a_general_consent(happen: Make, book: Book) -> None:
    given = happen("2026-01-01 09:00", "consent_given", purpose="personalised_service", source="*")
    back = {"purpose": "personalised_service", "source": "debt_stated"}
    withdrawn = happen("2026-02-01 09:00", "consent_withdrawn", **back)
    events = [*person(happen), *facts(happen), *courses(happen), given, withdrawn]
    assert names(of(events, book)) == ["风险偏好中高", "短期交易型", "学习能力强"]
    again = happen("2026-03-01 09:00", "consent_given", **back)
    assert names(of([*events, again], book)) == WORKED


def test_the_worked_client_has_his_labels_from_money_brought_in_and_trades_alone(
    happen: Make, book: Book
) -> None:
    dealt = [event for event in year_of_trades(happen) if event.kind != "day_valued"]
    assert names(of([*person(happen), *dealt, *courses(happen)], book)) == WORKED
    unfunded = [event for event in dealt if event.kind == "trade"]
    assert of([*person(happen), *unfunded], book).features["turnover_annual_bp"] is None


def test_an_old_snapshot_does_not_outweigh_a_turnover_stated_later(happen: Make, book: Book) -> None:
    holdings = [
        {"code": "600036", "quantity": "1000", "price": "40", "sector": "银行"},
        {"code": "000858", "quantity": "400", "price": "100", "sector": "食品饮料"},
    ]
    held = happen("2026-01-05 18:00", "holding_snapshot", as_of="2026-01-05", cash_fen=0, holdings=holdings)
    assert names(of([*person(happen), held, *facts(happen), *courses(happen)], book)) == WORKED


def test_labels_that_rest_on_trades_alone_name_the_trades(happen: Make, book: Book) -> None:
    order = {"code": "512480", "quantity": "1000", "price": "1.000", "gross_fen": 100_000}
    found = of([happen("2026-05-05 10:00", "trade", side="buy", **order)], book)
    assert names(found) == ["行业集中", "ETF偏好"]
    assert all([ref.kind for ref in label.evidence] == ["trade"] for label in found.labels)
    assert [len(sign.evidence) for sign in found.signs] == [1]


@pytest.mark.parametrize(("opened", "new"), [("2026-04-06", True), ("2026-04-05", False)])
def test_a_client_is_new_until_thirty_days_after_opening(
    happen: Make, book: Book, *, opened: str, new: bool
) -> None:
    registered = happen("2026-04-05 10:00", "client_registered", name="王示例", opened_on=opened)
    assert ("新客户" in names(of([registered], book))) is new


@pytest.mark.parametrize(("label", "value"), [("私行客户", "是"), ("短期交易型", "高净值")])
def test_a_client_cannot_claim_a_fact_of_the_account(
    happen: Make, book: Book, *, label: str, value: str
) -> None:
    claimed = happen("2026-05-01 10:00", "tag_corrected", label=label, value=value)
    assert not {"私行客户", "高净值"} & set(names(of([*person(happen), *facts(happen), claimed], book)))
