"""Holdings counted step by step are the holdings counted at once, whatever order movements come in."""

import numpy as np

from tongxing.domain.clock import DAY_SECONDS
from tongxing.profile.account import Account

SEED = 11


def test_looking_between_movements_changes_nothing() -> None:
    chance = np.random.default_rng(SEED)
    for _ in range(40):
        watched, unwatched = Account(), Account()
        for _ in range(300):
            ts = int(chance.integers(0, 400)) * DAY_SECONDS
            code = ("510300", "512480")[int(chance.integers(0, 2))]
            change = int(chance.integers(-500, 500))
            for account in (watched, unwatched):
                account.move(ts, code, change)
                account.money(ts, -change, brought_in=bool(change % 2))
            if chance.integers(0, 3) == 0:
                watched.positions()
                watched.cash()
        assert watched.positions() == unwatched.positions()
        assert watched.cash() == unwatched.cash()
