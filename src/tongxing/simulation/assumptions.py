"""What the simulator assumes about people: dated house rows, read once and printed with every result."""

import math
from dataclasses import dataclass
from datetime import date

from tongxing.domain.book import Rulebook

PREFIX = "sim_"
SHOWN = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumptions:
    """The rows of `book/rules/simulation.yaml` in force on one day, by name without the prefix."""

    numbers: dict[str, int]
    grade_scores_from: tuple[int, ...]
    """Points from which C2, C3, C4 and C5 begin in the questionnaire of the house."""

    def __getitem__(self, name: str) -> int:
        """An assumption by name; raises `KeyError` where the book has none."""
        return self.numbers[name]

    def churn_session_bp(self, *, served: bool) -> float:
        """Chance that a client leaves in one session, from the monthly share and the sessions of a year."""
        stays_month = 1 - self["churn_month_bp"] / SHOWN
        leaves = 1 - math.pow(stays_month, 12 / self["sessions_year"])
        kept = self["service_effect_churn_bp"] / SHOWN if served else 0.0
        return leaves * (1 - kept) * SHOWN

    def printed(self) -> dict[str, int]:
        """All of them, for results."""
        return dict(sorted(self.numbers.items()))


def assumptions(rules: Rulebook, on: date) -> Assumptions:
    """Read every assumption in force; raises `RuleMissingError` where a row has no value that day."""
    names = sorted(rule_id for rule_id in rules.rows if rule_id.startswith(PREFIX))
    bands = sorted(int(band.split("=")[1]) for band in rules.words("questionnaire_bands", on))
    return Assumptions(
        numbers={name.removeprefix(PREFIX): rules.number(name, on) for name in names},
        grade_scores_from=tuple(bands[1:]),
    )
