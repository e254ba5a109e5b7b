"""What became of a statement: the object of the `import` door (`contracts.md`, section 2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tongxing.domain.event import Rejected
from tongxing.domain.statement import Statement, StatementRecord
from tongxing.intake.recognised import Recognised
from tongxing.intake.telling import plain

HARMLESS = frozenset({"totals_line", "duplicate", "cancelled", "not_confirmed"})
"""Lines that are no records by their nature: leaving them out loses nothing."""
LISTED_MAX = 20_000
"""Of a file read part by part: records and rejected lines beyond these are counted and no longer listed."""


@dataclass(slots=True, kw_only=True)
class ImportReport:
    """What became of a statement; grows while a large file is read part by part."""

    client_id: str = ""
    """Empty when a new client was asked for and the file had no record."""
    statement: Statement
    """As read; of a file read part by part the first lines."""
    imported: int = 0
    """Records new to the log (in a dry run: that would be)."""
    duplicates: int = 0
    """Records the log knew already, word for word or from a statement of another layout."""
    recognised: list[tuple[StatementRecord, Recognised]] = field(default_factory=list)
    """Of the duplicates: records that a statement of another layout told."""
    recognised_count: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rejected_count: int = 0
    hard_count: int = 0
    """Lines that were meant to be records and could not be taken."""
    records_count: int = 0
    listed_max: int | None = None
    """None: everything is listed."""

    @property
    def hard_rejects(self) -> tuple[Rejected, ...]:
        """Lines that were meant to be records and could not be taken, as far as they are listed."""
        return tuple(entry for entry in self.rejected if entry.reason not in HARMLESS)

    def add(self, part: Statement, *, first: bool) -> None:
        """Take in what one part of the file says."""
        self.records_count += len(part.records)
        self.reject(part.rejected)
        if first:
            return
        room = self._room(len(self.statement.records))
        opening = part.opening if part.opening.status == "from_balance" else self.statement.opening
        self.statement = Statement(
            encoding=part.encoding,
            delimiter=part.delimiter,
            layout=part.layout,
            records=(*self.statement.records, *part.records[:room]),
            rejected=(),
            opening=opening,
        )

    def reject(self, entries: Iterable[Rejected]) -> None:
        """Count rejected lines, and list them while there is room."""
        for entry in entries:
            self.rejected_count += 1
            self.hard_count += entry.reason not in HARMLESS
            if self._room(len(self.rejected)):
                self.rejected.append(entry)

    def recognise(self, record: StatementRecord, known: Recognised) -> None:
        """A record that another statement told before."""
        self.recognised_count += 1
        if self._room(len(self.recognised)):
            self.recognised.append((record, known))

    def _room(self, listed: int) -> int:
        """How many more may be listed."""
        return LISTED_MAX if self.listed_max is None else max(0, self.listed_max - listed)

    def as_json(self) -> Mapping[str, object]:
        """The object of the door; the counts tell where more is known than is listed."""
        statement = self.statement
        return {
            "encoding": statement.encoding,
            "delimiter": statement.delimiter,
            "layout": statement.layout,
            "records": [_record(record) for record in statement.records],
            "records_count": self.records_count,
            "rejected": [
                {"line": entry.line, "reason": entry.reason, "of": entry.of, "detail": entry.detail}
                for entry in self.rejected
            ],
            "rejected_count": self.rejected_count,
            "recognised": [
                {"line": record.line, "key": known.key, "by": known.by} for record, known in self.recognised
            ],
            "recognised_count": self.recognised_count,
            "imported": self.imported,
            "duplicates": self.duplicates,
            "opening": statement.opening.status,
            "client_id": self.client_id,
        }


def _record(record: StatementRecord) -> Mapping[str, object]:
    return {
        "line": record.line,
        "date": record.day.isoformat(),
        "time": record.time.isoformat() if record.time is not None else None,
        "code": record.code,
        "name": record.name,
        "kind": record.kind,
        "side": record.side,
        "quantity": plain(record.quantity),
        "price": plain(record.price),
        "gross_fen": record.gross_fen,
        "fees": {
            "commission_fen": record.fees.commission_fen,
            "stamp_fen": record.fees.stamp_fen,
            "transfer_fen": record.fees.transfer_fen,
            "other_fen": record.fees.other_fen,
        },
        "net_fen": record.net_fen,
        "currency": record.currency,
        "key": record.key,
    }
