"""Pages of `sources/` with `kind: product`: how a broker's own product table becomes products."""

import re

from tongxing.book.lists import NAME, texts_by_name, values
from tongxing.book.nodes import Scalar
from tongxing.book.playbooks import GRADES
from tongxing.book.section import Section
from tongxing.domain.pages import ProductMap

KIND = "product"
NEEDED = ("code", "name", "kind", "risk", "sector")
FIELDS = (*NEEDED, "term")
"""What a product table can tell; what is inside a product is written into its page by hand."""
ROW_BY_ROW = ("code", "name", "risk")
"""Only the row itself can say these: a name or a grade for all would be a guess."""


def is_one(page: Section) -> bool:
    """Whether a page of `sources/` maps products and no events."""
    found = page.node.fields.get("kind")
    return found is not None and isinstance(found[1], Scalar) and found[1].value == KIND


def product_map(name: str, page: Section) -> ProductMap:
    """How a broker's own product table becomes products."""
    page.choice("kind", {KIND: KIND})
    found = ProductMap(
        name=name,
        columns=texts_by_name(page, "columns"),
        constants=texts_by_name(page, "constants"),
        values=values(page),
    )
    page.end()
    _fields_known(found, page)
    _fields_told(found, page)
    _words_usable(found, page)
    return found


def _fields_known(found: ProductMap, page: Section) -> None:
    for key, names in (("columns", found.columns), ("constants", found.constants), ("values", found.values)):
        for name in names:
            if re.fullmatch(NAME, name) and name not in FIELDS:
                page.note(page.line_of(key), f"{key}: a product has no field {name!r} in a table")


def _fields_told(found: ProductMap, page: Section) -> None:
    """Each field comes from somewhere, and what differs from row to row comes from the row."""
    for name in NEEDED:
        if name not in found.columns and (name in ROW_BY_ROW or name not in found.constants):
            page.note(page.line_of("columns"), f"columns: no column says {name!r}")
    for name in ROW_BY_ROW:
        if name in found.constants:
            page.note(page.line_of("constants"), f"constants: {name!r} is told by each row")


def _words_usable(found: ProductMap, page: Section) -> None:
    """Our words are grades and kinds that a page of products accepts."""
    for theirs, ours in found.values.get("risk", {}).items():
        if ours not in GRADES:
            page.note(page.line_of("values"), f"values risk: {theirs!r}: {ours!r} is none of R1 to R5")
    kinds = [*found.values.get("kind", {}).values(), *_constant(found, "kind")]
    for ours in kinds:
        if re.fullmatch(NAME, ours) is None:
            page.note(page.line_of("values"), f"values kind: {ours!r} is not of the form {NAME}")


def _constant(found: ProductMap, name: str) -> tuple[str, ...]:
    return (found.constants[name],) if name in found.constants else ()
