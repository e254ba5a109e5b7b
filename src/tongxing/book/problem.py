"""A mistake in a page, said so that the author can go to it and mend it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Problem:
    """What is wrong, where: path from the book's root, line counted from 1 (0: the page as a whole)."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        """As an editor understands it: `path:line: what`."""
        return f"{self.path}:{self.line}: {self.what}"
