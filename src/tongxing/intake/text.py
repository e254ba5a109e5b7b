"""A file as lines of text: whole where it is small, else chunk by chunk in bounded memory."""

import codecs
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tongxing.intake.decoding import (
    BOMS,
    FILE_BYTES_MAX,
    SNIFFED_PAGE_BYTES,
    UnreadableFileError,
    decode,
    mostly_utf8,
    refuse_binary,
)
from tongxing.intake.table import LINE_LENGTH_MAX
from tongxing.intake.workbook import KIND, SIGNATURE, workbook_lines

Chunks = Callable[[], Iterable[bytes]]
"""The bytes of a file from its beginning, piece by piece, as often as it is asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A file's lines without line ends; of a line longer than any we read only the beginning is kept."""

    encoding: str
    lines: Iterator[str]
    cells: str = ""
    """Said instead of a delimiter where the file has cells of its own."""


def whole(data: bytes) -> Text:
    """A file in memory; raises `UnreadableFileError` for an empty, huge, binary or mis-encoded one."""
    if data.startswith(SIGNATURE):
        if len(data) > FILE_BYTES_MAX:
            raise UnreadableFileError(f"a workbook of {len(data)} bytes: at most {FILE_BYTES_MAX} are read")
        return Text(encoding=KIND, lines=iter(workbook_lines(data)), cells=KIND)
    decoded = decode(data)
    return Text(encoding=decoded.encoding, lines=divided(iter([decoded.text])))


def streamed(chunks: Chunks) -> Text:
    """A file of any size: looked through once for its encoding, so that nothing fails half-way.

    Raises `UnreadableFileError` like `whole`; a workbook is not streamed.
    """
    head = _head(chunks)
    if head.startswith(SIGNATURE):
        raise UnreadableFileError(
            f"a workbook of more than {FILE_BYTES_MAX} bytes", "split it or save as CSV"
        )
    refuse_binary(head)
    mark, encoding = next(((mark, name) for mark, name in BOMS.items() if head.startswith(mark)), (b"", ""))
    if not encoding:
        encoding = "utf-8" if _fails(chunks, "utf-8", b"") is None else "gb18030"
        if encoding == "gb18030" and mostly_utf8(head):
            raise UnreadableFileError("damaged UTF-8 text", f"byte offset {_fails(chunks, 'utf-8', b'')}")
    broken = None if encoding == "utf-8" else _fails(chunks, encoding, mark)
    if broken is not None:
        raise UnreadableFileError(f"no {encoding} text", f"byte offset {broken}")
    return Text(encoding=encoding, lines=divided(_texts(chunks, encoding, mark)))


def divided(texts: Iterable[str]) -> Iterator[str]:
    """Physical lines; only real line ends divide them (a form feed inside a name does not)."""
    rest = held = ""
    for text in texts:
        joined = f"{rest}{held}{text}"
        held = "\r" if joined.endswith("\r") else ""
        joined = joined[: len(joined) - len(held)]
        if "\r" in joined:
            joined = joined.replace("\r\n", "\n").replace("\r", "\n")
        lines = joined.split("\n")
        rest = lines.pop()[: LINE_LENGTH_MAX + 1]
        yield from lines
    yield rest
    if held:
        yield ""


def _texts(chunks: Chunks, encoding: str, mark: bytes) -> Iterator[str]:
    """What the bytes say; an incomplete character at the very end is left out."""
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-sig"))()
    for chunk in _without(mark, chunks()):
        yield decoder.decode(chunk)


def _head(chunks: Chunks) -> bytes:
    """Enough of the beginning to tell what a file is."""
    head = b""
    for chunk in chunks():
        head += chunk
        if len(head) >= SNIFFED_PAGE_BYTES:
            break
    return head


def _without(mark: bytes, chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The bytes behind the mark of an encoding."""
    left = len(mark)
    for chunk in chunks:
        yield chunk[left:]
        left = max(0, left - len(chunk))


def _fails(chunks: Chunks, encoding: str, mark: bytes) -> int | None:
    """The first offset at which the bytes are no such text; None where they are."""
    offset = len(mark)
    decoder = codecs.getincrementaldecoder(encoding.removesuffix("-sig"))()
    wide = encoding.startswith("utf-16")
    for chunk in _without(mark, chunks()):
        if not wide and 0 in chunk:
            where = f"zero byte at offset {offset + chunk.index(0)}"
            raise UnreadableFileError("binary data, no text: export it as text or CSV", where)
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as problem:
            return offset + problem.start
        offset += len(chunk)
    return None
