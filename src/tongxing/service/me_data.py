"""Everything the house has about a client, as files for the client: JSON for programs, CSV for a table.

The archive is written as it is read: no more than a page of events is held at once. What was erased is not in
it; the state of the profile and what was said stand beside the log. CSV cells that a table program would
take for a formula begin with an apostrophe.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from tongxing.domain.bodies import BODIES
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.event_text import canonical
from tongxing.service.me_profile import profile_page
from tongxing.service.me_records import Record, all_records
from tongxing.service.me_said import said_page
from tongxing.service.me_who import Mine
from tongxing.service.ports import StoredEvent

EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""Files in the archive carry no time of their own: the same data gives the same bytes."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"
"""Tells table programs that the text is UTF-8."""
EVENT_COLUMNS = ("time", "known", "kind", "class", "source", "source_seq", "body")
RECORD_COLUMNS = (
    "time",
    "kind",
    "what",
    "code",
    "name",
    "quantity",
    "price",
    "amount_yuan",
    "fees_yuan",
    "foreign",
    "source",
    "source_seq",
)
HUNDRED = 100


class _Pipe(io.RawIOBase):
    """Takes what the archive writes and gives it on, piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]
        self._pieces.append(piece)
        return len(piece)

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def archive(me: Mine, *, about: str, locale: str) -> Iterator[bytes]:
    """The bytes of a zip: the log twice (`events`), the records, the profile, and what was said.

    `about` is the text of its `README.txt`.
    """
    files: list[tuple[str, Callable[[], Iterable[bytes]]]] = [
        ("README.txt", lambda: (about.encode(),)),
        ("events.jsonl", lambda: (canonical(stored.event) + b"\n" for stored in _events(me))),
        (
            "events.csv",
            lambda: _table(("time", "known", "kind", "class", "source", "source_seq", "body"), _rows(me)),
        ),
        ("records.csv", lambda: records_csv(me, kind="all", month="")),
        ("profile.json", lambda: (_json(profile_page(me, locale=locale)),)),
        ("messages.json", lambda: _messages(me)),
    ]
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as made:
        for name, pieces in files:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            with made.open(entry, "w") as inside:
                for piece in pieces():
                    inside.write(piece)
                    if made_so_far := pipe.taken():
                        yield made_so_far
    yield pipe.taken()


def records_csv(me: Mine, *, kind: str, month: str) -> Iterator[bytes]:
    """The records as a table, newest first."""
    return _table(RECORD_COLUMNS, (_record_row(one) for one in all_records(me, kind=kind, month=month)))


def _events(me: Mine) -> Iterator[StoredEvent]:
    for name in me.client_ids:
        yield from me.house.store.kept_events_of(name)


def _rows(me: Mine) -> Iterator[tuple[str, ...]]:
    for stored in _events(me):
        event: Event = stored.event
        yield (
            event.ts.astimezone(BEIJING).isoformat(),
            event.known_at.astimezone(BEIJING).isoformat(),
            event.kind,
            BODIES[event.kind][1].value,
            event.source,
            event.source_seq,
            _json(dict(event.body)).decode(),
        )


def _record_row(one: Record) -> tuple[str, ...]:
    return (
        one.at.isoformat(),
        one.kind,
        one.what,
        one.code,
        one.name,
        one.quantity,
        one.price,
        "" if one.amount_fen is None else _yuan(one.amount_fen),
        _yuan(one.fees_fen),
        one.foreign,
        one.source,
        one.source_seq,
    )


def _yuan(fen: int) -> str:
    return f"{'-' if fen < 0 else ''}{abs(fen) // HUNDRED}.{abs(fen) % HUNDRED:02d}"


def _messages(me: Mine) -> Iterator[bytes]:
    """Every word the house said, one JSON array."""
    yield b"["
    before, first = "", True
    while True:
        page = said_page(me, before=before)
        for word in page.words:
            yield (b"" if first else b",\n") + _json(word)
            first = False
        if not page.following:
            break
        before = page.following
    yield b"]"


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    text.write(MARK)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(cell) for cell in row])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _cell(value: str) -> str:
    """A cell that no table program runs: a number may begin with a minus, words may not."""
    if not value.startswith(FORMULA):
        return value
    digits = value.removeprefix("-").replace(".", "", 1)
    return value if digits.isascii() and digits.isdigit() else f"'{value}"


def _json(value: object) -> bytes:
    made: bytes = msgspec.json.encode(value, order="deterministic")
    return made
