"""`tongxing book check`: every problem of a book at once."""

from collections.abc import Mapping

from tongxing.book.problem import Problem
from tongxing.book.reader import read


def check(files: Mapping[str, str], sign_names: frozenset[str]) -> list[Problem]:
    """All problems of all pages, by path and line; empty when the book is in order."""
    found = read(files, sign_names=sign_names)
    return found if isinstance(found, list) else []
