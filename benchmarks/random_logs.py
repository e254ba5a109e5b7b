"""Small random logs of up to four records: every kind a state keeps, ties, late arrivals, merges, splits."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event

NAMES = ("A", "B", "C", "D")
START = datetime(2026, 1, 5, tzinfo=BEIJING)
DAYS = 100
"""Shorter than the time for which movements are kept one by one: within it no order may matter."""
EVENTS_MIN, EVENTS_MAX = 8, 24
SECONDS = (0, 1, 34_200, 54_000, 86_399)
CODES = ("510300", "600519", "F00001")
TEXTS = ("养老金 怎么开户", "买房 首付", "这几天亏得睡不着", "子女教育 规划", "今日行情")
PURPOSES = ("personalised_service", "profiling", "marketing")
LINKED_PER_CENT = 60
"""So many logs in a hundred have merges and splits in them."""

Body = dict[str, object]


class Draw:
    """Cheap choices from a seeded generator: numbers are drawn many at a time."""

    def __init__(self, chance: np.random.Generator) -> None:
        self._numbers = iter(chance.integers(0, 1 << 30, 2_000).tolist())

    def below(self, limit: int) -> int:
        return next(self._numbers) % limit

    def one(self, of: tuple[str, ...]) -> str:
        return of[self.below(len(of))]


def random_log(chance: np.random.Generator) -> list[Event]:
    """Events in the order in which they were written, no key twice."""
    draw = Draw(chance)
    names = NAMES[: 1 + draw.below(len(NAMES))]
    count = EVENTS_MIN + draw.below(EVENTS_MAX - EVENTS_MIN)
    log = [_event(draw, draw.one(names), number) for number in range(count)]
    if len(names) > 1 and draw.below(100) < LINKED_PER_CENT:
        for number in range(1 + draw.below(4)):
            log += _link(draw, names, number)
    return log


def _when(draw: Draw) -> datetime:
    return START + timedelta(days=draw.below(DAYS), seconds=SECONDS[draw.below(len(SECONDS))])


def _event(draw: Draw, client_id: str, number: int) -> Event:
    ts = _when(draw)
    late = (0, 0, 0, 1, 3_600, draw.below(20 * 86_400))[draw.below(6)]
    kind, make = MAKERS[draw.below(len(MAKERS))]
    body = make(draw, ts)
    return Event(
        source=draw.one(("core", "app")),
        source_seq=f"{draw.below(10)}|{number}",
        client_id=client_id,
        ts=ts,
        known_at=ts + timedelta(seconds=late),
        kind=kind,
        body=body,
    )


def _link(draw: Draw, names: tuple[str, ...], number: int) -> list[Event]:
    """A merge or split: both halves, or one."""
    ts, one = _when(draw), draw.one(names)
    other = draw.one(tuple(name for name in names if name != one))
    kinds = (("merged_away", "merged_in"), ("merged_in", "merged_away"), ("split_out", "split_out"))
    pair = kinds[draw.below(3)]
    known = ts + timedelta(seconds=(0, 0, 7_200, 5 * 86_400)[draw.below(4)])
    halves = [(pair[0], one, other), (pair[1], other, one)][: 1 + draw.below(2)]
    return [
        Event(
            source="counter",
            source_seq=f"{number}|{client_id}",
            client_id=client_id,
            ts=ts,
            known_at=known,
            kind=kind,
            body={"other_client_id": named},
        )
        for kind, client_id, named in halves
    ]


def _day(draw: Draw, ts: datetime) -> str:
    return (ts - timedelta(days=draw.below(3))).date().isoformat()


def _later(draw: Draw, ts: datetime) -> str:
    return (ts + timedelta(days=draw.below(400))).date().isoformat()


def _trade(draw: Draw, _ts: datetime) -> Body:
    return {
        "code": draw.one(CODES),
        "side": draw.one(("buy", "sell")),
        "quantity": str(draw.below(500)),
        "price": "1.25",
        "gross_fen": draw.below(10**7),
        "fees_fen": draw.below(500),
    }


def _fund(draw: Draw, _ts: datetime) -> Body:
    side = draw.one(("subscribe", "redeem", "convert", "reinvest"))
    nav = draw.one(("1.0000", "1.2345"))
    return {"code": "F00001", "side": side, "units": "12.34", "nav": nav, "gross_fen": draw.below(10**6)}


def _shares(draw: Draw, _ts: datetime) -> Body:
    return {"code": draw.one(CODES), "quantity": str(draw.below(90) - 30), "reason": "bonus"}


def _cash(draw: Draw, _ts: datetime) -> Body:
    reason = draw.one(("bank", "dividend", "interest", "fee"))
    return {"direction": draw.one(("in", "out")), "amount_fen": draw.below(10**7), "reason": reason}


def _snapshot(draw: Draw, ts: datetime) -> Body:
    holding: Body = {"code": draw.one(CODES), "quantity": str(draw.below(900)), "kind": "etf"}
    if draw.below(2):
        holding["price"] = f"2.{draw.below(10)}"
    cash: Body = {"cash_fen": draw.below(10**7)} if draw.below(2) else {}
    return {"as_of": _day(draw, ts), "holdings": [holding] if draw.below(3) else [], **cash}


def _valued(draw: Draw, ts: datetime) -> Body:
    return {
        "date": _day(draw, ts),
        "value_fen": draw.below(10**8),
        "cash_fen": draw.below(10**6),
        "flow_fen": draw.below(10),
        "unit_ppm": draw.below(2_000_000),
        "sector_ppm": {"电子": draw.below(10**6), "银行": 5},
        "price_date": _day(draw, ts),
    }


def _consent(draw: Draw, ts: datetime) -> Body:
    body: Body = {"purpose": draw.one(PURPOSES), "source": draw.one(("*", "app", "social"))}
    return body | ({"until": _later(draw, ts)} if draw.below(3) == 0 else {})


def _assessment(draw: Draw, ts: datetime) -> Body:
    body: Body = {"grade": draw.one(("C1L", "C1", "C2", "C4", "C5")), "valid_to": _later(draw, ts)}
    return body | ({"kinds": ["fund", draw.one(("etf", "bond"))]} if draw.below(2) else {})


def _text(draw: Draw, _ts: datetime) -> Body:
    return {"text": draw.one(TEXTS)}


def _touch(draw: Draw, _ts: datetime) -> Body:
    return {"touch_id": f"t{draw.below(10**6)}", "playbook": "p", "channel": "home", "nature": "service"}


MAKERS: tuple[tuple[str, Callable[[Draw, datetime], Body]], ...] = (
    ("trade", _trade),
    ("trade", _trade),
    ("fund_confirmed", _fund),
    ("cash_moved", _cash),
    ("holding_snapshot", _snapshot),
    ("holding_snapshot", _snapshot),
    ("day_valued", _valued),
    (
        "shares_changed",
        lambda draw, _ts: {"code": "600519", "quantity": str(draw.below(50)), "reason": "bonus"},
    ),
    ("consent_given", _consent),
    ("consent_given", _consent),
    ("consent_withdrawn", lambda draw, ts: {k: v for k, v in _consent(draw, ts).items() if k != "until"}),
    ("assessment_taken", _assessment),
    ("personalisation_set", lambda draw, _ts: {"on": bool(draw.below(2))}),
    ("contact_set", lambda draw, _ts: {"channel": draw.one(("push", "sms")), "allowed": bool(draw.below(2))}),
    ("tag_deleted", lambda draw, _ts: {"label": draw.one(("ETF偏好", "定投型"))}),
    ("tag_corrected", lambda draw, _ts: {"label": "ETF偏好", "value": draw.one(("是", "否"))}),
    (
        "client_registered",
        lambda draw, ts: {"name": "测", "birth": "1990-01-01", "opened_on": _day(draw, ts)},
    ),
    ("client_changed", lambda draw, ts: {"opened_on": _day(draw, ts)}),
    ("income_stated", lambda draw, _ts: {"month_fen": draw.below(10**7)}),
    ("debt_stated", lambda draw, _ts: {"kind": "mortgage", "repayment_month_fen": draw.below(10**6)}),
    ("account_facts", lambda draw, ts: {"as_of": _day(draw, ts), "margin_debt_fen": draw.below(10**6)}),
    ("plan_started", lambda draw, _ts: {"code": "510300", "amount_fen": draw.below(10**5), "every": "month"}),
    ("plan_stopped", lambda _draw, _ts: {"code": "510300"}),
    ("subscribed_ipo", lambda draw, ts: {"code": "300750", "amount_fen": 5, "date": _day(draw, ts)}),
    ("dividend_received", lambda draw, ts: {"code": "600519", "amount_fen": 9, "date": _day(draw, ts)}),
    ("logged_in", lambda _draw, _ts: {"device": "ios"}),
    ("viewed", lambda _draw, _ts: {"page": "home"}),
    ("searched", _text),
    ("asked", _text),
    ("posted", lambda draw, ts: _text(draw, ts) | {"group": "g"}),
    ("course_done", lambda draw, _ts: {"course": f"c{draw.below(3)}", "score": 40 + draw.below(60)}),
    ("life_event", lambda draw, ts: {"name": "house", "date": _day(draw, ts), "stated_by": "client"}),
    ("social_seen", lambda draw, _ts: {"topic": draw.one(("house", "pension"))}),
    ("distress_seen", lambda draw, _ts: {"degree": draw.one(("mild", "strong"))}),
    ("closing_requested", lambda _draw, _ts: {"reason": ""}),
    ("touch_sent", _touch),
    ("erasure_requested", lambda draw, _ts: {"classes": [draw.one(("behaviour", "sensitive", "trading"))]}),
)
"""Kind and body. Signs that turned are left out: the house writes them, in its own order."""
