"""A question of the `advise` door: a line of JSON, strictly read (`contracts.md`)."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from tongxing.advice.goals import GoalKind
from tongxing.domain.grades import Initiative

Fen = Annotated[int, msgspec.Meta(ge=0, le=10**15)]
Bp = Annotated[int, msgspec.Meta(ge=0, le=10**7)]
Months = Annotated[int, msgspec.Meta(ge=0, le=1_200)]
Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class AdviseError(ValueError):
    """The line is no question of this door; the words say what and where."""


class LotLine(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a holding."""

    units: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
    bought: date


class HoldingLine(msgspec.Struct, frozen=True, kw_only=True):
    """What is held; without a value it has no price and is left alone."""

    code: Name
    value_fen: Fen | None = None
    lots: list[LotLine] = []


class GoalLine(msgspec.Struct, frozen=True, kw_only=True):
    """What some of the money is for."""

    kind: GoalKind
    amount_fen: Fen
    date: date
    priority: Annotated[int, msgspec.Meta(ge=1, le=9)] = 5


class AskLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line as `contracts.md` has it."""

    client_id: Name
    as_of: date
    grade: Literal["C1L", "C1", "C2", "C3", "C4", "C5"] | None = None
    grade_valid_to: date | None = None
    """Last day of the assessment; None where the asker does not say."""
    age: Annotated[int, msgspec.Meta(ge=0, le=150)] | None = None
    income_month_fen: Fen | None = None
    repayment_month_fen: Fen = 0
    turnover_annual_bp: Bp = 0
    horizon_months: Months = 60
    reserve_months: Annotated[int, msgspec.Meta(ge=0, le=120)] = 0
    goals: list[GoalLine] = []
    holdings: list[HoldingLine] = []
    cash_fen: int = 0
    anxiety_bp: Bp = 0
    exclude: list[Name] = []
    initiative: Initiative = Initiative.CLIENT


def ask_from(data: bytes) -> AskLine:
    """A line as a question. Raises `AdviseError`."""
    try:
        return msgspec.json.decode(data, type=AskLine)
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise AdviseError(str(wrong)) from wrong
