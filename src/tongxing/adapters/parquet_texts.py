"""What a Parquet file tells in words and whole numbers, value by value; needs the extra `analytics`."""

from collections.abc import Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

ROWS_AT_ONCE = 10_000


def texts_of(file: Path, *, apart: Collection[str]) -> Iterator[tuple[str, str]]:
    """(column, value as text); whole numbers of the columns `apart` are passed over."""
    with pq.ParquetFile(file) as reading:
        read = [field.name for field in reading.schema_arrow if _may_tell(field, apart)]
        for batch in reading.iter_batches(batch_size=ROWS_AT_ONCE, columns=read):
            for name in read:
                for value in batch.column(name).to_pylist():
                    yield name, _text(value)


def _may_tell(field: pa.Field, apart: Collection[str]) -> bool:
    wordy: bool = pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
    whole = pa.types.is_integer(field.type) and field.name not in apart
    return bool(wordy or whole or pa.types.is_binary(field.type))


def _text(value: object) -> str:
    return value.decode("utf-8", errors="replace") if isinstance(value, bytes) else str(value)
