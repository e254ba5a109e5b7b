"""The scenario lab: a real stretch of the market lived through with a practice portfolio; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tongxing.advice.lab_course import PPM, Course, drawdown_ppm, until
from tongxing.advice.lab_session import Choice, Portfolio, Tariff, Walk, panic, planned, practice, steps, walk
from tongxing.advice.lab_worse import Deepest, deepest
from tongxing.domain.clock import BEIJING
from tongxing.domain.episodes import MarketEpisode
from tongxing.service.house import House


class LabError(LookupError):
    """No such episode, a walk that cannot be read, or prices that are not shipped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One product on the day that is shown."""

    code: str
    name: str
    held_fen: int
    change_ppm: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LabPage:
    """What may be known on the day that is shown, and nothing of later days."""

    episode: MarketEpisode
    choices: str
    step: int
    steps: int
    days: tuple[date, ...]
    values_fen: tuple[int, ...]
    drawdown_ppm: tuple[int, ...]
    levels_ppm: Mapping[str, tuple[int, ...]]
    """What each product was worth on these days, in ppm of the first."""
    products: tuple[Product, ...]
    cash_fen: int
    cost_fen: int

    @property
    def ended(self) -> bool:
        """Whether the last day is shown."""
        return self.step == self.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class LabResult:
    """A finished walk beside other courses over the same real days."""

    page: LabPage
    patience: Walk
    panic: Walk
    planned: Walk
    worse: Deepest
    seed: int


def episodes(house: House) -> tuple[MarketEpisode, ...]:
    """All episodes of the book, the earliest first."""
    return tuple(sorted(house.book.episodes.values(), key=lambda one: one.first))


def episode_of(house: House, name: str) -> MarketEpisode:
    """One episode by name; raises `LabError`."""
    found = house.book.episodes.get(name)
    if found is None:
        raise LabError(name)
    return found


def course_of(house: House, episode: MarketEpisode) -> Course:
    """The real course of an episode; raises `LabError` where a price is not shipped."""
    days = tuple(house.market.sessions(episode.first, episode.last))
    levels: dict[str, tuple[int, ...]] = {}
    for code in episode.practice_bp:
        changes = [house.market.total_return_ppm(code, days[0], day) for day in days]
        levels[code] = tuple(PPM + change for change in changes if change is not None)
        if len(levels[code]) != len(days):
            raise LabError(f"{code} has no prices from {days[0]}")
    return Course(days=days, level_ppm=levels)


def play(house: House, name: str, choices: str) -> LabPage:
    """A walk as far as it was chosen: each letter of `choices` is one step.

    Raises:
        LabError: no such episode, an unknown letter, or more letters than steps.
    """
    episode = episode_of(house, name)
    course = course_of(house, episode)
    at, chosen = steps(course, episode.sessions_a_step), _read(choices)
    if len(chosen) > len(at):
        raise LabError(f"{len(chosen)} choices for {len(at)} steps")
    place = at[len(chosen)] if len(chosen) < len(at) else len(course.days) - 1
    known = until(course, place)
    lived = walk(
        known,
        _start(house, episode),
        chosen,
        at=at[: len(chosen)],
        weights_bp=episode.practice_bp,
        tariff=_tariff(house, episode.first),
    )
    return LabPage(
        episode=episode,
        choices=choices,
        step=len(chosen),
        steps=len(at),
        days=known.days,
        values_fen=lived.values_fen,
        drawdown_ppm=drawdown_ppm(lived.values_fen),
        levels_ppm=known.level_ppm,
        products=tuple(_product(house, code, known, lived.last) for code in known.level_ppm),
        cash_fen=lived.last.cash_fen,
        cost_fen=lived.cost_fen,
    )


def result(house: House, name: str, choices: str, *, seed: int) -> LabResult:
    """A finished walk beside patience, panic and the planned shares; raises `LabError` before its end."""
    page = play(house, name, choices)
    if not page.ended:
        raise LabError(f"{page.step} of {page.steps} steps")
    episode, on = page.episode, _today(house)
    course, start, tariff = course_of(house, episode), _start(house, episode), _tariff(house, episode.first)
    number = house.book.rules.number
    return LabResult(
        page=page,
        patience=walk(course, start, (), at=(), weights_bp={}, tariff=tariff),
        panic=panic(course, start, fall_bp=number("lab_panic_bp", on), tariff=tariff),
        planned=planned(
            course,
            start,
            weights_bp=episode.practice_bp,
            every=number("lab_rebalance_sessions", on),
            tariff=tariff,
        ),
        worse=deepest(
            course,
            start,
            paths=number("lab_shuffles", on),
            mean_block=number("lab_block_sessions", on),
            chance=np.random.Generator(np.random.PCG64(seed)),
        ),
        seed=seed,
    )


def _read(choices: str) -> tuple[Choice, ...]:
    try:
        return tuple(Choice(letter) for letter in choices)
    except ValueError as error:
        raise LabError(str(error)) from error


def _today(house: House) -> date:
    return house.clock.now().astimezone(BEIJING).date()


def _start(house: House, episode: MarketEpisode) -> Portfolio:
    return practice(house.book.rules.number("lab_practice_fen", _today(house)), episode.practice_bp)


def _tariff(house: House, on: date) -> Tariff:
    """What the house took of a trade in those days."""
    number = house.book.rules.number
    return Tariff(commission_ppm=number("commission_ppm", on), least_fen=number("commission_min_fen", on))


def _product(house: House, code: str, known: Course, held: Portfolio) -> Product:
    level = known.level_ppm[code][-1]
    named = house.book.products.get(code)
    return Product(
        code=code,
        name=code if named is None else named.name,
        held_fen=held.held_fen(code, level),
        change_ppm=level - PPM,
    )
