"""Assessments taken again with a higher grade shortly before a purchase above the former grade."""

import itertools

from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.profile.heard import ASSESSMENTS
from tongxing.profile.holding_time import purchases
from tongxing.profile.record import Recent
from tongxing.profile.view import View


def pushed_up(client: View) -> tuple[EventRef, ...]:
    """The assessments and the purchase they made possible, where they stand out; else nothing."""
    taken = client.state.recent.get(ASSESSMENTS, ())
    least = client.rule("retest_upward_min")
    if len(taken) <= least:
        return ()
    steps = [(before, after) for before, after in itertools.pairwise(taken) if after.detail > before.detail]
    if len(steps) < least:
        return ()
    since = client.as_of - client.rule("retest_shown_days") * DAY_SECONDS
    for at, code in purchases(client, since):
        within = at - client.rule("retest_window_days") * DAY_SECONDS
        lately = [pair for pair in steps if within < pair[1].ts <= at]
        product = client.book.products.get(code)
        if len(lately) >= least and product is not None and product.risk > max(1, lately[0][0].detail):
            return _evidence(client, lately, at)
    return ()


def _evidence(client: View, steps: list[tuple[Recent, Recent]], at: int) -> tuple[EventRef, ...]:
    bought = [ref for ref in client.recent("trade", "fund_confirmed") if ref.ts == at]
    return (*(after.ref for _before, after in steps), *bought)
