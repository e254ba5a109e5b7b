"""A client's time with the house as measurement sees it: opening, assets, acts, leaving."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta

from tongxing.domain.book import Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The house's definition of active and lost (`book/rules/measurement.yaml`)."""

    active_assets_fen: int
    active_act_days: int
    fallen_from_fen: int
    fallen_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One client: when the account opened, what was in it by day, when the client did something."""

    client_id: str
    opened_on: date
    assets_fen: tuple[tuple[date, int], ...] = ()
    """Value at the close by day, oldest first; the last known value holds until the next."""
    acts: tuple[date, ...] = ()
    """Days with a login or a trade, oldest first."""
    closed_on: date | None = None
    emptied_on: date | None = None
    """The day on which all custody had been moved out for good."""


def terms(rules: Rulebook, on: date) -> Terms:
    """The definition in force on a day; raises `RuleMissingError` where a row is absent."""
    return Terms(
        active_assets_fen=rules.number("churn_active_assets_fen", on),
        active_act_days=rules.number("churn_active_act_days", on),
        fallen_from_fen=rules.number("churn_fallen_from_fen", on),
        fallen_days=rules.number("churn_fallen_days", on),
    )


def lost_on(life: Life, *, by: Terms, through: date) -> date | None:
    """The day a client was lost, as far as is known at `through`; None while the client stays.

    Lost is: the account closed, or all custody moved out, or assets below the active sum for
    `fallen_days` after having been above `fallen_from_fen` (dated back to the fall).
    """
    days = (life.closed_on, life.emptied_on, _fallen_on(life, by=by, through=through))
    known = [day for day in days if day is not None and day <= through]
    return min(known, default=None)


def active_on(life: Life, day: date, *, by: Terms) -> bool:
    """Whether a client counts as active at the start of a day: enough assets, or a recent act."""
    if life.opened_on >= day:
        return False
    before = [fen for valued, fen in life.assets_fen if valued < day]
    if before and before[-1] >= by.active_assets_fen:
        return True
    last = bisect_right(life.acts, day - timedelta(days=1))
    return last > 0 and (day - life.acts[last - 1]).days <= by.active_act_days


def _fallen_on(life: Life, *, by: Terms, through: date) -> date | None:
    """First day of a fall that has lasted long enough by `through`."""
    was_high, fell = False, None
    for day, fen in life.assets_fen:
        if day > through:
            break
        if fen >= by.active_assets_fen:
            if fell is not None and (day - fell).days >= by.fallen_days:
                return fell
            fell = None
            was_high = was_high or fen > by.fallen_from_fen
        elif was_high and fell is None:
            fell = day
    if fell is not None and (through - fell).days >= by.fallen_days:
        return fell
    return None
