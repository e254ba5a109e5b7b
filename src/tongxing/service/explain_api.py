"""Why a holding changed, for other systems."""

from datetime import date, datetime

from tongxing.service.api_clients import live_state
from tongxing.service.api_reach import OutOfReachError
from tongxing.service.api_shapes import Shape
from tongxing.service.explain_client import answer, window_of
from tongxing.service.explain_file import ExplainError
from tongxing.service.explain_keep import keep
from tongxing.service.house import House
from tongxing.service.me_who import mine


class WhyAnswer(Shape, frozen=True, kw_only=True):
    """The causes of a holding's change; the parts add up to the result."""

    client_id: str
    code: str
    start: date
    as_of: date
    """The latest day whose price went in."""
    result_fen: int
    parts_fen: dict[str, int]
    ranked: list[str]
    """Causes with an amount, the largest first."""
    hand_over: bool
    """Too much is unexplained: a person should look at it."""
    ai: bool
    """Written by AI: whoever shows the sentences carries the mark on."""
    sentences: list[str]
    held_back: list[str]
    """Rules for which no sentence may be shown."""


def holding_why(
    house: House,
    client_id: str,
    code: str,
    *,
    start: date | None,
    end: date | None,
    now: datetime,
    locale: str,
) -> WhyAnswer:
    """Why a client's holding changed.

    Raises:
        OutOfReachError: nothing is known of such a client, or the code was not held in that time.
        ExplainError: the days cannot be answered, or there are no prices.
    """
    live_state(house, client_id, now=now)
    me = mine(house, client_id, now=now)
    try:
        found = answer(me, code, window_of(house, start, end, now=me.now), locale=locale)
    except ExplainError as problem:
        if str(problem) == "not_held":
            raise OutOfReachError(code) from problem
        raise
    keep(me, found)
    return WhyAnswer(
        client_id=client_id,
        code=code,
        start=found.found.first,
        as_of=found.found.as_of,
        result_fen=found.found.result_fen,
        parts_fen={cause.value: amount for cause, amount in found.found.parts_fen.items()},
        ranked=[cause.value for cause in found.found.ranked],
        hand_over=found.found.hand_over,
        ai=True,
        sentences=list(found.told.sentences) if found.told is not None else [],
        held_back=list(found.held_back),
    )
