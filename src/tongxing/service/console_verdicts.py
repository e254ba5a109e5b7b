"""The search of verdicts: by client, day, playbook, rule, outcome or id, page by page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tongxing.domain.clock import BEIJING
from tongxing.service.client_names import client_names, masked, masked_name
from tongxing.service.console_terms import OUTCOMES, rule_names, terms_of
from tongxing.service.corridor_view import line_of
from tongxing.service.house import House
from tongxing.service.ports import DecisionRow, ErasedError
from tongxing.service.ports_console import Asked, Place
from tongxing.service.stored import decode_gist
from tongxing.service.views import DecisionLine
from tongxing.service.watch_trace import TRACE_ID, decisions_of_trace

LINES = 50
ROWS_AT_ONCE = 500
ROWS_INDEXED_MAX = 1_000_000
CURSOR = re.compile(r"([0-9]{1,18})-([0-9]{1,15})")
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
ID_LENGTH_MAX = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person searches for, as far as it was understood."""

    client_id: str = ""
    decision_id: str = ""
    trace_id: str = ""
    """By which log lines of one event or timer are found."""
    playbook: str = ""
    rule: str = ""
    outcome: str = ""
    first: date | None = None
    last: date | None = None
    after: str = ""
    """Where the page before ended."""
    misread: tuple[str, ...] = ()
    """Fields that were not understood and are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found."""

    lines: tuple[DecisionLine, ...]
    next: str
    """Empty on the last page."""


def wish_of(asked: Mapping[str, str]) -> Wish:
    """Read the fields of a search form; a field that is no name, day or place is told, never guessed."""
    misread: list[str] = []

    def name(field: str, known: object = None) -> str:
        value = asked.get(field, "").strip()
        if value and (NAME.fullmatch(value) is None or (known is not None and value not in known)):  # type: ignore[operator]
            misread.append(field)
            return ""
        return value

    def day(field: str) -> date | None:
        value = asked.get(field, "").strip()
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            misread.append(field)
            return None

    after = asked.get("after", "")
    if after and CURSOR.fullmatch(after) is None:
        misread.append("after")
        after = ""
    first, last = day("first"), day("last")
    trace_id = asked.get("trace", "").strip().lower()
    if trace_id and TRACE_ID.fullmatch(trace_id) is None:
        misread.append("trace")
        trace_id = ""
    return Wish(
        client_id=asked.get("client", "").strip()[:ID_LENGTH_MAX],
        decision_id=asked.get("decision", "").strip()[:ID_LENGTH_MAX],
        trace_id=trace_id,
        playbook=name("playbook"),
        rule=name("rule", rule_names()),
        outcome=name("outcome", OUTCOMES),
        first=first,
        last=last,
        after=after,
        misread=tuple(misread),
    )


def search(house: House, wish: Wish, *, locale: str = "zh-CN", limit: int = LINES) -> Found:
    """Decisions that fit, the latest first. An id is looked up alone, whatever else was asked."""
    if wish.decision_id:
        return Found(lines=_by_id(house, wish.decision_id, locale), next="")
    if wish.trace_id:
        return Found(lines=_lines(house, decisions_of_trace(house, wish.trace_id), locale), next="")
    rows, place = house.store.census.find(_asked(wish), after=_place(wish.after), limit=limit)
    lines = _lines(house, rows, locale)
    return Found(lines=lines, next="" if place is None else f"{place[0]}-{place[1]}")


def index_missing(house: House) -> int:
    """Let decisions of an earlier version be found by words too; says how many were taken in."""
    census, done, after = house.store.census, 0, -1
    while done < ROWS_INDEXED_MAX:
        rows = census.without_terms(after=after, limit=ROWS_AT_ONCE)
        if not rows:
            break
        after = rows[-1].leaf_index
        census.add_terms(
            [(row, terms_of(house.book, decode_gist(row.payload))) for row in rows if row.payload]
        )
        done += len(rows)
    return done


def day_span(first: date | None, last: date | None) -> tuple[datetime | None, datetime | None]:
    """From the beginning of one Beijing day to the end of another."""
    since = None if first is None else datetime.combine(first, time(), BEIJING)
    until = None if last is None else datetime.combine(last, time(), BEIJING) + timedelta(days=1)
    return since, until


def _asked(wish: Wish) -> Asked:
    """The most telling word first: a rule or a playbook narrows more than an outcome."""
    words = (("rule", wish.rule), ("playbook", wish.playbook), ("outcome", wish.outcome))
    since, until = day_span(wish.first, wish.last)
    return Asked(
        terms=tuple(f"{kind}:{value}" for kind, value in words if value),
        client_id=wish.client_id or None,
        since=since,
        until=until,
    )


def _place(after: str) -> Place | None:
    found = CURSOR.fullmatch(after)
    return None if found is None else (int(found[1]), int(found[2]))


def _lines(house: House, rows: Sequence[DecisionRow], locale: str) -> tuple[DecisionLine, ...]:
    names = client_names(house, {row.client_id for row in rows})
    return tuple(line_of(house.book, row, masked(names.get(row.client_id, "")), locale) for row in rows)


def _by_id(house: House, decision_id: str, locale: str) -> tuple[DecisionLine, ...]:
    try:
        row = house.store.decision(decision_id)
    except ErasedError:
        return ()
    if row is None:
        return ()
    return (line_of(house.book, row, masked_name(house, row.client_id), locale),)
