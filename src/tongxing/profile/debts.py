"""What a client pays back each month, as the client stated it."""

from dataclasses import dataclass

from tongxing.domain.event import EventRef
from tongxing.profile import tiles
from tongxing.profile.features import BP
from tongxing.profile.view import View


@dataclass(frozen=True, slots=True)
class Repayment:
    """Monthly repayments in force and their share of income; nothing where no use is allowed."""

    month_fen: int
    to_income_bp: int | None
    evidence: tuple[EventRef, ...]
    income_month_fen: int | None


def repayment(client: View) -> Repayment:
    """The last word on each debt that still runs, over the last stated income."""
    debts = [
        entry
        for _kind, entry in client.named("debt")
        if client.permission.own_record(entry.source, entry.kind)
        and (not isinstance(entry.value[1], int) or entry.value[1] >= client.today)
    ]
    month_fen = sum(entry.value[0] for entry in debts if isinstance(entry.value[0], int))
    income = tiles.last_entry(client.state.slots, "income")
    if income is None or not client.permission.own_record(income[2], "income_stated"):
        return Repayment(month_fen, None, tuple(entry.ref for entry in debts), None)
    share = month_fen * BP // income[4] if income[4] > 0 else None
    return Repayment(month_fen, share, tuple(entry.ref for entry in debts), income[4])
