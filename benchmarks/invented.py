"""Seeded, invented events of many clients: the mixture an app and a counter send in a year."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

import numpy as np

from tongxing.domain.event import Event

SEED = 20_260_506
SOURCE = "bench"
KNOWN_AFTER_SECONDS_MAX = 90
BORN = date(1985, 5, 20)
TEXTS = (
    "个人养老金 怎么开户",
    "沪深300ETF 费率",
    "今天 大盘",
    "公积金 买房 首付",
    "孩子 教育金",
    "手续费 多少",
)
CODES = ("510300", "510880", "600519", "601318", "000651", "300750")

Body = dict[str, object]


def client_name(number: int) -> str:
    """The id of one invented client."""
    return f"C{number:06d}"


def life(number: int, count: int, *, until: datetime, days: int) -> list[Event]:
    """About `count` events of one client within the days before an instant, oldest first."""
    chance = np.random.default_rng((SEED, number))
    first = until - timedelta(days=days)
    made = list(_opening(number, first))
    moments = np.sort(chance.integers(60, days * 86_400 - 3600, max(0, count - len(made))))
    kinds = chance.choice(len(_MIXTURE), len(moments), p=[share / 100 for _, share, _ in _MIXTURE])
    late = chance.integers(0, KNOWN_AFTER_SECONDS_MAX, len(moments))
    for sequence, (moment, kind, behind) in enumerate(zip(moments, kinds, late, strict=True)):
        at = first + timedelta(seconds=int(moment))
        name, _, body = _MIXTURE[kind]
        known = at + timedelta(seconds=int(behind))
        made.append(_event(number, f"{sequence}", name, at, known, body(chance, at.date())))
    return made


def _opening(number: int, at: datetime) -> Iterator[Event]:
    bodies: tuple[tuple[str, Body], ...] = (
        (
            "client_registered",
            {"name": "测试", "birth": BORN.isoformat(), "opened_on": at.date().isoformat()},
        ),
        ("assessment_taken", {"grade": "C4", "valid_to": "2027-12-31"}),
        ("consent_given", {"purpose": "personalised_service", "source": "*"}),
        ("consent_given", {"purpose": "profiling", "source": "*"}),
        ("income_stated", {"month_fen": 1_500_000}),
        ("debt_stated", {"kind": "mortgage", "repayment_month_fen": 500_000}),
        ("cash_moved", {"direction": "in", "amount_fen": 50_000_000, "reason": "bank"}),
    )
    for place, (kind, body) in enumerate(bodies):
        yield _event(number, f"open-{place}", kind, at, at, body)


def _event(number: int, sequence: str, kind: str, at: datetime, known_at: datetime, body: Body) -> Event:
    return Event(
        source=SOURCE,
        source_seq=f"{number}-{sequence}",
        client_id=client_name(number),
        ts=at,
        known_at=known_at,
        kind=kind,
        body=body,
    )


def _trade(chance: np.random.Generator, _day: date) -> Body:
    shares, price_mil = 100 * int(chance.integers(1, 20)), int(chance.integers(3_000, 60_000))
    return {
        "code": CODES[int(chance.integers(len(CODES)))],
        "side": "buy" if chance.integers(3) else "sell",
        "quantity": str(shares),
        "price": f"{price_mil // 1000}.{price_mil % 1000:03d}",
        "gross_fen": shares * price_mil // 10,
        "fees_fen": 500,
    }


def _valued(chance: np.random.Generator, day: date) -> Body:
    electronics = int(chance.integers(100_000, 900_000))
    return {
        "date": day.isoformat(),
        "value_fen": int(chance.integers(40_000_000, 60_000_000)),
        "cash_fen": int(chance.integers(1_000_000, 9_000_000)),
        "flow_fen": 0,
        "unit_ppm": int(chance.integers(900_000, 1_100_000)),
        "sector_ppm": {"电子": electronics, "银行": 1_000_000 - electronics},
        "price_date": day.isoformat(),
    }


def _cash(chance: np.random.Generator, _day: date) -> Body:
    reason = ("bank", "dividend", "interest")[int(chance.integers(3))]
    return {"direction": "in", "amount_fen": int(chance.integers(100, 1_000_000)), "reason": reason}


def _text(chance: np.random.Generator, _day: date) -> Body:
    return {"text": TEXTS[int(chance.integers(len(TEXTS)))]}


_MIXTURE: tuple[tuple[str, int, Callable[[np.random.Generator, date], Body]], ...] = (
    ("logged_in", 32, lambda _chance, _day: {"device": "phone"}),
    ("viewed", 22, lambda chance, _day: {"page": "holdings", "seconds": int(chance.integers(1, 90))}),
    ("searched", 8, _text),
    ("asked", 3, _text),
    ("course_done", 1, lambda chance, _day: {"course": "etf_basics", "score": int(chance.integers(40, 101))}),
    ("trade", 18, _trade),
    ("day_valued", 12, _valued),
    ("cash_moved", 4, _cash),
)
"""Kind, share in a hundred, body."""
