"""A broker's own product table as a page of the book, with every row that could not be taken."""

from collections.abc import Mapping
from dataclasses import dataclass

from tongxing.book.problem import Problem
from tongxing.book.product_page import problems_of, product_page
from tongxing.domain.event import Rejected
from tongxing.domain.pages import Product, ProductMap
from tongxing.intake.listing import UnreadableFileError, listing, need
from tongxing.intake.products import SAME, product_rows


class ProductTableError(ValueError):
    """Nothing of the table can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductTable:
    """What became of a product table."""

    products: tuple[Product, ...]
    rejected: tuple[Rejected, ...]
    page: str
    """Text of the page that holds the products."""
    problems: tuple[Problem, ...]
    """What the strict reader would have against the page; then it must not be written."""

    @property
    def hard_rejects(self) -> tuple[Rejected, ...]:
        """Rows whose products are missing from the page: a second copy of a row is none."""
        return tuple(entry for entry in self.rejected if entry.reason != SAME)


def product_table(
    data: bytes, source: ProductMap, *, elsewhere: Mapping[str, str], path: str
) -> ProductTable:
    """Read a table by a map of the book; `elsewhere` says which page holds a code already.

    `path` is the page's own, for what the reader says of it. Raises `ProductTableError` for a file that
    is no table of this map.
    """
    try:
        table = listing(data)
        need(table, source.columns.values())
    except UnreadableFileError as problem:
        raise ProductTableError(str(problem)) from problem
    read, rejected = product_rows(table.rows, source, elsewhere=elsewhere)
    page = product_page(read, map_name=source.name)
    return ProductTable(
        products=read,
        rejected=tuple(sorted((*table.rejected, *rejected), key=lambda entry: entry.line)),
        page=page,
        problems=tuple(problems_of(path, page)),
    )
