"""How the assistant does over a period: turns, what became of them, and thumbs with their interval."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tongxing.measurement.rates import Rate, rate
from tongxing.service.assistant_turns import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The turns of one intent, one version, or all of them."""

    name: str
    turns: int
    answered: int
    """None of the reasons below holds."""
    asked_back: int
    handed_over: int
    withheld: int
    helped: Rate
    """Thumbs up of all thumbs; a Wilson interval of 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All turns, then by intent and by version, the most frequent first."""

    whole: Line
    by_intent: tuple[Line, ...]
    by_model: tuple[Line, ...]


def figures(turns: Sequence[Turn]) -> Figures:
    """The figures of these turns; those whose meaning was erased stand in the whole alone."""
    known = [one for one in turns if one.intent]
    return Figures(
        whole=_line("", turns),
        by_intent=_grouped([(one.intent, one) for one in known]),
        by_model=_grouped([(one.model, one) for one in known]),
    )


def _grouped(named: Sequence[tuple[str, Turn]]) -> tuple[Line, ...]:
    counts = Counter(name for name, _turn in named)
    return tuple(
        _line(name, [turn for one, turn in named if one == name])
        for name, _count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def _line(name: str, turns: Sequence[Turn]) -> Line:
    reasons = Counter(reason for turn in turns for reason in turn.reasons)
    thumbs = [turn.helped for turn in turns if turn.helped is not None]
    return Line(
        name=name,
        turns=len(turns),
        answered=sum(not turn.reasons for turn in turns),
        asked_back=reasons["abstained"],
        handed_over=reasons["handed_over"],
        withheld=reasons["withheld"],
        helped=rate(
            "helped", part=sum(thumbs), whole=len(thumbs), formula="thumbs up / thumbs", cohort="turns"
        ),
    )
