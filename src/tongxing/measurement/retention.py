"""How many clients leave in a month, and how many newcomers are still here after 7 and 30 days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tongxing.measurement.lives import Life, Terms, active_on, lost_on
from tongxing.measurement.rates import Rate, annual, rate


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthChurn:
    """Churn of one month, always shown beside what it comes to in a year."""

    month: str
    complete: bool
    """False while the month is not over: the figure will still grow."""
    monthly: Rate
    annual: Rate


def month_churn(lives: Sequence[Life], *, month: date, through: date, by: Terms) -> MonthChurn:
    """Lost in the month / active at its start; clients who opened in the month are in neither part.

    Args:
        lives: all clients.
        month: any day of the month.
        through: last day of which everything is known.
        by: the definition of active and lost in force.
    """
    first = month.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    known = min(through, after - timedelta(days=1))
    at_start = lost = 0
    for life in lives:
        gone = lost_on(life, by=by, through=through)
        if (gone is not None and gone < first) or not active_on(life, first, by=by):
            continue
        at_start += 1
        lost += gone is not None and gone <= known
    monthly = rate(
        "churn_month",
        part=lost,
        whole=at_start,
        formula="lost in month / active at month start",
        cohort=f"active on {first.isoformat()}, opened before it; counted through {known.isoformat()}",
    )
    return MonthChurn(
        month=f"{first:%Y-%m}",
        complete=through >= after - timedelta(days=1),
        monthly=monthly,
        annual=annual(monthly),
    )


def churn_by_month(lives: Sequence[Life], *, first: date, through: date, by: Terms) -> tuple[MonthChurn, ...]:
    """Churn of each month from the one of `first` to the one of `through`."""
    months: list[MonthChurn] = []
    month = first.replace(day=1)
    while month <= through:
        months.append(month_churn(lives, month=month, through=through, by=by))
        month = (month + timedelta(days=31)).replace(day=1)
    return tuple(months)


def churn_pooled(months: Sequence[MonthChurn]) -> Rate:
    """Mean monthly churn over whole months: leavers of all months / client-months at risk."""
    whole = [month.monthly for month in months if month.complete]
    return rate(
        "churn_month_mean",
        part=sum(month.part for month in whole),
        whole=sum(month.whole for month in whole),
        formula="lost in all whole months / sum of active at each month start",
        cohort=f"{len(whole)} whole months",
    )


def retained(
    lives: Sequence[Life], *, days: int, opened: tuple[date, date], through: date, by: Terms
) -> Rate:
    """Clients still with us `days` after opening / clients who opened between the two dates.

    Only clients whose day has come by `through` are in the cohort.
    """
    first, last = opened
    cohort = stayed = 0
    for life in lives:
        day = life.opened_on + timedelta(days=days)
        if not first <= life.opened_on <= last or day > through:
            continue
        cohort += 1
        gone = lost_on(life, by=by, through=through)
        stayed += (gone is None or gone > day) and active_on(life, day + timedelta(days=1), by=by)
    return rate(
        f"retention_d{days}",
        part=stayed,
        whole=cohort,
        formula=f"still active {days} days after opening / opened",
        cohort=f"opened {first.isoformat()} to {last.isoformat()}, observed through {through.isoformat()}",
    )
