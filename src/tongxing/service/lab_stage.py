"""Where a walk through an episode begins: with invented practice money, or with what the client holds."""

from dataclasses import dataclass
from datetime import date

from tongxing.advice.lab_course import PPM, Course
from tongxing.advice.lab_session import BP, Portfolio, practice
from tongxing.domain.clock import BEIJING
from tongxing.domain.episodes import MarketEpisode
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_facts import plan_facts

AS_CASH = "cash"


class LabError(LookupError):
    """No such episode, a walk that cannot be read, or prices that are not shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One holding of today and whose real prices stand for it; empty where none fits."""

    code: str
    name: str
    value_fen: int
    stands_for: str


@dataclass(frozen=True, slots=True)
class Stage:
    """An episode with what is held before its first day."""

    episode: MarketEpisode
    course: Course
    start: Portfolio
    weights_bp: dict[str, int]
    """How half of the cash is spread by adding, and the shares that are planned."""
    places: tuple[Place, ...] = ()
    """Of the client's own holdings; empty for practice money."""


def practice_stage(house: House, name: str) -> Stage:
    """The invented portfolio of an episode; raises `LabError`."""
    episode = episode_of(house, name)
    amount = house.book.rules.number("lab_practice_fen", today(house))
    shares = dict(episode.practice_bp)
    return Stage(episode, course_of(house, episode, tuple(shares)), practice(amount, shares), shares)


def own_stage(me: Mine, name: str) -> Stage | None:
    """What the client holds today, each at its own real prices or at those of its kind; None where none fits.

    Raises:
        LabError: no such episode.
    """
    house, episode = me.house, episode_of(me.house, name)
    facts = plan_facts(me)
    values, places, cash_fen = dict[str, int](), list[Place](), facts.cash_fen
    for code, value in facts.values.items():
        chosen = _stands_for(house, episode, code, facts.kinds[code])
        named = house.book.products.get(code)
        places.append(
            Place(code=code, name=code if named is None else named.name, value_fen=value, stands_for=chosen)
        )
        if chosen == AS_CASH:
            cash_fen += value
        elif chosen:
            values[chosen] = values.get(chosen, 0) + value
    places += [
        Place(code=code, name=code, value_fen=0, stands_for="") for code in (*facts.unpriced, *facts.unknown)
    ]
    whole = sum(values.values())
    if not whole:
        return None
    weights = {code: value * BP // whole for code, value in values.items()}
    start = Portfolio(cash_fen=cash_fen, units=values)
    return Stage(episode, course_of(house, episode, tuple(values)), start, weights, tuple(places))


def episode_of(house: House, name: str) -> MarketEpisode:
    """One episode by name; raises `LabError`."""
    found = house.book.episodes.get(name)
    if found is None:
        raise LabError(name)
    return found


def course_of(house: House, episode: MarketEpisode, codes: tuple[str, ...]) -> Course:
    """The real course of these products; raises `LabError` where a price is not shipped."""
    days = tuple(house.market.sessions(episode.first, episode.last))
    levels: dict[str, tuple[int, ...]] = {}
    for code in codes:
        changes = [house.market.total_return_ppm(code, days[0], day) for day in days]
        levels[code] = tuple(PPM + change for change in changes if change is not None)
        if len(levels[code]) != len(days):
            raise LabError(f"{code} has no prices from {days[0]}")
    return Course(days=days, level_ppm=levels)


def today(house: House) -> date:
    """The day by the clock in force."""
    return house.clock.now().astimezone(BEIJING).date()


def _stands_for(house: House, episode: MarketEpisode, code: str, kind: str) -> str:
    """The product itself where its prices reach back so far, else the one of its kind by the house rule."""
    rows = (row.partition(":") for row in house.book.rules.words("lab_stand_ins", today(house)))
    others = [other for named, _colon, other in rows if named == kind]
    if AS_CASH in others:
        return AS_CASH
    return next((one for one in (code, *others) if _has_prices(house, episode, one)), "")


def _has_prices(house: House, episode: MarketEpisode, code: str) -> bool:
    first = house.market.sessions(episode.first, episode.last)[0]
    return (
        code in house.market.codes() and house.market.total_return_ppm(code, first, episode.last) is not None
    )
