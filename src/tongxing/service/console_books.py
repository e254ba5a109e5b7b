"""Books that were in force once, by their digest: read again for a replay, and compared page by page."""

import zlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from tongxing.book.reader import digest as digest_of
from tongxing.book.reader import read
from tongxing.domain.book import Book
from tongxing.profile.signs import NAMES
from tongxing.service.house import House

PAGES_BYTES_MAX = 64 * 1024 * 1024
_pages = msgspec.json.Decoder(dict[str, str])


class BookGoneError(LookupError):
    """That book is not kept here, its bytes were changed, or today's program cannot read it."""


def pages_of(house: House, digest: str) -> Mapping[str, str]:
    """Path -> text of a kept book; raises `BookGoneError`."""
    kept = house.store.book_copy(digest)
    if kept is None:
        raise BookGoneError(f"book {digest} is not kept in this store")
    return _opened(digest, kept)


def book_of(house: House, digest: str) -> Book:
    """The book of that digest, ready to judge by; raises `BookGoneError`."""
    if digest == house.book.digest:
        return house.book
    kept = house.store.book_copy(digest)
    if kept is None:
        raise BookGoneError(f"book {digest} is not kept in this store")
    return _read(digest, kept)


@lru_cache(maxsize=8)
def _opened(digest: str, kept: bytes) -> Mapping[str, str]:
    try:
        unpacked = zlib.decompressobj().decompress(kept, PAGES_BYTES_MAX)
        pages = _pages.decode(unpacked)
    except (zlib.error, msgspec.DecodeError) as broken:
        raise BookGoneError(f"book {digest} cannot be opened: its bytes were changed") from broken
    if digest_of(pages) != digest:
        raise BookGoneError(f"book {digest} is not the one that was kept: its pages were changed")
    return pages


@lru_cache(maxsize=4)
def _read(digest: str, kept: bytes) -> Book:
    found = read(_opened(digest, kept), sign_names=NAMES)
    if isinstance(found, list):
        raise BookGoneError(f"book {digest} cannot be read by this version: {found[0]}")
    return found
