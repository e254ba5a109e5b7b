"""What a client's log says for a plan: goals, lots, the last plan and what was chosen; kept and continued."""

from bisect import insort
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from tongxing.advice.goals import Goal, GoalKind
from tongxing.advice.lots import Lot, Move, lots
from tongxing.domain.clock import BEIJING, seconds
from tongxing.profile.codes import QUANTITY_PLACES, integer, scaled
from tongxing.service.house import House
from tongxing.service.me_memory import Remembered
from tongxing.service.plan_doc import ADVICE, decode_plan, plan_groups
from tongxing.service.ports import StoredEvent

__all__ = ["ADVICE", "KINDS", "PlanRow", "Told", "plan_at", "told_of"]
KINDS = frozenset(
    {
        "goal_set",
        "goal_removed",
        "plan_made",
        "plan_chosen",
        "assessment_taken",
        "trade",
        "fund_confirmed",
        "shares_changed",
        "holding_snapshot",
        "dividend_received",
    }
)
BUYS = frozenset({"buy", "subscribe", "reinvest"})
INCOME_ANSWER = "stability"
TEN_THOUSAND_E4 = 10**8


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRow:
    """A plan that was made."""

    plan_id: str
    policy: str
    leaf_index: int
    plan: str


@dataclass(slots=True)
class Told:
    """All of it for one client; to be read, never changed."""

    goal_events: list[tuple[int, int, str, Goal | None]] = field(default_factory=list)
    moves: dict[str, list[tuple[int, int, Move]]] = field(default_factory=dict)
    snapshots: list[tuple[int, int, Mapping[str, int], date]] = field(default_factory=list)
    paid: dict[str, list[tuple[date, int]]] = field(default_factory=dict)
    plans: list[tuple[int, int, PlanRow]] = field(default_factory=list)
    choices: list[tuple[int, int, str, str]] = field(default_factory=list)
    answers: list[tuple[int, int, str]] = field(default_factory=list)
    until: int = 0
    """Epoch seconds of the latest event read."""

    @property
    def goals(self) -> dict[str, Goal]:
        """The goals in force, by id."""
        found: dict[str, Goal] = {}
        for _ts, _seq, goal_id, goal in self.goal_events:
            found.pop(goal_id, None)
            if goal is not None:
                found[goal_id] = goal
        return found

    @property
    def plan(self) -> PlanRow | None:
        """The plan made last that was not taken back."""
        kept = self.kept
        return kept[-1] if kept else None

    @property
    def kept(self) -> list[PlanRow]:
        """The plans that were not taken back, in order of time."""
        return [row for _ts, _seq, row in self.plans if not self.is_undone(row.plan_id)]

    @property
    def outdated(self) -> bool:
        """Whether a goal was stated, changed or removed since the plan was made."""
        plan = self.plan
        made = [row[:2] for row in self.plans if plan is not None and row[2].plan_id == plan.plan_id]
        return bool(made and self.goal_events and self.goal_events[-1][:2] > made[-1])

    def is_undone(self, plan_id: str) -> bool:
        """Whether the client took a plan back."""
        said = [choice for _ts, _seq, about, choice in self.choices if about == plan_id]
        return bool(said) and said[-1] == "undo"

    @property
    def income_answer(self) -> str:
        """The last answer about how steady the income is; empty where none was given."""
        return self.answers[-1][2] if self.answers else ""

    def choice(self, plan_id: str) -> str:
        """What was chosen last about a plan; empty where nothing was, or it was taken back."""
        said = [choice for _ts, _seq, about, choice in self.choices if about == plan_id]
        return "" if not said or said[-1] == "undo" else said[-1]

    def lots_of(self, code: str, quantity_e4: int, on: date) -> tuple[Lot, ...]:
        """The lots of a holding; where the log tells less than is held, one of today's age."""
        found = lots(self._moves(code))
        if sum(lot.quantity_e4 for lot in found) == quantity_e4:
            return found
        return (Lot(quantity_e4=quantity_e4, bought=on, at_least=True),)

    def dividends(self, code: str) -> tuple[tuple[date, int], ...]:
        """Payouts of a product as (day, fen per 10,000 shares held on that day)."""
        found = []
        for day, amount in self.paid.get(code, []):
            held = sum(lot.quantity_e4 for lot in lots(move for move in self._moves(code) if move.day < day))
            if held > 0:
                found.append((day, amount * TEN_THOUSAND_E4 // held))
        return tuple(found)

    def _moves(self, code: str) -> list[Move]:
        """Movements of one product and what snapshots stated of it, in order of time."""
        stated = [
            (ts, seq, Move(day=day, kind="state", quantity_e4=held.get(code, 0)))
            for ts, seq, held, day in self.snapshots
        ]
        rows = sorted([*self.moves.get(code, []), *stated], key=lambda row: row[:2])
        return [row[2] for row in rows]


def told_of(house: House, client_ids: Collection[str]) -> Told:
    """What the log says as of its end."""
    return _remembered.of(house, client_ids)


def plan_at(house: House, client_id: str, leaf_index: int) -> Mapping[str, Mapping[str, object]]:
    """What the leaf of a plan commits to, as the log has it; empty where the plan is not of this client."""
    plans = told_of(house, (client_id,)).plans
    kept = next((row for _ts, _seq, row in plans if row.leaf_index == leaf_index), None)
    plan = None if kept is None else decode_plan(kept.plan)
    return {} if plan is None else plan_groups(plan)


def _take(told: Told, stored: StoredEvent) -> None:
    event = stored.event
    ts, seq, body = seconds(event.ts), stored.seq, event.body
    day = event.ts.astimezone(BEIJING).date()
    told.until = max(told.until, ts)
    if event.kind == "goal_set":
        insort(told.goal_events, (ts, seq, str(body["goal_id"]), _goal(body)), key=_place)
    elif event.kind == "goal_removed":
        insort(told.goal_events, (ts, seq, str(body["goal_id"]), None), key=_place)
    elif event.kind == "plan_made":
        insort(told.plans, (ts, seq, _plan(body)), key=_place)
    elif event.kind == "plan_chosen":
        insort(told.choices, (ts, seq, str(body["plan_id"]), str(body["choice"])), key=_place)
    elif event.kind == "assessment_taken":
        answers = body.get("answers")
        if isinstance(answers, Mapping) and INCOME_ANSWER in answers:
            insort(told.answers, (ts, seq, str(answers[INCOME_ANSWER])), key=_place)
    elif event.kind == "dividend_received":
        paid = date.fromisoformat(str(body["date"]))
        insort(told.paid.setdefault(str(body["code"]), []), (paid, integer(body["amount_fen"])))
    elif event.kind == "holding_snapshot":
        listed = body["holdings"]
        held = {
            str(one["code"]): scaled(one["quantity"], QUANTITY_PLACES)
            for one in (listed if isinstance(listed, list) else [])
        }
        insort(told.snapshots, (ts, seq, held, day), key=_place)
    else:
        insort(
            told.moves.setdefault(str(body["code"]), []), (ts, seq, _move(event.kind, day, body)), key=_place
        )


def _place(row: tuple[object, ...]) -> tuple[object, ...]:
    return row[:2]


def _goal(body: Mapping[str, object]) -> Goal:
    return Goal(
        goal_id=str(body["goal_id"]),
        kind=GoalKind(str(body["what"])),
        amount_fen=integer(body["amount_fen"]),
        due=date.fromisoformat(str(body["due"])),
        priority=integer(body["priority"]),
        month_fen=integer(body.get("month_fen", 0)),
    )


def _plan(body: Mapping[str, object]) -> PlanRow:
    return PlanRow(
        plan_id=str(body["plan_id"]),
        policy=str(body["policy"]),
        leaf_index=integer(body["leaf_index"]),
        plan=str(body["plan"]),
    )


def _move(kind: str, day: date, body: Mapping[str, object]) -> Move:
    if kind == "shares_changed":
        return Move(day=day, kind="free", quantity_e4=scaled(body["quantity"], QUANTITY_PLACES))
    quantity = scaled(body["quantity" if kind == "trade" else "units"], QUANTITY_PLACES)
    return Move(day=day, kind="buy" if str(body["side"]) in BUYS else "sell", quantity_e4=quantity)


_remembered: Remembered[Told] = Remembered(KINDS, Told, _take)
