"""Files and stores read as text, to find what is personal in them: logs, lakes, backups, tiles, databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from errno import ENOTSUP
from pathlib import Path

from tongxing.adapters.store import SqlStore
from tongxing.adapters.store.plain_rows import plain_values
from tongxing.service.personal import NOBODY, Names, scan

BYTES_AT_ONCE = 1 << 20
OVERLAP = 64
"""Bytes read twice, so that nothing is cut in two."""
PARQUET = ".parquet"
PSEUDONYM = "client"
"""Column of a lake that holds numbers under a key: any of them may look like a card's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something personal, without saying what it is."""

    where: str
    """A file, or `table.column`."""
    place: str
    """`byte 1024`, `column text`, `row 17`."""
    kind: str


def scan_path(path: Path, names: Names = NOBODY) -> Iterator[Finding]:
    """All findings in a file, or in every file under a folder; raises `OSError` for what cannot be read."""
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    for file in files:
        yield from _parquet(file, names) if file.suffix == PARQUET else _bytes(file, names)


def scan_store(store: SqlStore, names: Names = NOBODY) -> Iterator[Finding]:
    """All findings in the columns of a store, as they lie there."""
    for table, column, value in plain_values(store):
        for span in scan(value, names):
            yield Finding(where=f"{table}.{column}", place="column", kind=span.kind)


def _bytes(file: Path, names: Names) -> Iterator[Finding]:
    with file.open("rb") as reading:
        start, kept = 0, b""
        while block := reading.read(BYTES_AT_ONCE):
            piece = kept + block
            text = piece.decode("utf-8", errors="surrogateescape")
            for span in scan(text, names):
                before = len(text[: span.start].encode("utf-8", errors="surrogateescape"))
                yield Finding(where=str(file), place=f"byte {start + before}", kind=span.kind)
            kept = piece[-OVERLAP:] if len(block) == BYTES_AT_ONCE else b""
            start += len(piece) - len(kept)


def _parquet(file: Path, names: Names) -> Iterator[Finding]:
    """Words of every column, and whole numbers but for pseudonyms."""
    try:
        from tongxing.adapters.parquet_texts import texts_of  # noqa: PLC0415 - the extra `analytics`
    except ModuleNotFoundError:
        raise OSError(ENOTSUP, "Parquet needs the extra: pip install 'tongxing[analytics]'") from None
    for name, text in texts_of(file, apart=frozenset({PSEUDONYM})):
        for span in scan(text, names):
            yield Finding(where=str(file), place=f"column {name}", kind=span.kind)
