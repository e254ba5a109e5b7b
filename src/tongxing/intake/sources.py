"""A row of a broker's own table as an event, by a page of `book/sources`."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import get_args, get_type_hints

from tongxing.domain.bodies import BODIES
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Rejected
from tongxing.domain.pages import SourceMap
from tongxing.intake.cells import BadDayError, BadNumberError, amount, moment, number, present, word
from tongxing.intake.events import parse

FEN = 100


def row_event(row: Mapping[str, str], source: SourceMap, *, line: int, now: datetime) -> Event | Rejected:
    """The event of one row; empty cells stay absent. Rejections name the column."""
    missing = [column for column in _columns(source) if column not in row]
    if missing:
        return Rejected(line=line, reason="missing_field", detail=f"no column {missing[0]}")
    try:
        body = dict(_body(row, source))
        raw = {
            "source": source.source,
            "source_seq": "-".join(_needed(row, column) for column in source.source_seq),
            "client_id": _needed(row, source.client_id),
            "ts": _instant(row, source).isoformat(),
            "kind": source.kind,
            "body": body,
        }
    except _CellError as problem:
        return Rejected(line=line, reason=problem.reason, detail=problem.detail)
    return parse(raw, line=line, now=now)


class _CellError(ValueError):
    """A cell that cannot be used."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def _columns(source: SourceMap) -> tuple[str, ...]:
    return (*source.source_seq, source.client_id, source.ts, *source.columns.values())


def _needed(row: Mapping[str, str], column: str) -> str:
    text = present(row[column])
    if not text:
        raise _CellError("missing_field", f"{column}: empty")
    return text


def _instant(row: Mapping[str, str], source: SourceMap) -> datetime:
    """When it happened, by the source's own format; a format without zone is Beijing time."""
    text = _needed(row, source.ts)
    try:
        at = datetime.strptime(text, source.ts_format)  # noqa: DTZ007 - the zone follows
    except ValueError:
        raise _CellError("bad_field", f"{source.ts}: not {source.ts_format}") from None
    return at if at.tzinfo is not None else at.replace(tzinfo=BEIJING)


def _body(row: Mapping[str, str], source: SourceMap) -> dict[str, object]:
    body: dict[str, object] = {}
    types = _types(source.kind)
    for name, fixed in source.constants.items():
        body[name] = _typed(fixed, name, types, source)
    for name, column in source.columns.items():
        text = present(row[column])
        if not text:
            continue
        words = source.values.get(name)
        if words is not None:
            ours = words.get(text) or {word(theirs): ours for theirs, ours in words.items()}.get(word(text))
            if ours is None:
                raise _CellError("bad_field", f"{column}: no word of ours for this value")
            text = ours
        try:
            body[name] = _typed(text, name, types, source)
        except (BadNumberError, BadDayError) as problem:
            raise _CellError("bad_field", f"{column}: {problem}") from None
    quantity = body.get("quantity")
    if body.get("side") == "sell" and isinstance(quantity, str):
        body["quantity"] = quantity.removeprefix("-")
    return body


def _typed(text: str, name: str, types: Mapping[str, frozenset[str]], source: SourceMap) -> object:
    """A cell as the JSON value its field wants: money in fen, whole numbers, ISO days, plain digits."""
    wanted = types.get(name, frozenset())
    if name in source.money:
        money = amount(text)
        if money is None or money.rounded:
            raise BadNumberError("not an amount to the fen")
        return money.fen
    if "date" in wanted:
        return moment(text)[0].isoformat()
    if "bool" in wanted:
        return text == "true"
    if "int" in wanted:
        whole = number(text)
        if whole is None or whole != int(whole):
            raise BadNumberError("not a whole number")
        return int(whole)
    if name in {"quantity", "price", "units", "nav"}:
        digits = number(text)
        return _plain(digits) if digits is not None else text
    return text


@lru_cache(maxsize=len(BODIES))
def _types(kind: str) -> Mapping[str, frozenset[str]]:
    """Names of the plain types each field of a body accepts."""
    hints = get_type_hints(BODIES[kind][0])
    return {
        name: frozenset(part.__name__ for part in (hint, *get_args(hint)) if isinstance(part, type))
        for name, hint in hints.items()
    }


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}" if value else "0"
