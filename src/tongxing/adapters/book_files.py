"""The book as files: the packaged one, or a folder of the same shape."""

from collections.abc import Iterator
from importlib.resources import as_file, files
from pathlib import Path

from tongxing.book.nodes import PAGE_BYTES_MAX
from tongxing.book.problem import Problem
from tongxing.book.product_page import read_page
from tongxing.book.reader import NOT_YAML, read
from tongxing.domain.book import Book

SUFFIXES = frozenset({".yaml", ".yml", ".cedar", ".cedarschema", *NOT_YAML.values()})
"""What counts as a page; Python modules and editors' leftovers lie beside them."""
FILES_MAX = 20_000


class BookError(ValueError):
    """The book cannot be used; the text lists every problem with file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems in the book\n" + "\n".join(map(str, problems)))
        self.problems = problems


def load(root: Path | None = None, *, sign_names: frozenset[str]) -> Book:
    """Read the book in a folder (default: the packaged one); raises `BookError` with all problems."""
    pages, unreadable = page_texts(root)
    found = read(pages, sign_names=sign_names)
    if isinstance(found, list) or unreadable:
        raise BookError(sorted({*unreadable, *(found if isinstance(found, list) else ())}))
    return found


def problems(root: Path | None = None, *, sign_names: frozenset[str]) -> list[Problem]:
    """Everything that is wrong with the book in a folder; empty when it is in order."""
    try:
        load(root, sign_names=sign_names)
    except BookError as mistakes:
        return mistakes.problems
    return []


def page_texts(root: Path | None = None) -> tuple[dict[str, str], list[Problem]]:
    """The texts of all pages by path from the root, and the files that could not be read."""
    if root is not None:
        return _texts(root)
    with as_file(files("tongxing.book")) as packaged:
        return _texts(packaged)


def products_beside(page: Path) -> dict[str, str]:
    """Code -> the page of the same folder that holds it; the page itself and faulty ones left out."""
    found: dict[str, str] = {}
    for path in _page_files(page.parent) if page.parent.is_dir() else ():
        text = _text(path)
        if path.suffix == ".yaml" and path != page and isinstance(text, str):
            products, _problems = read_page(path.name, text)
            for product in products:
                found.setdefault(product.code, path.name)
    return found


def write_page(path: Path, text: str, *, replace: bool) -> None:
    """Write a page whole or not at all; raises `FileExistsError` where one stands and may stay."""
    if path.exists() and not replace:
        raise FileExistsError(f"{path}: there is such a page already")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _texts(root: Path) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    unreadable: list[Problem] = []
    for path in _page_files(root):
        name = path.relative_to(root).as_posix()
        text = _text(path)
        if isinstance(text, str):
            texts[name] = text
        else:
            unreadable.append(Problem(path=name, line=text[0], what=text[1]))
    if not texts and not unreadable:
        unreadable.append(Problem(path=".", line=0, what=f"no pages in {root}"))
    return texts, unreadable


def _page_files(root: Path) -> Iterator[Path]:
    for path in sorted(root.rglob("*"))[:FILES_MAX]:
        hidden = any(part.startswith((".", "__")) for part in path.relative_to(root).parts)
        if path.suffix in SUFFIXES and path.is_file() and not hidden:
            yield path


def _text(path: Path) -> str | tuple[int, str]:
    """The text of a page, or (line, what is wrong)."""
    try:
        if path.stat().st_size > PAGE_BYTES_MAX:
            return 0, f"larger than {PAGE_BYTES_MAX} bytes"
        data = path.read_bytes()
    except OSError as mistake:
        return 0, f"cannot be read: {mistake.strerror}"
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as mistake:
        return data.count(b"\n", 0, mistake.start) + 1, f"not UTF-8: byte {data[mistake.start]:#04x}"
