"""Holdings of a file for the tests of loss attribution, written as their makers would write them."""

from collections.abc import Mapping
from datetime import date

from plan_rules import RULES

from tongxing.advice.attribution import attribute
from tongxing.advice.attribution_file import holding
from tongxing.advice.attribution_life import Attribution, Cause, Life
from tongxing.advice.attribution_terms import terms

TERMS = terms(RULES, date(2026, 5, 8))
DAYS = ["2026-05-06", "2026-05-07", "2026-05-08"]
FLAT = ["1000", "1000", "1000"]


def raw(**over: object) -> dict[str, object]:
    """A thousand shares over two quiet days, but for what is said otherwise."""
    base: dict[str, object] = {
        "id": "H1",
        "question": {"from": DAYS[0], "to": DAYS[2], "asked_at": "2026-05-08T23:00:00+08:00"},
        "instrument": {"kind": "stock", "code": "600000", "name": "示例股份", "currency": "CNY"},
        "opening": opening("10.00"),
        "dates": DAYS,
        "closes": ["10.00", "10.00", "10.00"],
        "market_index": FLAT,
        "sector_index": FLAT,
        "fx": None,
        "trades": [],
        "corporate_actions": [],
        "announcements": [],
        "locked_limit_down": [],
        "suspended": None,
        "display_at_end": display("10.00"),
        "cost_display": None,
        "other_fees": [],
        "rates": {},
    }
    return base | over


def opening(price: str, quantity: str = "1000", shown: str = "close") -> dict[str, str]:
    return {"date": DAYS[0], "quantity": quantity, "shown_price": price, "shown_price_is": shown}


def display(price: str, quantity: str = "1000", pending: str = "0", on: str = DAYS[2]) -> dict[str, str]:
    return {"price": price, "price_date": on, "quantity": quantity, "pending_quantity": pending}


def kind(name: str, currency: str = "CNY") -> dict[str, str]:
    return {"kind": name, "code": "600000", "name": "示例", "currency": currency}


def life(**over: object) -> Life:
    return holding(raw(**over), "holdings[0]", TERMS).life


def explain(**over: object) -> Attribution:
    return attribute(life(**over), hand_over_bp=TERMS.hand_over_bp)


def parts(found: Attribution) -> Mapping[str, int]:
    """The causes with an amount; their sum is always the result."""
    assert sum(found.parts_fen.values()) == found.result_fen
    assert list(found.ranked) == sorted(found.ranked, key=lambda one: -abs(found.parts_fen[one]))
    return {cause.value: amount for cause, amount in found.parts_fen.items() if amount}


__all__ = ["DAYS", "FLAT", "RULES", "TERMS", "Cause", "display", "explain", "kind", "life", "opening"]
