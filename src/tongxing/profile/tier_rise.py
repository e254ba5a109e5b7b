"""Whether a client has just grown into a higher service tier; a short dip is no fall and no rise."""

from bisect import bisect_right

from tongxing.domain.clock import day_number
from tongxing.profile.tiles import VALUE
from tongxing.profile.turning_days import months_after
from tongxing.profile.view import View


def risen_tier(client: View) -> str | None:
    """The tier of today's mean assets, if no mean of the last months, save its first days, reached it.

    A tier is taken away only after months below it (`tier_down_months`): so it is news only when none of
    these months had it. While the mean still moves towards the last value, nothing is said.
    """
    days = client.state.valued()
    ordered = sorted(days)
    if not ordered or _level(client, client.features["mean_assets_20d_fen"]) <= 0:
        return None
    sums = [0]
    for day in ordered:
        sums.append(sums[-1] + int(days[day][VALUE]))
    now = _level(client, _mean(client, ordered, sums, client.today))
    if now != _level(client, int(days[ordered[-1]][VALUE])):
        return None
    before = _levels_before(client, ordered, sums, now)
    if not before or max(before) >= now:
        return None
    return client.book.tiers[now].name


def _levels_before(client: View, ordered: list[int], sums: list[int], now: int) -> list[int]:
    """The tiers on the valued days from some months ago until the news is fresh; stops at one as high."""
    since = day_number(months_after(client.on, -client.rule("tier_down_months")))
    until = client.today - client.rule("tier_news_days")
    found: list[int] = []
    for day in reversed(ordered[: bisect_right(ordered, until)]):
        if day < since or (found and found[-1] >= now):
            break
        level = _level(client, _mean(client, ordered, sums, day))
        if level >= 0:
            found.append(level)
    return found


def _mean(client: View, ordered: list[int], sums: list[int], day: int) -> int | None:
    """The mean value in fen of the days up to one, cut downward; None with too few of them."""
    first = bisect_right(ordered, day - client.rule("tier_mean_days"))
    last = bisect_right(ordered, day)
    count = last - first
    return (sums[last] - sums[first]) // count if count >= client.rule("tier_valued_days_min") else None


def _level(client: View, assets_fen: int | None) -> int:
    """The place of the tier such assets reach, from 0; -1 where they are not known."""
    if assets_fen is None:
        return -1
    return sum(1 for tier in client.book.tiers if tier.assets_from_fen <= assets_fen) - 1
