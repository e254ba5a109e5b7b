"""Which way a line went whose word does not say it (银证转账, 担保物划转): its signs and balances do."""

from dataclasses import dataclass, replace

from tongxing.intake.kinds import DIRECTED, EFFECTS
from tongxing.intake.lines import Line, RefusedLineError


@dataclass(frozen=True, slots=True)
class Signs:
    """What a file shows by its signs."""

    money: bool
    """Payments are printed with a minus."""
    shares: bool
    """What leaves the account is printed with a minus."""


def is_paid(line: Line, *, with_minus: bool) -> bool:
    """Money that went out, printed with its minus or without."""
    if line.kind in DIRECTED and not line.side:
        return with_minus and line.net is not None and line.net.fen < 0
    if line.effect.cash >= 0 or line.net is None:
        return False
    return line.net.fen < 0 if with_minus else line.net.fen > 0


def leaves_with_minus(line: Line) -> bool:
    """Shares that went out, printed with a minus."""
    return line.effect.shares < 0 and line.quantity is not None and line.quantity < 0


def directed(line: Line, signs: Signs) -> Line:
    """The line with its kind and side; raises `RefusedLineError` (unknown_kind) where nothing shows them."""
    ends = DIRECTED.get(line.kind)
    if ends is None or line.side:
        return line
    out = _shares_went(line, signs) if line.kind == "collateral" else _money_went(line, signs)
    if out is None:
        raise RefusedLineError("unknown_kind", f"{line.kind}: did it come or go?")
    kind, side = ends[out]
    effect = EFFECTS[kind, side]
    if effect.code and not line.code:
        raise RefusedLineError("missing_code", line.kind)
    return replace(line, kind=kind, side=side, effect=effect)


def _money_went(line: Line, signs: Signs) -> bool | None:
    if line.net is None or line.net.fen == 0:
        return None
    if line.net.fen < 0:
        return True
    return False if signs.money or line.net_directed else None


def _shares_went(line: Line, signs: Signs) -> bool | None:
    if not line.quantity:
        return None
    if line.quantity < 0 or (line.shares_after is not None and line.shares_after < line.quantity):
        return True
    return False if signs.shares else None
