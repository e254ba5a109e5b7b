"""A client's state as a small block of bytes: msgpack of integers, with each text kept once."""

import zlib
from collections.abc import Mapping
from typing import Any

import msgspec

from tongxing.domain.clock import beijing_day
from tongxing.profile.account import Account, Item
from tongxing.profile.plan import FINGERPRINT, VALUED_SLOT
from tongxing.profile.record import Last, Recent, State, TouchEntry
from tongxing.profile.rows import close_of
from tongxing.profile.tiles import KEY_PARTS, UNIT, VALUE, ValuedDays, trim

VERSION = zlib.crc32(f"2|{FINGERPRINT}".encode())
"""Changes with the declaration of features and with this page."""


class StaleStateError(ValueError):
    """The state was packed under another declaration of features: refold the client from the log."""


class Texts:
    """Numbers for texts; each text is written once."""

    def __init__(self) -> None:
        """Start without any."""
        self.numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))


def pack(state: State) -> bytes:
    """The state as bytes; what no window can reach any more is dropped on the way."""
    trim(state.slots, beijing_day(state.until))
    state.account.trim()
    texts = Texts()
    slots = list(state.slots)
    slots[VALUED_SLOT] = _pack_valued(slots[VALUED_SLOT], texts)
    body = [
        slots,
        [_pack_last(name, last, texts) for name, last in sorted(state.last.items())],
        [
            [texts.number(name), [_pack_recent(one, texts) for one in found]]
            for name, found in sorted(state.recent.items())
        ],
        _pack_account(state.account),
        [[one.at, one.touch_id, *(texts.number(word) for word in one[2:])] for one in state.touches],
        dict(sorted(state.signs_on.items())),
        state.sectors,
        state.sectors_key,
        state.price_day,
        [state.consent_version, state.grade_version, state.distress_version, state.until],
    ]
    return msgspec.msgpack.encode([VERSION, state.client_id, list(texts.numbers), body])


def unpack(blob: bytes) -> State:
    """The state of such bytes; raises `StaleStateError` when they were packed under another declaration."""
    version, client_id, texts, body = msgspec.msgpack.decode(blob)
    if version != VERSION:
        raise StaleStateError("state packed under another declaration of features: refold from the log")
    slots, last, recent, account, touches, signs_on, sectors, sectors_key, price_day, numbers = body
    slots[VALUED_SLOT] = _unpack_valued(slots[VALUED_SLOT], texts)
    for slot, series in enumerate(slots):
        if isinstance(series, list):
            slots[slot] = tuple(series)
    return State(
        client_id=client_id,
        slots=slots,
        last={name: _unpack_last(entry, texts) for name, *entry in last},
        recent={texts[name]: [_unpack_recent(one, texts) for one in found] for name, found in recent},
        account=_unpack_account(account),
        touches=[TouchEntry(at, touch, texts[a], texts[b], texts[c]) for at, touch, a, b, c in touches],
        signs_on=signs_on,
        sectors=sectors,
        sectors_key=None if sectors_key is None else tuple(sectors_key),
        price_day=price_day,
        consent_version=numbers[0],
        grade_version=numbers[1],
        distress_version=numbers[2],
        until=numbers[3],
    )


def _pack_valued(days: ValuedDays, texts: Texts) -> list[Any]:
    """Days in order, each as differences from the one before; the newest keeps all its figures."""
    packed: list[int] = []
    day_before = value_before = unit_before = 0
    for day in sorted(days):
        ts, known_at, source, source_seq, *figures = days[day]
        value, unit = figures[0], figures[1]
        packed += (
            day - day_before,
            ts - close_of(day),
            known_at - ts,
            texts.number(source),
            texts.number(source_seq),
            value - value_before,
            unit - unit_before,
        )
        day_before, value_before, unit_before = day, value, unit
    rest = list(days[day_before][UNIT + 1 :]) if days else []
    return [packed, rest]


_DAY_PARTS = 7


def _unpack_valued(packed: list[Any], texts: list[str]) -> ValuedDays:
    numbers, rest = packed
    days: ValuedDays = {}
    day = value = unit = 0
    unknown = (0,) * len(rest)
    for start in range(0, len(numbers), _DAY_PARTS):
        days_on, late, lag, source, source_seq, more, up = numbers[start : start + _DAY_PARTS]
        day, value, unit = day + days_on, value + more, unit + up
        ts = close_of(day) + late
        days[day] = (ts, ts + lag, texts[source], texts[source_seq], value, unit, *unknown)
    if days:
        days[day] = (*days[day][: UNIT + 1], *rest)
    return days


def _pack_last(name: str, last: Last, texts: Texts) -> list[Any]:
    ts, known_at, source, source_seq, kind, value = last
    return [name, ts, known_at - ts, texts.number(source), source_seq, texts.number(kind), value]


def _unpack_last(entry: list[Any], texts: list[str]) -> Last:
    ts, lag, source, source_seq, kind, value = entry
    frozen = tuple(tuple(one) if isinstance(one, list) else one for one in value)
    return Last(ts, ts + lag, texts[source], source_seq, texts[kind], frozen)


def _pack_recent(one: Recent, texts: Texts) -> list[Any]:
    return [one.ts, texts.number(one.source), one.source_seq, texts.number(one.kind), one.detail]


def _unpack_recent(entry: list[Any], texts: list[str]) -> Recent:
    ts, source, source_seq, kind, detail = entry
    return Recent(ts, texts[source], source_seq, texts[kind], detail)


def _pack_account(account: Account) -> list[Any]:
    return [
        account.opening,
        account.opening_day,
        account.shares,
        account.cash_fen,
        {code: [one.name, one.kind, one.sector, one.look_through] for code, one in account.items.items()},
        account.prices,
        account.summed,
        account.summed_until,
        account.moves,
        account.first_money,
    ]


def _unpack_account(packed: list[Any]) -> Account:
    opening, opening_day, shares, cash_fen, items, prices, summed, until, moves, first = packed
    return Account(
        opening=None if opening is None else tuple(opening),
        opening_day=opening_day,
        shares=shares,
        cash_fen=cash_fen,
        items={code: Item(*one) for code, one in items.items()},
        prices=_pairs(prices),
        summed=_pairs(summed),
        summed_until=until,
        moves=[tuple(move) for move in moves],
        first_money=None if first is None else (first[0], first[1]),
    )


def _pairs(packed: Mapping[str, list[int]]) -> dict[str, tuple[int, int]]:
    return {name: (pair[0], pair[1]) for name, pair in packed.items()}


assert (VALUE, UNIT) == (KEY_PARTS, KEY_PARTS + 1)  # noqa: S101 - the order of figures is written out above
