"""Allocations of a whole book of clients at once: weights and the limits that decide, without sentences.

The weights are those of the door line by line; a pocket in which a part would be too small to buy goes one by
one, as does what the batch does not know.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tongxing.advice.advise import binding, refusals_of, terms_of, weighed
from tongxing.advice.batch import Many, weights_of
from tongxing.advice.facts import BP, Purse
from tongxing.advice.limits import Floats, Model, limits_of
from tongxing.advice.rounding import largest_remainder
from tongxing.advice.solve import Solved
from tongxing.domain.grades import Tolerance
from tongxing.service.advise_ask import AskLine
from tongxing.service.advise_lines import Desk
from tongxing.service.advise_pockets import Divided, divide, refusals

Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Asked:
    """One pocket of one question."""

    place: int
    name: str
    purse: Purse


def allocations(desk: Desk, asks: Sequence[AskLine]) -> Iterator[Row]:
    """A row for each pocket of each client, in order; a client who is refused has one row that says why."""
    refused: dict[int, tuple[str, ...]] = {}
    divided: dict[int, Divided] = {}
    asked: list[_Asked] = []
    for place, ask in enumerate(asks):
        against = refusals(desk.book, ask)
        if not against and ask.grade is not None:
            divided[place] = found = divide(desk.policy, desk.book, ask, Tolerance[ask.grade])
            against = tuple(
                dict.fromkeys(rule for _name, purse in found.pockets for rule in refusals_of(purse))
            )
            asked += [] if against else [_Asked(place, name, purse) for name, purse in found.pockets]
        if against:
            refused[place] = against
    rows = iter(_rows(desk, asks, divided, asked))
    pending = next(rows, None)
    for place, ask in enumerate(asks):
        if place in refused:
            yield _row(desk, ask, refused=list(refused[place]))
        while pending is not None and pending[0] == place:
            yield pending[1]
            pending = next(rows, None)


def _rows(
    desk: Desk, asks: Sequence[AskLine], divided: Mapping[int, Divided], asked: Sequence[_Asked]
) -> Iterator[tuple[int, Row]]:
    if not asked:
        return
    model = desk.model
    found = weights_of(model, _columns(model, [one.purse for one in asked]))
    for number, one in enumerate(asked):
        weights, limits = found.weights[number], None
        named: Mapping[str, float] = dict(zip(found.limits, found.multipliers[number], strict=True))
        gave = found.relaxed.get(number, ())
        if _has_crumbs(model, one.purse, weights):
            solved, limits, gave = weighed(model, one.purse, terms_of(model, one.purse))
        else:
            solved, limits = Solved(weights, named), limits_of(model, one.purse)
        shares = largest_remainder([float(weight) for weight in solved.weights], BP)
        yield (
            one.place,
            _row(
                desk,
                asks[one.place],
                pocket=one.name,
                months=one.purse.months,
                value_fen=one.purse.value_fen,
                reserve_fen=divided[one.place].reserve_fen,
                weights=[
                    {"code": code, "bp": share}
                    for code, share in zip(model.codes, shares, strict=True)
                    if share
                ],
                binding=[
                    {"limit": bound.limit, "multiplier": bound.multiplier}
                    for bound in binding(solved, limits, model)
                ],
                relaxed=[*gave, *divided[one.place].left_alone],
            ),
        )


def _has_crumbs(model: Model, purse: Purse, weights: Floats) -> bool:
    least = model.policy.ticket_fen
    if not purse.value_fen or not least:
        return False
    parts = weights[:-1][weights[:-1] > 0] * purse.value_fen
    return bool((parts < least).any())


def _columns(model: Model, purses: Sequence[Purse]) -> Many:
    blocks = range(len(model.codes) - 1)
    names = [{model.names[i], model.codes[i], model.kinds[i]} for i in blocks]
    return Many(
        grade=np.array([int(one.grade) for one in purses]),
        debt_bp=np.array([one.debt_bp for one in purses]),
        turnover_bp=np.array([one.turnover_bp for one in purses]),
        months=np.array([one.months for one in purses]),
        anxiety_bp=np.array([one.anxiety_bp for one in purses]),
        held_bp=np.array([[one.held_bp.get(model.codes[i], 0) for i in blocks] for one in purses]),
        banned=np.array([[bool(names[i] & one.exclude) for i in blocks] for one in purses]),
    )


def _row(desk: Desk, ask: AskLine, **values: object) -> Row:
    empty: dict[str, object] = {
        "client_id": ask.client_id,
        "as_of": ask.as_of,
        "grade": ask.grade or "",
        "initiative": ask.initiative.value,
        "pocket": "",
        "months": 0,
        "value_fen": 0,
        "reserve_fen": 0,
        "weights": [],
        "binding": [],
        "relaxed": [],
        "refused": [],
        "label": "ai_generated",
        "policy": desk.policy.version,
        "digest": desk.digest,
    }
    return empty | values
