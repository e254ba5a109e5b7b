"""Random event streams: late, tied, out of order, of every kind that makes a row."""

from datetime import datetime, timedelta

import numpy as np

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event

START = datetime(2025, 1, 1, tzinfo=BEIJING)
DAYS = 420
TEXTS = (
    "养老金 怎么开户",
    "买房 首付",
    "子女教育 规划",
    "这几天亏得睡不着",
    "ETF 分散",
    "今日行情",
    "活着没意思",
)
CODES = ("510300", "512480", "600519", "F00001", "512690")
SOURCES = ("core", "app", "z")


def stream(seed: int, *, clients: int, events: int) -> list[Event]:
    """Events of some clients in no order; several share an instant, some become known late."""
    chance = np.random.Generator(np.random.PCG64(seed))
    return [event(chance, f"C{chance.integers(clients):03d}", number) for number in range(events)]


def event(chance: np.random.Generator, client_id: str, number: int) -> Event:
    day = int(chance.integers(DAYS))
    second = int(chance.choice([0, 1, 34_200, 54_000, 54_000, 86_399, int(chance.integers(86_400))]))
    ts = START + timedelta(days=day, seconds=second)
    late = int(chance.choice([0, 0, 0, 1, 3_600, int(chance.integers(40 * 86_400))]))
    kind, body = _body(chance, ts)
    return Event(
        source=str(chance.choice(SOURCES)),
        source_seq=f"{int(chance.integers(10))}|{number}",
        client_id=client_id,
        ts=ts,
        known_at=ts + timedelta(seconds=late),
        kind=kind,
        body=body,
    )


def _body(chance: np.random.Generator, ts: datetime) -> tuple[str, dict[str, object]]:
    code = str(chance.choice(CODES))
    fen = int(chance.integers(0, 10 ** int(chance.integers(1, 15))))
    when = (ts - timedelta(days=int(chance.choice([-1, 0, 0, 0, 0, 1, 2])))).date().isoformat()
    side = str(chance.choice(["buy", "sell"]))
    text = str(chance.choice(TEXTS))
    bodies: list[tuple[str, dict[str, object]]] = [
        ("trade", _trade(code, side, fen)),
        ("trade", _trade(code, side, fen)),
        (
            "fund_confirmed",
            _fund(chance, code, fen),
        ),
        ("cash_moved", _cash(chance, fen)),
        ("day_valued", _valued(chance, when, fen)),
        ("day_valued", _valued(chance, when, fen)),
        ("day_valued", _valued(chance, when, fen)),
        ("logged_in", {"device": "ios"}),
        ("viewed", {"page": "/home"}),
        ("searched", {"text": text}),
        ("asked", {"text": text}),
        ("posted", {"text": text, "group": "g"}),
        ("opened", {"touch_id": "t"}),
        ("course_done", {"course": "c", "score": int(chance.integers(40, 100))}),
        ("distress_seen", {"degree": str(chance.choice(["mild", "strong", "crisis"]))}),
        ("subscribed_ipo", {"code": code, "amount_fen": fen, "date": when}),
        ("income_stated", {"month_fen": fen}),
        ("client_changed", {"opened_on": when}),
        ("account_facts", _facts(chance, when, fen)),
        ("holding_snapshot", _snapshot(chance, when, code, fen)),
    ]
    return bodies[int(chance.integers(len(bodies)))]


def _trade(code: str, side: str, fen: int) -> dict[str, object]:
    return {
        "code": code,
        "side": side,
        "quantity": "100",
        "price": "1.25",
        "gross_fen": fen,
        "fees_fen": fen % 97,
    }


def _fund(chance: np.random.Generator, code: str, fen: int) -> dict[str, object]:
    side = str(chance.choice(["subscribe", "redeem", "convert", "reinvest"]))
    nav = "1.0000" if fen % 3 == 0 else "1.2345"
    return {"code": code, "side": side, "units": "12.34", "nav": nav, "gross_fen": fen}


def _cash(chance: np.random.Generator, fen: int) -> dict[str, object]:
    reason = str(chance.choice(["bank", "dividend", "interest", "fee", "tax", "ipo"]))
    return {"direction": str(chance.choice(["in", "out"])), "amount_fen": fen, "reason": reason}


def _valued(chance: np.random.Generator, when: str, fen: int) -> dict[str, object]:
    return {
        "date": when,
        "value_fen": fen,
        "cash_fen": fen // 7 - 5,
        "flow_fen": -3,
        "unit_ppm": int(chance.integers(0, 2_000_000)),
        "sector_ppm": {"电子": int(chance.integers(0, 10**6)), "银行": 5},
        "price_date": when,
    }


def _facts(chance: np.random.Generator, when: str, fen: int) -> dict[str, object]:
    facts = {"mean_assets_20d_fen": fen, "turnover_annual_bp": fen % 50_000, "margin_debt_fen": fen}
    return {"as_of": when, **{name: value for name, value in facts.items() if chance.integers(2)}}


def _snapshot(chance: np.random.Generator, when: str, code: str, fen: int) -> dict[str, object]:
    holding = {"code": code, "quantity": "300.5", "price": "2.5", "kind": "etf", "sector": "电子"}
    cash = {"cash_fen": fen} if chance.integers(2) else {}
    return {"as_of": when, "holdings": [holding] if chance.integers(3) else [], **cash}
