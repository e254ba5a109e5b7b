"""The corpus as files: the packaged pages, or a folder of the same shape; and a digest of what was read."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from tongxing.adapters.book_files import BookError
from tongxing.book.corpus import read_corpus_page
from tongxing.book.problem import Problem
from tongxing.domain.utterances import Utterance

Pages = Mapping[str, str]
"""Name of a file -> its text."""
Corpus = tuple[tuple[Utterance, ...], str]
"""All sentences and the hash of the pages."""


def load_corpus(root: Path | None = None) -> Corpus:
    """All sentences and the hash of the pages; raises `BookError` with every mistake."""
    return read_pages(corpus_pages(root))


def corpus_pages(root: Path | None = None) -> Pages:
    """The pages of a folder, or the packaged ones."""
    if root is not None:
        return _texts(root)
    with as_file(files("tongxing.book") / "corpus") as packaged:
        return _texts(packaged)


def read_pages(pages: Pages) -> Corpus:
    """The sentences of pages and their hash; raises `BookError` with every mistake."""
    said: list[Utterance] = []
    mistakes: list[Problem] = []
    digest = sha256()
    for name, text in sorted(pages.items()):
        digest.update(f"{name}\0{text}\0".encode())
        found, problems = read_corpus_page(f"corpus/{name}", text, style=name.removesuffix(".tsv"))
        said += found
        mistakes += problems
    if mistakes or not said:
        raise BookError(mistakes or [Problem(path="corpus", line=0, what="no pages")])
    return tuple(said), digest.hexdigest()


def packed(pages: Pages) -> str:
    """Pages as a store keeps them."""
    return b64encode(zlib.compress(msgspec.json.encode(pages, order="sorted"))).decode()


def unpacked(kept: str) -> Pages:
    """The pages of `packed`."""
    return msgspec.json.decode(zlib.decompress(b64decode(kept)), type=dict[str, str])


def _texts(root: Path) -> Pages:
    return {path.name: path.read_text(encoding="utf-8") for path in root.glob("*.tsv")}
