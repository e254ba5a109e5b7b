"""A house with the client of the 2025 report, and a policy of fixed shares that needs no optimiser."""

from collections.abc import Mapping
from datetime import datetime

from tongxing.advice.pockets import Pocket
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.house import House
from tongxing.service.me_who import Mine, mine
from tongxing.service.plan_doc import Bound, Worst
from tongxing.service.plan_facts import PlanFacts
from tongxing.service.plan_weights import NoWeights, PlanPolicy, Weights
from tongxing.service.work import work

CLIENT = "C100"
NOW = datetime(2026, 5, 6, 9, 0, tzinfo=BEIJING)
__all__ = ["CLIENT", "MEAN_BP", "NOW", "a_client", "fixed_policy", "me_of", "tell"]
MEAN_BP = {"F00001": 140, "F00002": 220, "510300": 620, "518880": 450, "511260": 180}


def fixed_policy(shares: Mapping[str, int] | None = None) -> PlanPolicy:
    """Every pocket as 60/30/10, or as stated; nobody without a grade."""
    wanted = shares or {"511260": 6_000, "510300": 3_000, "518880": 1_000}

    def weigh(facts: PlanFacts, _pocket: Pocket) -> Weights | NoWeights:
        if facts.grade is None:
            return NoWeights(rules=("assessment_missing",))
        return Weights(
            weights_bp=tuple(wanted.items()),
            binding=(Bound(limit="stress:crash_2015", price_cbp=630),),
            worst=(Worst(episode="crash_2015", loss_bp=1_180),),
            sentences={
                "zh-CN": ("测试比例来自固定的规则。",),
                "en": ("Test weights come from a fixed rule.",),
            },
        )

    return PlanPolicy(version="test-1", digest="0" * 64, money_code="F00001", mean_bp=MEAN_BP, weigh=weigh)


def tell(
    house: House, kind: str, body: Mapping[str, object], at: datetime, *, client_id: str = CLIENT
) -> None:
    """One event into the log, folded."""
    seq = f"{kind}-{house.store.count_events()}"
    event = Event(
        source="core", source_seq=seq, client_id=client_id, ts=at, known_at=at, kind=kind, body=body
    )
    assert house.store.append((event,)).accepted
    work(house, now=NOW)


def me_of(house: House, client_id: str = CLIENT) -> Mine:
    """The client as of now."""
    return mine(house, client_id, now=NOW)


def a_client(house: House, *, grade: str = "C4", cash_fen: int = 6_000_000) -> None:
    """30 years, 15,000 a month, a mortgage of 5,000, two funds and some cash; agreed to personal service."""
    opened = datetime(2024, 1, 8, 10, 0, tzinfo=BEIJING)
    tell(
        house, "client_registered", {"name": "许安", "birth": "1996-02-03", "opened_on": "2024-01-08"}, opened
    )
    tell(house, "consent_given", {"purpose": "personalised_service"}, opened)
    assessed = {"grade": grade, "answers": {"stability": 6}, "valid_to": "2027-12-31"}
    tell(house, "assessment_taken", assessed, opened)
    tell(house, "income_stated", {"month_fen": 1_500_000}, opened)
    tell(house, "debt_stated", {"kind": "mortgage", "repayment_month_fen": 500_000}, opened)
    bought = datetime(2024, 3, 4, 10, 0, tzinfo=BEIJING)
    holdings = [
        {"code": "510300", "quantity": "20000", "price": "3.500"},
        {"code": "F00002", "quantity": "30000", "price": "1.2000"},
    ]
    tell(
        house, "holding_snapshot", {"as_of": "2024-03-04", "cash_fen": cash_fen, "holdings": holdings}, bought
    )
