"""A lake in a folder: Parquet files by table and Beijing day, and a manifest that names the files in force.

New files are written beside the old ones; the manifest, replaced as a whole at the end, makes them count.
What an interrupted night leaves behind is not named by it and is swept away by the next one.
"""

import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tongxing.adapters.lake.all_profiles import write_profiles
from tongxing.adapters.lake.features_ibis import connect, quoted
from tongxing.adapters.lake.lake_rows import (
    CLIENT,
    CLIENTS,
    Spool,
    add_rows,
    compacted,
    empty_spool,
    pseudonym,
    spool_table,
)
from tongxing.domain.clock import day_of
from tongxing.domain.pages import WordTable
from tongxing.profile.links import LINK_KINDS
from tongxing.profile.rows import TABLES, Table
from tongxing.service.ports import StoredEvent

MANIFEST, SPILL = "manifest.json", "spill"
ROWS_A_PART = 200_000
APART_KINDS = LINK_KINDS | {"erasure_requested"}
"""After these a client's rows do not tell the features alone: merges and erasures reach back."""


class LakeError(RuntimeError):
    """The folder cannot be used as a lake; words for a person."""


@dataclass(slots=True, kw_only=True)
class SealedDay:
    """A day in force: its files by table, and which part of the log it was made from."""

    first_seq: int
    last_seq: int
    files: dict[str, str]
    rows: int


@dataclass(slots=True, kw_only=True)
class Manifest:
    """What the lake holds."""

    definitions: str = ""
    seq: int = 0
    generation: int = 0
    days: dict[int, SealedDay] = field(default_factory=dict)
    apart: list[int] = field(default_factory=list)
    """Clients (pseudonyms) whose record was ever merged, split or partly erased."""


class FolderLake:
    """The `Lake` port over a folder."""

    def __init__(self, folder: Path, *, key: bytes, words: WordTable) -> None:
        self._folder, self._key, self._words = folder, key, words
        folder.mkdir(parents=True, exist_ok=True)
        self._manifest = _read_manifest(folder / MANIFEST)

    def begin(self, definitions: str) -> int:
        """The place in the log up to which it is sealed; 0 after a change of the definitions."""
        if self._manifest.definitions != definitions:
            self._manifest = Manifest(definitions=definitions, generation=self._manifest.generation)
        self._sweep()
        return self._manifest.seq

    @contextmanager
    def sealing(self) -> Iterator["FolderSealing"]:
        """Rebuild day files; on leaving they take the place of the former ones all at once."""
        spool = self._folder / "spool"
        spool.mkdir()
        sealing = FolderSealing(spool, self._key, self._words)
        yield sealing
        sealing.flush()
        self._manifest.generation += 1
        self._manifest.seq = max(self._manifest.seq, sealing.last_seq)
        self._manifest.apart = sorted(sealing.apart.union(self._manifest.apart))
        written = self._write(sealing) if sealing.touched() else {}
        for day in sealing.touched():
            first, last = sealing.spans[day]
            files = written[day]
            self._manifest.days[day] = SealedDay(
                first_seq=first,
                last_seq=last,
                files=files,
                rows=sum(pq.read_metadata(self._folder / file).num_rows for file in files.values()),
            )
        _write_manifest(self._folder / MANIFEST, self._manifest)
        self._sweep()

    def span(self, days: Collection[int]) -> tuple[int, int] | None:
        """First and last place in the log of what these sealed days hold; None if nothing is sealed."""
        sealed = [self._manifest.days[day] for day in days if day in self._manifest.days]
        if not sealed:
            return None
        return min(day.first_seq for day in sealed), max(day.last_seq for day in sealed)

    def days_of(self, client_id: str) -> frozenset[int]:
        """The days on which something of this client is sealed."""
        found: set[int] = set()
        with self._connection() as connection:
            for table in TABLES:
                files = self._files(table)
                if files:
                    query = "SELECT DISTINCT day FROM read_parquet(?) WHERE client = ?"
                    rows = connection.execute(query, [files, pseudonym(client_id, self._key)]).fetchall()
                    found.update(int(row[0]) for row in rows)
        return frozenset(found)

    def apart(self, client_ids: Iterator[str]) -> tuple[str, ...]:
        """Of these clients those whose features no query gives: merged, split, or partly erased records."""
        names = set(self._manifest.apart)
        return tuple(name for name in client_ids if names and pseudonym(name, self._key) in names)

    def profiles(
        self, client_ids: Iterator[str], *, as_of: datetime, given: Mapping[str, Mapping[str, int | None]]
    ) -> int:
        """Compute every client's features, but for those `given`; keep all as `profiles/<instant>.parquet`.

        Says of how many clients.
        """
        rows = [{CLIENT: pseudonym(name, self._key), **figures} for name, figures in given.items()]
        numbers = {pseudonym(client_id, self._key) for client_id in client_ids}
        queried = sorted(numbers.difference(int(row[CLIENT] or 0) for row in rows))
        pq.write_table(pa.table({CLIENT: pa.array(queried, pa.int64())}), self._folder / f"{CLIENTS}.parquet")
        files = {table.name: self._files(table) for table in TABLES}
        target = self._profile_file(as_of)
        target.parent.mkdir(exist_ok=True)
        writing = target.with_suffix(".writing")
        write_profiles(
            files | {CLIENTS: [str(self._folder / f"{CLIENTS}.parquet")]},
            given=rows,
            as_of=as_of,
            target=writing,
            spill=self._folder / SPILL,
        )
        writing.replace(target)
        self._forget_earlier(target)
        return len(numbers)

    def _forget_earlier(self, newest: Path) -> None:
        """Earlier evenings keep no row of a client whose record was partly erased or merged since."""
        gone = self._manifest.apart
        for kept in sorted(newest.parent.glob("*.parquet")) if gone else ():
            if kept == newest:
                continue
            if pq.read_table(kept, columns=[CLIENT], filters=[(CLIENT, "in", gone)]).num_rows:
                writing = kept.with_suffix(".writing")
                pq.write_table(pq.read_table(kept, filters=[(CLIENT, "not in", gone)]), writing)
                writing.replace(kept)

    def features_of(
        self, client_ids: Collection[str], *, as_of: datetime
    ) -> Mapping[str, Mapping[str, int | None]]:
        """Kept features of some clients."""
        names = {pseudonym(client_id, self._key): client_id for client_id in client_ids}
        found = pq.read_table(self._profile_file(as_of), filters=[(CLIENT, "in", list(names))])
        return {names[row.pop(CLIENT)]: row for row in found.to_pylist()}

    def _profile_file(self, as_of: datetime) -> Path:
        return self._folder / "profiles" / f"{as_of:%Y%m%dT%H%M%S}.parquet"

    def _files(self, table: Table) -> list[str]:
        days = sorted(self._manifest.days.items())
        return [str(self._folder / day.files[table.name]) for _number, day in days if table.name in day.files]

    def _write(self, sealing: "FolderSealing") -> dict[int, dict[str, str]]:
        """The touched days from the spool, one file a table and day."""
        written: dict[int, dict[str, str]] = {day: {} for day in sealing.touched()}
        with self._connection() as connection:
            for table in TABLES:
                parts = sorted(str(part) for part in sealing.folder.glob(f"{table.name}.*.parquet"))
                if not parts:
                    continue
                made = self._folder / f"{table.name}.{self._manifest.generation}"
                source = f"read_parquet([{', '.join(quoted(Path(part)) for part in parts)}])"
                connection.execute(
                    f"COPY (SELECT *, day AS on_day FROM ({compacted(table, source)})) TO {quoted(made)} "  # noqa: S608 - our own names
                    "(FORMAT parquet, COMPRESSION zstd, PARTITION_BY (on_day), FILENAME_PATTERN 'rows')"
                )
                for day, files in written.items():
                    if (made / f"on_day={day}").exists():
                        files[table.name] = self._settle(table, day, made)
                shutil.rmtree(made)
        return written

    def _settle(self, table: Table, day: int, made: Path) -> str:
        """Move a day's file to its place, under a name of its own generation."""
        (file,) = (made / f"on_day={day}").iterdir()
        name = f"{table.name}/{day_of(day).isoformat()}.{self._manifest.generation}.parquet"
        (self._folder / table.name).mkdir(exist_ok=True)
        file.replace(self._folder / name)
        return name

    def _sweep(self) -> None:
        """Remove what the manifest in the folder does not name: remains of a night, files replaced."""
        kept = _read_manifest(self._folder / MANIFEST)
        in_force = {name for day in kept.days.values() for name in day.files.values()}
        shutil.rmtree(self._folder / "spool", ignore_errors=True)
        for table in TABLES:
            for remains in self._folder.glob(f"{table.name}.*"):
                shutil.rmtree(remains)
            for file in (self._folder / table.name).glob("*.parquet"):
                if f"{table.name}/{file.name}" not in in_force:
                    file.unlink()

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        backend = connect(self._folder / SPILL)
        try:
            yield backend.con
        finally:
            backend.disconnect()


class FolderSealing:
    """One rebuilding of day files: rows are spooled to disk, so that any log fits."""

    def __init__(self, folder: Path, key: bytes, words: WordTable) -> None:
        self.folder, self._key, self._words = folder, key, words
        self.spans: dict[int, tuple[int, int]] = {}
        self.last_seq = 0
        self.apart: set[int] = set()
        self._spool: Spool = empty_spool()
        self._parts = 0

    def add(self, stored: StoredEvent, *, only_days: Collection[int] | None = None) -> None:
        """Take an event's rows in; `only_days` keeps those of the named Beijing days."""
        seq, event = stored.seq, stored.event
        client = pseudonym(event.client_id, self._key)
        if event.kind in APART_KINDS:
            self.apart.add(client)
        for day in add_rows(self._spool, event, client=client, words=self._words, only_days=only_days):
            first, last = self.spans.get(day, (seq, seq))
            self.spans[day] = min(first, seq), max(last, seq)
        self.last_seq = max(self.last_seq, seq)
        if sum(map(len, self._spool.values())) >= ROWS_A_PART:
            self.flush()

    def touched(self) -> frozenset[int]:
        """The Beijing days of the rows taken in."""
        return frozenset(self.spans)

    def flush(self) -> None:
        """Write spooled rows to parts."""
        for table in TABLES:
            if self._spool[table.name]:
                rows = spool_table(table, self._spool[table.name])
                pq.write_table(rows, self.folder / f"{table.name}.{self._parts}.parquet")
        self._parts += 1
        self._spool = empty_spool()


def _read_manifest(path: Path) -> Manifest:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        days = {int(day): SealedDay(**sealed) for day, sealed in raw.pop("days").items()}
        return Manifest(**raw, days=days)
    except FileNotFoundError:
        return Manifest()
    except (ValueError, TypeError, KeyError, AttributeError, OSError) as problem:
        raise LakeError(f"{path}: not a manifest of a lake ({type(problem).__name__})") from None


def _write_manifest(path: Path, manifest: Manifest) -> None:
    writing = path.with_suffix(".writing")
    with writing.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1, sort_keys=True)
        file.flush()
        os.fsync(file.fileno())
    writing.replace(path)
