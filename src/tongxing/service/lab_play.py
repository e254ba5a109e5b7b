"""The scenario lab: a real stretch of the market lived through with a practice portfolio; nothing is kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from tongxing.advice.lab_course import PPM, Course, drawdown_ppm, until
from tongxing.advice.lab_session import BP, Choice, Portfolio, Tariff, Walk, panic, planned, steps, walk
from tongxing.advice.lab_worse import Deepest, deepest
from tongxing.domain.episodes import MarketEpisode
from tongxing.service.house import House
from tongxing.service.lab_stage import LabError, Stage, today


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


def play(house: House, stage: Stage, choices: str) -> LabPage:
    """A walk as far as it was chosen: each letter of `choices` is one step.

    Raises:
        LabError: an unknown letter, or more letters than steps.
    """
    course, episode = stage.course, stage.episode
    at, chosen = steps(course, episode.sessions_a_step), _read(choices)
    if len(chosen) > len(at):
        raise LabError(f"{len(chosen)} choices for {len(at)} steps")
    place = at[len(chosen)] if len(chosen) < len(at) else len(course.days) - 1
    known = until(course, place)
    lived = walk(
        known,
        stage.start,
        chosen,
        at=at[: len(chosen)],
        weights_bp=stage.weights_bp,
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


def result(house: House, stage: Stage, choices: str, *, seed: int) -> LabResult:
    """A finished walk beside patience, panic and the planned shares; raises `LabError` before its end."""
    page = play(house, stage, choices)
    if not page.ended:
        raise LabError(f"{page.step} of {page.steps} steps")
    course, start = stage.course, stage.start
    number, on, tariff = house.book.rules.number, today(house), _tariff(house, stage.episode.first)
    return LabResult(
        page=page,
        patience=walk(course, start, (), at=(), weights_bp={}, tariff=tariff),
        panic=panic(course, start, fall_bp=number("lab_panic_bp", on), tariff=tariff),
        planned=planned(
            course,
            start,
            weights_bp=_shares(stage),
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


def _shares(stage: Stage) -> dict[str, int]:
    """The shares of the first day, cash left as it was."""
    whole = stage.start.value_fen(stage.course, 0)
    return {code: units * BP // whole for code, units in stage.start.units.items()}


def _read(choices: str) -> tuple[Choice, ...]:
    try:
        return tuple(Choice(letter) for letter in choices)
    except ValueError as error:
        raise LabError(str(error)) from error


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
