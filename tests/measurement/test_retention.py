from datetime import date, timedelta

from tongxing.measurement.lives import Life, Terms
from tongxing.measurement.retention import churn_by_month, churn_pooled, month_churn, retained

BY = Terms(active_assets_fen=100_000, active_act_days=90, fallen_from_fen=1_000_000, fallen_days=60)
RICH = ((date(2025, 1, 2), 5_000_000),)


def client(number: int, *, opened: date = date(2024, 1, 1), closed: date | None = None) -> Life:
    assets = tuple((max(day, opened), fen) for day, fen in RICH)
    return Life(client_id=f"C{number}", opened_on=opened, assets_fen=assets, closed_on=closed)


def test_thirty_two_of_a_thousand_leaving_is_the_churn_of_the_report() -> None:
    lives = [client(n, closed=date(2025, 3, 14) if n < 32 else None) for n in range(1_000)]
    found = month_churn(lives, month=date(2025, 3, 20), through=date(2025, 3, 31), by=BY)
    assert (found.monthly.part, found.monthly.whole, found.monthly.value_ppm) == (32, 1_000, 32_000)
    assert round((found.annual.value_ppm or 0) / 1_000) == 323
    assert found.complete


def test_new_clients_of_the_month_are_in_neither_part() -> None:
    lives = [
        client(1),
        client(2, opened=date(2025, 3, 1)),
        client(3, opened=date(2025, 3, 3), closed=date(2025, 3, 20)),
        client(4, closed=date(2025, 3, 31)),
    ]
    found = month_churn(lives, month=date(2025, 3, 1), through=date(2025, 4, 30), by=BY)
    assert (found.monthly.part, found.monthly.whole) == (1, 2)


def test_clients_lost_before_the_month_are_not_lost_again() -> None:
    lives = [client(1), client(2, closed=date(2025, 2, 28)), client(3, closed=date(2025, 4, 1))]
    march = month_churn(lives, month=date(2025, 3, 1), through=date(2025, 4, 30), by=BY)
    assert (march.monthly.part, march.monthly.whole) == (0, 2)


def test_a_month_that_is_not_over_says_so_and_stays_out_of_the_mean() -> None:
    lives = [client(n, closed=date(2025, 3, 10) if n < 5 else None) for n in range(100)]
    months = churn_by_month(lives, first=date(2025, 2, 17), through=date(2025, 4, 10), by=BY)
    assert [(month.month, month.complete) for month in months] == [
        ("2025-02", True),
        ("2025-03", True),
        ("2025-04", False),
    ]
    assert (churn_pooled(months).part, churn_pooled(months).whole) == (5, 200)


def test_retention_counts_only_clients_whose_day_has_come() -> None:
    opened = date(2025, 3, 3)
    lives = [
        Life(client_id="stays", opened_on=opened, acts=(opened, opened + timedelta(days=3))),
        Life(client_id="leaves on day 7", opened_on=opened, acts=(opened,), closed_on=date(2025, 3, 10)),
        Life(client_id="leaves on day 8", opened_on=opened, acts=(opened,), closed_on=date(2025, 3, 11)),
        Life(client_id="too young", opened_on=date(2025, 3, 6), acts=(date(2025, 3, 6),)),
        Life(client_id="older", opened_on=date(2024, 3, 6), acts=(date(2025, 3, 6),)),
    ]
    found = retained(
        lives, days=7, opened=(opened, opened + timedelta(days=9)), through=date(2025, 3, 12), by=BY
    )
    assert (found.part, found.whole, found.name) == (2, 3, "retention_d7")
    assert "2025-03-03" in found.cohort
