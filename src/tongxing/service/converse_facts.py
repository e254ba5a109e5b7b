"""Facts of a dialogue from a file: every one may be missing, unknown ones are passed over and named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from tongxing.domain.utterances import TradeFacts

AMOUNT_MAX = 10**13
"""Shares, yuan or fen beyond this are a mistake of the file."""
Text: TypeAlias = Annotated[str, msgspec.Meta(max_length=200)]
Fen: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=AMOUNT_MAX)]
Grade: TypeAlias = Literal["C1L", "C1", "C2", "C3", "C4", "C5"]
Risk: TypeAlias = Literal["R1", "R2", "R3", "R4", "R5"]
HOLDINGS_MAX = 500
TURNS_MAX = 2_000
TURN_LENGTH_MAX = 4_000_000
DAYS_NAMES = ("days_below", "under_days", "days_lt", "max_days", "days_max", "days")
"""Names a file may give to the number of days a rung ends before."""
RATE_NAMES = {
    "ppm": 1,
    "rate_ppm": 1,
    "fee_ppm": 1,
    "bp": 100,
    "rate_bp": 100,
    "fee_bp": 100,
    "percent": 10_000,
    "rate_percent": 10_000,
    "rate_pct": 10_000,
    "pct": 10_000,
}
"""Names of a rate -> how many ppm one of its unit is."""
DAY_LENGTH = len("YYYY-MM-DD")


class ConverseError(ValueError):
    """The line is not a dialogue; the message names the field."""


class LotFact(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a holding with its day of purchase."""

    units: Decimal
    bought: date


class ThingFact(msgspec.Struct, frozen=True, kw_only=True):
    """A product the client holds or may ask about; prices are yuan a share or unit."""

    code: Text | None = None
    name: Text | None = None
    kind: Text | None = None
    risk: Risk | None = None
    term: Text | None = None
    sector: Text | None = None
    shares: Decimal | None = None
    available: Decimal | None = None
    """May be sold today."""
    bought: Text | None = None
    """A day, or an instant of which the day counts."""
    lots: tuple[LotFact, ...] = ()
    cost: Decimal | None = None
    paid_fen: Fen | None = None
    """What all of it cost, where that is known exactly; else `cost` times `shares`."""
    cost_nav: Decimal | None = None
    price: Decimal | None = None
    prev_close: Decimal | None = None
    price_at: datetime | None = None
    nav: Decimal | None = None
    nav_date: date | None = None
    status: Text | None = None
    market_change_bp: int | None = None
    """Of the whole market on the day of `price`."""
    sector_change_bp: int | None = None


class OrderFact(msgspec.Struct, frozen=True, kw_only=True):
    """An order as the counter shows it."""

    id: Text | None = None
    code: Text | None = None
    name: Text | None = None
    side: Text | None = None
    """buy, sell, subscribe, redeem; other words are shown as they are."""
    price: Decimal | None = None
    shares: Decimal | None = None
    filled: Decimal | None = None
    status: Text | None = None
    """open, partial, filled, cancelled, rejected ...; other words are shown as they are."""
    at: Text | None = None


class ClientFact(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of the client."""

    grade: Grade | None = None
    age: Annotated[int, msgspec.Meta(ge=0, le=130)] | None = None
    tags: tuple[Text, ...] = ()
    assessment_valid_to: date | None = None
    assets_20d_fen: Fen | None = None
    """Mean assets over 20 sessions, margin loans left out."""
    experience_months: Annotated[int, msgspec.Meta(ge=0, le=1200)] | None = None
    permissions: tuple[Text, ...] = ()
    tax_rate_bp: Annotated[int, msgspec.Meta(ge=0, le=10_000)] | None = None
    """Marginal rate of income tax."""
    income_month_fen: Fen | None = None
    id_expires: date | None = None
    distressed_24h: bool = False
    trade_facts: TradeFacts = TradeFacts()


class RungFact(msgspec.Struct, frozen=True, kw_only=True):
    """A rung of a fund's fee for redemption: units held fewer days than this pay that much."""

    days_below: Annotated[int, msgspec.Meta(ge=1, le=36_500)]
    ppm: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class AdviserFact(msgspec.Struct, frozen=True, kw_only=True):
    """Who advises the client."""

    name: Text | None = None
    number: Text | None = None


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of one dialogue."""

    now: datetime | None = None
    """Without a zone: Beijing time."""
    locale: Literal["zh-CN", "en"] | None = None
    client: ClientFact = ClientFact()
    holdings: Annotated[tuple[ThingFact, ...], msgspec.Meta(max_length=HOLDINGS_MAX)] | None = None
    cash_fen: Fen | None = None
    day_change_on: date | None = None
    """The close up to which the account's last daily change is told."""
    day_change_fen: int | None = None
    """Money paid in or out on the day left aside."""
    day_change_bp: int | None = None
    orders: Annotated[tuple[OrderFact, ...], msgspec.Meta(max_length=HOLDINGS_MAX)] | None = None
    products: Annotated[tuple[ThingFact, ...], msgspec.Meta(max_length=HOLDINGS_MAX)] = ()
    fee_ladder: Any = None
    adviser: AdviserFact | str | None = None


class _Line(msgspec.Struct, frozen=True, kw_only=True):
    id: Text | int = ""
    context: Context = Context()
    turns: Annotated[
        tuple[Annotated[str, msgspec.Meta(max_length=TURN_LENGTH_MAX)], ...],
        msgspec.Meta(max_length=TURNS_MAX),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueLine:
    """A dialogue of a file, and the facts it holds that nothing here reads."""

    id: str | int
    context: Context
    turns: tuple[str, ...]
    ladder: tuple[RungFact, ...] | None
    unknown: tuple[str, ...]
    """Paths of facts that nothing reads."""


def dialogue_from(raw: Mapping[str, Any] | str) -> DialogueLine:
    """The dialogue a JSON object describes; raises `ConverseError` naming what is wrong.

    Words in place of an object say why there is none.
    """
    if isinstance(raw, str):
        raise ConverseError(raw)
    try:
        line = msgspec.convert(_without_nulls(raw), _Line)
    except (msgspec.ValidationError, ValueError, OverflowError, RecursionError) as problem:
        raise ConverseError(str(problem)) from problem
    for thing in (*(line.context.holdings or ()), *line.context.products):
        _checked(thing)
    unknown = list(dict.fromkeys(_unknown(raw, line, "")))
    ladder = _ladder(line.context.fee_ladder)
    if ladder is None and line.context.fee_ladder is not None:
        unknown.append("context.fee_ladder")
    return DialogueLine(
        id=line.id, context=line.context, turns=line.turns, ladder=ladder, unknown=tuple(unknown)
    )


def bought_on(thing: ThingFact) -> date | None:
    """The day of purchase."""
    return None if thing.bought is None else date.fromisoformat(thing.bought[:DAY_LENGTH])


def _ladder(raw: object) -> tuple[RungFact, ...] | None:
    """The fund's own ladder where its rungs name days and unit; None where it is absent or told otherwise."""
    if not isinstance(raw, list) or not all(isinstance(rung, dict) for rung in raw):
        return None
    try:
        rungs = msgspec.convert([_rung(rung) for rung in raw], tuple[RungFact, ...])
    except (msgspec.ValidationError, ArithmeticError, TypeError, ValueError):
        return None
    return tuple(sorted(rungs, key=lambda rung: rung.days_below)) or None


def _rung(raw: Mapping[str, Any]) -> dict[str, Any]:
    """A rung under the names of its facts; a rate whose unit its name does not tell is not guessed."""
    days = next((raw[name] for name in DAYS_NAMES if name in raw), None)
    rate = next(
        (Decimal(str(raw[name])) * factor for name, factor in RATE_NAMES.items() if name in raw), None
    )
    return {"days_below": days, "ppm": None if rate is None else int(rate)}


def _checked(thing: ThingFact) -> None:
    """Prices and quantities are finite and above nothing, the day of purchase is a day."""
    try:
        bought_on(thing)
    except ValueError:
        raise ConverseError(f"{thing.code or thing.name or 'holding'}: bought is no day") from None
    for name in ("shares", "available", "cost", "cost_nav", "price", "prev_close", "nav"):
        value: Decimal | None = getattr(thing, name)
        if value is not None and not (value.is_finite() and 0 <= value <= AMOUNT_MAX):
            raise ConverseError(f"{thing.code or thing.name or 'holding'}: {name} is no amount")


def _without_nulls(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Null means missing, everywhere."""
    if isinstance(value, dict):
        return {key: _without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_without_nulls(one) for one in value]
    return value


def _unknown(raw: object, read: object, where: str) -> Iterator[str]:
    """Paths of fields that no fact takes, by walking the line beside what was read of it."""
    if isinstance(raw, dict) and isinstance(read, msgspec.Struct):
        for key, value in raw.items():
            if key not in read.__struct_fields__:
                yield f"{where}{key}"
            else:
                yield from _unknown(value, getattr(read, key), f"{where}{key}.")
    elif isinstance(raw, list) and isinstance(read, tuple):
        for one, found in zip(raw, read, strict=False):
            yield from _unknown(one, found, where)
