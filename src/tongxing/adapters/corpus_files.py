"""The corpus as files: the packaged pages, or a folder of the same shape; and a digest of what was read."""

from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path

from tongxing.adapters.book_files import BookError
from tongxing.book.corpus import read_corpus_page
from tongxing.book.problem import Problem
from tongxing.domain.utterances import Utterance


def load_corpus(root: Path | None = None) -> tuple[tuple[Utterance, ...], str]:
    """All sentences and the hash of the pages; raises `BookError` with every mistake."""
    if root is not None:
        return _read(root)
    with as_file(files("tongxing.book") / "corpus") as packaged:
        return _read(packaged)


def _read(root: Path) -> tuple[tuple[Utterance, ...], str]:
    said: list[Utterance] = []
    mistakes: list[Problem] = []
    digest = sha256()
    for path in sorted(root.glob("*.tsv")):
        text = path.read_text(encoding="utf-8")
        digest.update(f"{path.name}\0{text}\0".encode())
        found, problems = read_corpus_page(f"corpus/{path.name}", text, style=path.stem)
        said += found
        mistakes += problems
    if mistakes or not said:
        raise BookError(mistakes or [Problem(path="corpus", line=0, what="no pages")])
    return tuple(said), digest.hexdigest()
