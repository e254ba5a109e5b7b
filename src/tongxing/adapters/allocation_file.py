"""Allocations of a book of clients as Parquet, written beside its name and renamed when it is whole."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tongxing.adapters.parquet_file import ParquetError


class AllocationFile:
    """A file that is there when all of it is written, or not at all."""

    def __init__(self, path: Path) -> None:
        """`path` must not exist. Raises `ParquetError`; so do the other methods."""
        try:
            import pyarrow as pa  # noqa: PLC0415 - heavy and optional
            import pyarrow.parquet as pq  # noqa: PLC0415
        except ImportError:
            raise ParquetError("writing Parquet needs pyarrow: pip install 'tongxing[analytics]'") from None
        if path.exists():
            raise ParquetError(f"{path}: is there already")
        self._path, self._half = path, path.with_name(f"{path.name}.part")
        self._schema, self._table, self._rows = _schema(pa), pa.Table, 0
        try:
            self._writer: Any = pq.ParquetWriter(self._half, self._schema, compression="zstd")
        except OSError as problem:
            raise ParquetError(f"{path}: {problem.strerror or problem}") from problem

    def write(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows, in order."""
        self._rows += len(rows)
        try:
            self._writer.write_table(
                self._table.from_pylist([dict(row) for row in rows], schema=self._schema)
            )
        except OSError as problem:
            raise ParquetError(f"{self._path}: {problem.strerror or problem}") from problem

    def __enter__(self) -> Self:
        """The file, open."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _problem: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Whole: under its name. Broken off, or without a row: gone."""
        self._writer.close()
        if kind is None and self._rows:
            self._half.replace(self._path)
        else:
            self._half.unlink(missing_ok=True)


def _schema(pa: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    text, whole = pa.string(), pa.int64()
    weight = pa.struct([("code", text), ("bp", pa.int32())])
    bound = pa.struct([("limit", text), ("multiplier", pa.float64())])
    columns = [
        ("client_id", text),
        ("as_of", pa.date32()),
        ("grade", text),
        ("initiative", text),
        ("pocket", text),
        ("months", pa.int32()),
        ("value_fen", whole),
        ("reserve_fen", whole),
        ("weights", pa.list_(weight)),
        ("binding", pa.list_(bound)),
        ("relaxed", pa.list_(text)),
        ("refused", pa.list_(text)),
        ("label", text),
        ("policy", text),
        ("digest", text),
    ]
    return pa.schema(columns, metadata={"generated_by": "ai", "provider": "tongxing"})
