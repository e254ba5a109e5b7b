"""Where the files of a log are read from: a directory, or an address on the web."""

from collections.abc import Callable
from pathlib import Path

from tongxing.adapters.tlog.exchange import ask
from tongxing.ledger.lines import TextError
from tongxing.ledger.tiles import WIDTH, Tile, decode_bundle, encode_bundle

Source = Callable[[str], bytes]
"""Gives the file at a path below the prefix of a log; raises `FileNotFoundError` or another `OSError`."""
FILE_BYTES_MAX = WIDTH * (2 + 65_535)
"""A bundle of the longest entries; nothing in a log is larger."""
OK, GONE = 200, frozenset({404, 410})
CHECKPOINT = "checkpoint"


def source_of(place: str) -> Source:
    """A reader of the log at a directory or an http(s) address."""
    return web_source(place) if place.startswith(("http://", "https://")) else folder_source(Path(place))


def folder_source(directory: Path) -> Source:
    """Files of a directory."""

    def read(path: str) -> bytes:
        with (directory / path).open("rb") as file:
            return _bounded(file.read(FILE_BYTES_MAX + 1), path)

    return read


def web_source(url: str) -> Source:
    """Files below an http(s) address."""
    prefix = url.rstrip("/")

    def read(path: str) -> bytes:
        status, data = ask(f"{prefix}/{path}")
        if status in GONE:
            raise FileNotFoundError(f"{prefix}/{path}")
        if status != OK:
            raise OSError(f"{prefix}/{path}: answered {status}")
        return _bounded(data, path)

    return read


def tile_reader(source: Source) -> Callable[[Tile], bytes]:
    """Tiles and bundles of a source; where a partial one is gone, the beginning of the full one."""

    def read(tile: Tile) -> bytes:
        try:
            return source(tile.path)
        except FileNotFoundError:
            if tile.width == WIDTH:
                raise
        data = source(tile.full.path)
        if tile.level is not None:
            return data
        return encode_bundle(decode_bundle(data, tile.full.path, width=WIDTH)[: tile.width])

    return read


def _bounded(data: bytes, path: str) -> bytes:
    if len(data) > FILE_BYTES_MAX:
        raise TextError(f"{path}: more than {FILE_BYTES_MAX} bytes")
    return data
