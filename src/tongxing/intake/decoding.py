"""The bytes of a file somebody exported, as text: UTF-8 (with or without BOM), GB18030 or UTF-16 with BOM."""

from dataclasses import dataclass

FILE_BYTES_MAX = 64 * 1024 * 1024
"""A statement read whole into memory: more than a million lines."""
SNIFFED_BYTES = 1_000_000
SNIFFED_PAGE_BYTES = 65_536
CHARACTER_BYTES_MAX = 4

_SIGNATURES = {
    b"\xd0\xcf\x11\xe0": "an Excel workbook (.xls)",
    b"PK\x03\x04": "an Excel workbook (.xlsx) or a zip archive",
    b"%PDF": "a PDF document",
    b"\x1f\x8b": "a gzip archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
}
BOMS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}
_PAGES = (b"<html", b"<table", b"<!doctype", b"<?xml")
_ADVICE = "export it as text or CSV"


class UnreadableFileError(ValueError):
    """A file of which nothing can be used: what is wrong, and where."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{what} ({where})" if where else what)
        self.what = what
        self.where = where


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """A file as text, without BOM."""

    text: str
    encoding: str
    cut: bool = False
    """The file ends inside a character: its last line is incomplete."""


def decode(data: bytes) -> Decoded:
    """The text of a file; raises `UnreadableFileError` for empty, huge, binary or mis-encoded ones."""
    refuse_binary(data)
    for mark, encoding in BOMS.items():
        if data.startswith(mark):
            return _marked(data[len(mark) :], encoding, len(mark))
    if 0 in data:
        offset = data.index(0)
        raise UnreadableFileError(f"binary data, no text: {_ADVICE}", f"zero byte at offset {offset}")
    try:
        return Decoded(text=data.decode("utf-8"), encoding="utf-8")
    except UnicodeDecodeError as problem:
        return _not_quite_utf8(data, problem)


def _not_quite_utf8(data: bytes, problem: UnicodeDecodeError) -> Decoded:
    """UTF-8 whose end is cut off, UTF-8 with a damaged byte, or GB18030."""
    if problem.end >= len(data) and problem.start > 0 and len(data) - problem.start < CHARACTER_BYTES_MAX:
        head = data[: problem.start]
        if not head.isascii():
            return Decoded(text=head.decode("utf-8"), encoding="utf-8", cut=True)
    if mostly_utf8(data):
        line = data.count(b"\n", 0, problem.start) + 1
        raise UnreadableFileError("damaged UTF-8 text", f"line {line}, byte offset {problem.start}")
    try:
        return Decoded(text=data.decode("gb18030"), encoding="gb18030")
    except UnicodeDecodeError as other:
        if len(data) - other.start < CHARACTER_BYTES_MAX and other.start > 0:
            return Decoded(text=data[: other.start].decode("gb18030"), encoding="gb18030", cut=True)
        line = data.count(b"\n", 0, other.start) + 1
        raise UnreadableFileError(
            "neither UTF-8 nor GB18030 text", f"line {line}, byte offset {other.start}"
        ) from None


def mostly_utf8(data: bytes) -> bool:
    """Whether damaged bytes were meant as UTF-8.

    GB18030 Chinese almost never looks like UTF-8: many well-formed characters mean damaged UTF-8.
    """
    text = data[:SNIFFED_BYTES].decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    chinese = sum(1 for character in text if "\u4e00" <= character <= "\u9fff")
    return chinese > 4 * damaged


def _marked(data: bytes, encoding: str, skipped: int) -> Decoded:
    try:
        return Decoded(text=data.decode(encoding.removesuffix("-sig")), encoding=encoding)
    except UnicodeDecodeError as problem:
        if problem.start > 0 and len(data) - problem.start < CHARACTER_BYTES_MAX:
            text = data[: problem.start].decode(encoding.removesuffix("-sig"))
            return Decoded(text=text, encoding=encoding, cut=True)
        where = f"byte offset {problem.start + skipped}"
        raise UnreadableFileError(f"not the {encoding} text its first bytes announce", where) from None


def refuse_binary(data: bytes) -> None:
    """Raise `UnreadableFileError` for what is empty, huge, or begins like something else than text."""
    if not data.strip():
        raise UnreadableFileError("the file is empty")
    if len(data) > FILE_BYTES_MAX:
        limit = FILE_BYTES_MAX // 2**20
        raise UnreadableFileError(f"{len(data)} bytes: at most {limit} MiB are read at once; split the file")
    for signature, name in _SIGNATURES.items():
        if data.startswith(signature):
            raise UnreadableFileError(f"{name}, no text: {_ADVICE}", "first bytes")
    head = data[:SNIFFED_PAGE_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_PAGES) or (head.startswith(b"<") and b"<table" in head):
        raise UnreadableFileError(f"a web page saved under another name: {_ADVICE}", "first bytes")
