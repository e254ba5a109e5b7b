"""The book as the console shows it: playbooks with their words, what changed from book to book, rules."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from tongxing.domain.book import Book
from tongxing.domain.pages import Journey, Playbook, RuleRow, TextPage
from tongxing.service.console_books import BookGoneError, pages_of
from tongxing.service.console_switches import SwitchState, switch_of, switch_states
from tongxing.service.house import House
from tongxing.service.ports_console import SwitchAct

BOOKS_SHOWN_MAX = 30
DIFF_LINES_MAX = 200
STATUSES = ("read", "secondary", "unverified", "house")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A page as it became in one book."""

    digest: str
    kept_at: datetime | None
    path: str
    first: bool
    """The oldest book that is kept: what came before is not known here."""
    gone: bool
    lines: tuple[tuple[str, str], ...]
    """(`+`, `-` or ` `, text) against the book before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookView:
    """One playbook with everything that belongs to it."""

    page: Playbook
    text: TextPage | None
    journeys: tuple[tuple[Journey, int], ...]
    """(journey, its day)."""
    switch: SwitchState
    acts: tuple[SwitchAct, ...]
    changes: tuple[Change, ...]
    books: int
    """How many books were compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaybookLine:
    """One playbook in the list."""

    page: Playbook
    off: bool
    asked: bool
    overdue: bool
    """Its review is overdue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A rule as it stands on a day."""

    row: RuleRow | None
    """None: no value holds on that day."""
    rows: tuple[RuleRow, ...]


def playbook_lines(house: House) -> tuple[PlaybookLine, ...]:
    """All playbooks, those that are off first."""
    today, states = house.clock.now().date(), switch_states(house)
    lines = [
        PlaybookLine(
            page=page,
            off=name in states and states[name].off,
            asked=name in states and states[name].asked is not None,
            overdue=page.review_by < today,
        )
        for name, page in house.book.playbooks.items()
    ]
    return tuple(sorted(lines, key=lambda line: (not line.off, line.page.nature.value, line.page.name)))


def playbook_view(house: House, name: str) -> PlaybookView | None:
    """One playbook; None for an unknown name."""
    page = house.book.playbooks.get(name)
    if page is None:
        return None
    paths = (f"playbooks/{name}.yaml", f"texts/{page.text}.yaml")
    books = house.store.census.books()[:BOOKS_SHOWN_MAX]
    return PlaybookView(
        page=page,
        text=house.book.texts.get(page.text),
        journeys=_journeys(house.book, name),
        switch=switch_of(house, name),
        acts=tuple(house.store.switches.acts(name)),
        changes=_changes(house, paths, [(book.digest, book.kept_at) for book in books]),
        books=len(books),
    )


def rule_lines(
    house: House, *, on: date, area: str = "", status: str = "", words: str = ""
) -> tuple[RuleLine, ...]:
    """Rules on a day, by area and name; `words` are looked for in name, instrument and article."""
    found = []
    for rule_id, rows in house.book.rules.rows.items():
        row = next((one for one in rows if _holds(one, on)), None)
        shown = row or rows[-1]
        heard = " ".join((rule_id, shown.instrument, shown.article, str(shown.value))).casefold()
        if (area and shown.area != area) or (status and shown.status != status):
            continue
        if words.casefold() in heard:
            found.append(RuleLine(row=row, rows=rows))
    return tuple(sorted(found, key=lambda line: (line.rows[-1].area, line.rows[-1].rule_id)))


def areas(book: Book) -> tuple[str, ...]:
    """The pages that rules stand on."""
    return tuple(sorted({row.area for rows in book.rules.rows.values() for row in rows}))


def status_counts(lines: Sequence[RuleLine]) -> Mapping[str, int]:
    """How many rules have which mark."""
    marks = [(line.row or line.rows[-1]).status for line in lines]
    return {status: marks.count(status) for status in STATUSES}  # type: ignore[arg-type]


def _holds(row: RuleRow, on: date) -> bool:
    return row.valid_from <= on and (row.valid_to is None or on < row.valid_to)


def _journeys(book: Book, name: str) -> tuple[tuple[Journey, int], ...]:
    return tuple(
        (journey, step.day)
        for journey in book.journeys.values()
        for step in journey.steps
        if step.playbook == name
    )


def _changes(
    house: House, paths: tuple[str, ...], books: Sequence[tuple[str, datetime | None]]
) -> tuple[Change, ...]:
    """From book to book, the latest first: only where one of these pages became another."""
    changes: list[Change] = []
    before: Mapping[str, str] | None = None
    for digest, kept_at in reversed(books):
        try:
            pages = _some(house, digest, paths)
        except BookGoneError:
            continue
        for path in paths:
            old, new = (before or {}).get(path), pages.get(path)
            if old != new:
                changes.append(
                    Change(
                        digest=digest,
                        kept_at=kept_at,
                        path=path,
                        first=before is None,
                        gone=new is None,
                        lines=() if before is None else _diff(old or "", new or ""),
                    )
                )
        before = pages
    return tuple(reversed(changes))


def _some(house: House, digest: str, paths: tuple[str, ...]) -> Mapping[str, str]:
    pages = pages_of(house, digest)
    return {path: pages[path] for path in paths if path in pages}


@lru_cache(maxsize=256)
def _diff(old: str, new: str) -> tuple[tuple[str, str], ...]:
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2))[2:]
    return tuple(
        (line[:1] if line[:1] in "+-" else " ", line if line.startswith("@@") else line[1:])
        for line in lines[:DIFF_LINES_MAX]
    )
