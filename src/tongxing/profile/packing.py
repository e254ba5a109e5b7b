"""A client's state as a small block of bytes: msgpack of integers, with each text kept once.

Days and instants are written as differences, what is empty is not written at all.
"""

import zlib
from collections.abc import Mapping
from itertools import islice, repeat
from typing import Any

import msgspec

from tongxing.domain.clock import DAY_SECONDS, beijing_day
from tongxing.profile.columns import Texts, columns, differences, made, sums
from tongxing.profile.packing_accounts import pack_account, pack_joint, unpack_account, unpack_joint
from tongxing.profile.plan import COUNT, FINGERPRINT, GROUPED, LAST, SERIES, SUM, VALUED_SLOT
from tongxing.profile.record import Last, Recent, State, TouchEntry
from tongxing.profile.rows import close_of
from tongxing.profile.tiles import KEY_PARTS, UNIT, VALUE, Slot, ValuedDays, empty, trim

VERSION = zlib.crc32(f"5|{FINGERPRINT}".encode())
"""Changes with the declaration of features and with this page."""
_HOW = tuple(one.how for one in SERIES)
_TILED = (COUNT, SUM)
DAYS_AS_THEY_ARE_MAX = 8
"""A short series is written as it is: a few bytes more, and nothing to work out when it is read."""
_FIRST_CLOSE = close_of(0)


class StaleStateError(ValueError):
    """The state was packed under another declaration of features: refold the client from the log."""


def pack(state: State) -> bytes:
    """The state as bytes; what no window can reach any more is dropped on the way."""
    state.seen = None
    state.bound()
    trim(state.slots, beijing_day(state.until))
    texts = Texts()
    body = [
        _pack_slots(state.slots, texts),
        _pack_last(state.last, texts),
        _pack_recent(state.recent, texts),
        pack_account(state.account, texts),
        [[one.at, one.touch_id, *texts.all(one[2:])] for one in state.touches],
        dict(sorted(state.signs_on.items())),
        state.sectors,
        state.sectors_key,
        state.price_day,
        [state.consent_version, state.grade_version, state.distress_version, state.until],
        pack_joint(state, texts),
    ]
    return msgspec.msgpack.encode([VERSION, state.client_id, list(texts), body])


def unpack(blob: bytes) -> State:
    """The state of such bytes; raises `StaleStateError` when they were packed in any other way."""
    try:
        version, *rest = msgspec.msgpack.decode(blob)
    except (msgspec.DecodeError, TypeError, ValueError):
        version, rest = None, []
    if version != VERSION:
        raise StaleStateError("state packed under another declaration of features: refold from the log")
    client_id, texts, body = rest
    slots, last, recent, account, touches, signs_on, sectors, sectors_key, price_day, numbers, joint = body
    state = State(
        client_id=client_id,
        slots=_unpack_slots(slots, texts),
        last=_unpack_last(last, texts),
        recent=_unpack_recent(recent, texts),
        account=unpack_account(account, texts),
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
    if joint:
        unpack_joint(state, joint, texts)
    return state


def _pack_slots(slots: list[Slot], texts: Texts) -> dict[int, Any]:
    """Slot -> its series, only of those that hold something."""
    packed: dict[int, Any] = {}
    for slot, series in enumerate(slots):
        if not series:
            if series is not None and series != {}:
                packed[slot] = series  # a day or an amount of nought
            continue
        how = _HOW[slot]
        if slot == VALUED_SLOT:
            packed[slot] = _pack_valued(series, texts)
        elif how in _TILED and len(series) > DAYS_AS_THEY_ARE_MAX:
            days = sorted(series)
            packed[slot] = [*differences(days), *map(series.__getitem__, days)]
        elif how == GROUPED:
            packed[slot] = _pack_grouped(series)
        elif how == LAST:
            ts, known_at, source, source_seq, value = series
            packed[slot] = (ts, known_at - ts, texts[source], source_seq, value)
        else:
            packed[slot] = series
    return packed


def _unpack_slots(packed: Mapping[int, Any], texts: list[str]) -> list[Slot]:
    slots = empty()
    for slot, series in packed.items():
        how = _HOW[slot]
        if isinstance(series, dict | int):
            slots[slot] = series
        elif slot == VALUED_SLOT:
            slots[slot] = _unpack_valued(series, texts)
        elif how in _TILED:
            count = len(series) // 2
            slots[slot] = dict(zip(sums(series[:count]), series[count:], strict=True))
        elif how == GROUPED:
            slots[slot] = _unpack_grouped(series)
        elif how == LAST:
            ts, lag, source, source_seq, value = series
            slots[slot] = (ts, ts + lag, texts[source], source_seq, value)
    return slots


def _pack_grouped(series: Mapping[int, Mapping[int, int]]) -> list[Any]:
    rows = [(day, group, value) for day in sorted(series) for group, value in series[day].items()]
    days, groups, values = columns(rows, 3)
    return [differences(days), groups, values]


def _unpack_grouped(packed: list[Any]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = {}
    days, groups, values = packed
    for day, group, value in zip(sums(days), groups, values, strict=True):
        if day in found:
            found[day][group] = value
        else:
            found[day] = {group: value}
    return found


def _pack_valued(valued: ValuedDays, texts: Texts) -> list[Any]:
    """Days in order as differences; instants from the close; only the newest day keeps all its figures."""
    days = sorted(valued)
    entries = [valued[day] for day in days]
    instants, known, sources, seqs, values, units, *_rest = columns(entries, KEY_PARTS + 2)
    return [
        differences(days),
        [ts - _FIRST_CLOSE - day * DAY_SECONDS for ts, day in zip(instants, days, strict=True)],
        [at - ts for at, ts in zip(known, instants, strict=True)],
        texts.all(sources),
        texts.all(seqs),
        differences(values),
        differences(units),
        entries[-1][UNIT + 1 :],
    ]


def _unpack_valued(packed: list[Any], texts: list[str]) -> ValuedDays:
    ons, late, lags, sources, seqs, values, units, rest = packed
    days = list(sums(ons))
    instants = [_FIRST_CLOSE + day * DAY_SECONDS + by for day, by in zip(days, late, strict=True)]
    known = [ts + lag for ts, lag in zip(instants, lags, strict=True)]
    names = map(texts.__getitem__, sources), map(texts.__getitem__, seqs)
    figures = sums(values), sums(units), *(repeat(0, len(days)) for _ in rest)
    valued = dict(zip(days, zip(instants, known, *names, *figures, strict=True), strict=True))
    valued[days[-1]] = (*valued[days[-1]][: UNIT + 1], *rest)
    return valued


def _pack_last(last: Mapping[str, Last], texts: Texts) -> list[Any]:
    """The last words by name, as columns."""
    if not last:
        return []
    names = sorted(last)
    instants, known, sources, seqs, kinds, values = columns([last[name] for name in names], 6)
    lags = [at - ts for at, ts in zip(known, instants, strict=True)]
    return [names, instants, lags, texts.all(sources), seqs, texts.all(kinds), values]


def _unpack_last(packed: list[Any], texts: list[str]) -> dict[str, Last]:
    if not packed:
        return {}
    names, instants, lags, sources, seqs, kinds, values = packed
    known = [ts + lag for ts, lag in zip(instants, lags, strict=True)]
    frozen = [tuple([tuple(one) if isinstance(one, list) else one for one in value]) for value in values]
    sources, kinds = map(texts.__getitem__, sources), map(texts.__getitem__, kinds)
    return dict(zip(names, made(Last, instants, known, sources, seqs, kinds, frozen), strict=True))


def _pack_recent(recent: Mapping[str, list[Recent]], texts: Texts) -> list[Any]:
    """The references under all names, one after another, as columns."""
    if not recent:
        return []
    names = sorted(recent)
    entries = [one for name in names for one in recent[name]]
    instants, sources, seqs, kinds, details = columns(entries, 5)
    counts = [len(recent[name]) for name in names]
    return [
        texts.all(names),
        counts,
        differences(instants),
        texts.all(sources),
        seqs,
        texts.all(kinds),
        details,
    ]


def _unpack_recent(packed: list[Any], texts: list[str]) -> dict[str, list[Recent]]:
    if not packed:
        return {}
    names, counts, instants, sources, seqs, kinds, details = packed
    sources, kinds = map(texts.__getitem__, sources), map(texts.__getitem__, kinds)
    entries = iter(made(Recent, sums(instants), sources, seqs, kinds, details))
    return {texts[name]: list(islice(entries, count)) for name, count in zip(names, counts, strict=True)}


assert (VALUE, UNIT) == (KEY_PARTS, KEY_PARTS + 1)  # noqa: S101 - the order of figures is written out above
