"""Figures of a worker process, counted since it started: they travel to the pages in its sign of life."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from tongxing.service.ports_watch import Beat
from tongxing.service.watch import Passed, Stage
from tongxing.service.work_report import WorkReport

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Upper bounds of the classes of every histogram of a worker."""
BEAT_SECONDS = 5.0
FRESH_SECONDS = 30.0
"""A worker silent for longer is taken for dead, unless it said it was at a long job."""
AT_A_JOB_SECONDS = 900.0
NAMES_MAX = 300
"""Rules and outcomes are names of the book; more than so many are a fault, and no longer told apart."""
OTHER = "other"


@dataclass(slots=True)
class Histogram:
    """How many took at most so long, for each bound of `SECONDS`, and how many longer."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(SECONDS) + 1))
    total: float = 0.0

    def take(self, seconds: float) -> None:
        """Count one; what seems to lie in the future took no time."""
        taken = max(0.0, seconds)
        self.counts[bisect_left(SECONDS, taken)] += 1
        self.total += taken


@dataclass(slots=True, kw_only=True)
class WorkerFigures:
    """Counts of one worker since it started, or since it took over its first partition."""

    book: str = ""
    """Digest of the book it works by."""
    doing: str = ""
    """The long job it is at."""
    events: int = 0
    timers: int = 0
    held: int = 0
    set_aside: int = 0
    delivered: int = 0
    decisions: dict[str, int] = field(default_factory=dict)
    """By outcome."""
    refusals: dict[str, int] = field(default_factory=dict)
    """By rule."""
    withdrawals: dict[str, int] = field(default_factory=dict)
    """By rule."""
    turn: Histogram = field(default_factory=Histogram)
    """How long a turn with work took."""
    sealed: Histogram = field(default_factory=Histogram)
    """From the trigger to its durable record, by the house's clock."""
    sent: Histogram = field(default_factory=Histogram)
    """From the trigger to the card that was sent, by the house's clock."""

    def take(self, passed: Sequence[Passed], now: datetime) -> None:
        """Count what one durable transaction did."""
        for one in passed:
            waited = (now - one.at).total_seconds()
            if one.stage is Stage.DECIDED:
                _one_more(self.decisions, one.outcome)
                self.sealed.take(waited)
                for rule in one.rules:
                    _one_more(self.refusals, rule)
            elif one.stage is Stage.DELIVERED:
                self.delivered += 1
                self.sent.take(waited)
            elif one.stage is Stage.WITHDRAWN:
                for rule in one.rules:
                    _one_more(self.withdrawals, rule)

    def turned(self, report: WorkReport, seconds: float) -> None:
        """Count one turn that had something to do."""
        self.events += report.events
        self.timers += report.timers
        self.held += report.held
        self.set_aside += report.set_aside
        self.turn.take(seconds)


def _one_more(counts: dict[str, int], name: str) -> None:
    key = name if name in counts or len(counts) < NAMES_MAX else OTHER
    counts[key] = counts.get(key, 0) + 1


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(WorkerFigures)


def encode(figures: WorkerFigures) -> bytes:
    """The figures as JSON."""
    return _encoder.encode(figures)


def read(beat: Beat) -> WorkerFigures:
    """The figures of a sign of life; those of another version that cannot be read count as none."""
    try:
        return _decoder.decode(beat.figures)
    except msgspec.DecodeError:
        return WorkerFigures()


def alive(beat: Beat) -> bool:
    """Whether a worker spoke lately; one at a long job may be silent for longer."""
    most = AT_A_JOB_SECONDS if read(beat).doing else FRESH_SECONDS
    return beat.age_seconds <= most
