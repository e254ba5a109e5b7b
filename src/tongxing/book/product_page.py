"""Products as the text of a page under `products/`, which the strict reader takes back."""

import json
from collections.abc import Sequence

from tongxing.book import lists
from tongxing.book.nodes import tree
from tongxing.book.problem import Problem
from tongxing.book.section import Section
from tongxing.domain.pages import Product

FIRST_LINES = """\
# Made by `tongxing book products` from a broker's own table, by the map {name!r} of sources/.
# What is inside a fund (`look_through`, ppm by sector) is added by hand from the issuer's report.
products:
"""


def product_page(products: Sequence[Product], *, map_name: str) -> str:
    """The page of some products, a line each; words stand in quotes, so that none is misread."""
    lines = "".join(f"  - {_entry(product)}\n" for product in products)
    return FIRST_LINES.format(name=map_name) + lines


def problems_of(path: str, text: str) -> list[Problem]:
    """What the strict reader has against a page of products; empty when it is in order."""
    return read_page(path, text)[1]


def read_page(path: str, text: str) -> tuple[tuple[Product, ...], list[Problem]]:
    """The products of one page by itself, and its problems."""
    problems: list[Problem] = []
    root = tree(path, text, problems)
    found = [] if root is None else lists.products(Section(path, root, problems))
    return tuple(product for _line, product in found), problems


def _entry(product: Product) -> str:
    fields = [
        ("code", _quoted(product.code)),
        ("name", _quoted(product.name)),
        ("kind", _quoted(product.kind)),
        ("risk", product.risk.name),
        ("sector", _quoted(product.sector)),
        ("term", _quoted(product.term)),
    ]
    return "{" + ", ".join(f"{key}: {value}" for key, value in fields) + "}"


def _quoted(word: str) -> str:
    return json.dumps(word, ensure_ascii=False)
