"""A statement that was saved as a workbook (.xlsx): its sheets as lines of cells divided by tabs."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from io import BytesIO

from tongxing.intake.decoding import UnreadableFileError

SIGNATURE = b"PK\x03\x04"
KIND = "xlsx"
UNPACKED_BYTES_MAX = 256 * 1024 * 1024
"""What the parts of a workbook may hold together once they are unpacked."""
SHEETS_MAX = 50
LINES_MAX = 1_048_576
"""Rows of one sheet; blank ones at the end are none."""
CELLS_MAX = 200
"""Cells of one row that are read."""
LARGEST = Decimal(10) ** 18
"""No amount, date or number of shares is larger."""
_DIGITS = ".15g"
"""A workbook keeps fifteen digits of a number."""


def workbook_lines(data: bytes) -> Sequence[str]:
    """The rows of all sheets, one sheet after the other, as text; raises `UnreadableFileError`.

    Numbers come without exponents and noise, days as 2025-03-03: as a person would type them.
    """
    _bounded(data)
    try:
        with warnings.catch_warnings(action="ignore"):
            lines = [line for sheet in _sheets(data) for line in sheet]
    except UnreadableFileError:
        raise
    except Exception as problem:  # noqa: BLE001 - a damaged workbook fails in any of the library's depths
        what = "an Excel workbook that cannot be read: export it as text or CSV"
        raise UnreadableFileError(what, type(problem).__name__) from None
    if not lines:
        raise UnreadableFileError("the Excel workbook is empty")
    return lines


def _sheets(data: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - heavy, and few statements are workbooks

    book = load_workbook(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    for sheet in book.worksheets[:SHEETS_MAX]:
        sheet.reset_dimensions()
        lines: list[str] = []
        blank = 0
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=CELLS_MAX), start=1):
            if number > LINES_MAX:
                raise UnreadableFileError(f"more than {LINES_MAX} rows in one sheet")
            line = "\t".join(map(_cell, row)).rstrip("\t")
            if line:
                lines.extend([""] * blank)
                lines.append(line)
            blank = 0 if line else blank + 1
        yield lines


def _bounded(data: bytes) -> None:
    """A small file may unpack into a huge one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            named = any(part.filename.startswith("xl/") for part in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
        raise UnreadableFileError("a damaged Excel workbook or zip archive", str(problem)) from None
    if not named:
        raise UnreadableFileError("a zip archive, no Excel workbook: export it as text or CSV", "first bytes")
    if unpacked > UNPACKED_BYTES_MAX:
        raise UnreadableFileError(f"an Excel workbook of {unpacked} bytes unpacked: split it")


def _cell(value: object) -> str:
    """One cell as its reader would see it."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        digits = Decimal(format(value, _DIGITS))
        return f"{digits:f}" if digits.is_finite() and abs(digits) < LARGEST else str(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d" if value.time() == time() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, (date, time)):
        return value.isoformat()
    text = " ".join(str(value).split())
    return '"' + text.replace('"', '""') + '"' if '"' in text else text
