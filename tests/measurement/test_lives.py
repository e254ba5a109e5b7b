from datetime import date, timedelta

import pytest

from tongxing.measurement.lives import Life, Terms, active_on, lost_on

BY = Terms(active_assets_fen=100_000, active_act_days=90, fallen_from_fen=1_000_000, fallen_days=60)
OPENED = date(2025, 1, 6)
THROUGH = date(2026, 1, 1)


def life(*, assets: tuple[tuple[date, int], ...] = (), **more: object) -> Life:
    return Life(client_id="C1", opened_on=OPENED, assets_fen=assets, **more)  # type: ignore[arg-type]


def test_a_client_with_enough_assets_is_active() -> None:
    assert active_on(life(assets=((date(2025, 1, 7), 100_000),)), date(2025, 6, 1), by=BY)
    assert not active_on(life(assets=((date(2025, 1, 7), 99_999),)), date(2025, 6, 1), by=BY)


@pytest.mark.parametrize(("days_before", "active"), [(90, True), (91, False)])
def test_a_client_without_assets_is_active_after_an_act_of_the_last_90_days(
    days_before: int, *, active: bool
) -> None:
    day = date(2025, 9, 1)
    assert active_on(life(acts=(day - timedelta(days=days_before),)), day, by=BY) is active


def test_the_value_of_the_day_itself_is_not_known_at_its_start() -> None:
    rich_today = life(assets=((date(2025, 5, 30), 0), (date(2025, 6, 2), 500_000)))
    assert not active_on(rich_today, date(2025, 6, 2), by=BY)
    assert active_on(rich_today, date(2025, 6, 3), by=BY)


def test_nobody_is_active_before_opening() -> None:
    assert not active_on(life(acts=(OPENED,)), OPENED, by=BY)


def test_a_closed_account_is_lost_on_its_day() -> None:
    assert lost_on(life(closed_on=date(2025, 4, 9)), by=BY, through=THROUGH) == date(2025, 4, 9)
    assert lost_on(life(closed_on=date(2025, 4, 9)), by=BY, through=date(2025, 4, 8)) is None


def test_custody_moved_out_loses_a_client_even_without_closing() -> None:
    both = life(closed_on=date(2025, 5, 9), emptied_on=date(2025, 5, 7))
    assert lost_on(both, by=BY, through=THROUGH) == date(2025, 5, 7)


def test_a_fall_that_lasts_sixty_days_is_dated_back_to_its_beginning() -> None:
    fallen = life(assets=((date(2025, 2, 3), 1_000_001), (date(2025, 3, 3), 99_999)))
    assert lost_on(fallen, by=BY, through=date(2025, 3, 3) + timedelta(days=59)) is None
    assert lost_on(fallen, by=BY, through=date(2025, 3, 3) + timedelta(days=60)) == date(2025, 3, 3)


def test_a_fall_from_a_small_account_is_no_loss() -> None:
    small = life(assets=((date(2025, 2, 3), 1_000_000), (date(2025, 3, 3), 50)))
    assert lost_on(small, by=BY, through=THROUGH) is None


def test_a_client_who_comes_back_within_sixty_days_was_never_lost() -> None:
    back = life(assets=((date(2025, 2, 3), 2_000_000), (date(2025, 3, 3), 0), (date(2025, 5, 1), 2_000_000)))
    assert lost_on(back, by=BY, through=THROUGH) is None
    late = life(assets=((date(2025, 2, 3), 2_000_000), (date(2025, 3, 3), 0), (date(2025, 5, 2), 2_000_000)))
    assert lost_on(late, by=BY, through=THROUGH) == date(2025, 3, 3)
