"""Rows of a broker's own product table as products, by a page of `book/sources`; nothing is guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from operator import attrgetter
from types import MappingProxyType

from tongxing.domain.event import Rejected
from tongxing.domain.grades import ProductRisk
from tongxing.domain.pages import Product, ProductMap
from tongxing.intake.cells import code, present, word

WORD_LENGTH_MAX = 200
DEFAULT_TERM = "open"
"""What a product's page means where it says no term."""
SAME = "duplicate"
OTHER = "conflict"
KNOWN = "known"
NOWHERE: Mapping[str, str] = MappingProxyType({})


def product_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    source: ProductMap,
    *,
    elsewhere: Mapping[str, str] = NOWHERE,
) -> tuple[tuple[Product, ...], tuple[Rejected, ...]]:
    """Products in the order of their rows (line, heading -> cell), and the rows that were not taken.

    A product without a grade we know is refused. A row alike in everything is a duplicate; rows that
    contradict one another about a code are all refused, since nobody can tell which grade is right.
    `elsewhere` names the page that holds a code already: that page goes on saying what the product is.
    """
    kept: dict[str, tuple[int, Product]] = {}
    contradicted: dict[str, int] = {}
    rejected: list[Rejected] = []
    for line, row in rows:
        try:
            product = _product(row, source, elsewhere)
        except _CellError as problem:
            rejected.append(Rejected(line=line, reason=problem.reason, detail=problem.detail))
            continue
        first, known = kept.setdefault(product.code, (line, product))
        if first == line:
            continue
        if product == known:
            rejected.append(Rejected(line=line, reason=SAME, of=first))
        else:
            contradicted.setdefault(product.code, line)
            rejected.append(_contradiction(line, product.code, first))
    for found, line in contradicted.items():
        first, _product_of_it = kept.pop(found)
        rejected.append(_contradiction(first, found, line))
    products = tuple(product for _line, product in kept.values())
    return products, tuple(sorted(rejected, key=attrgetter("line")))


class _CellError(ValueError):
    """A cell that cannot be used."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def _contradiction(line: int, found: str, other: int) -> Rejected:
    return Rejected(line=line, reason=OTHER, detail=f"line {other} tells {found} otherwise", of=other)


def _product(row: Mapping[str, str], source: ProductMap, elsewhere: Mapping[str, str]) -> Product:
    printed = _needed("code", row, source)
    found = code(printed)
    if not found:
        raise _CellError("bad_field", f"{_where('code', source)}: {printed!r} is no code")
    if found in elsewhere:
        raise _CellError(KNOWN, f"{found} stands in {elsewhere[found]}")
    term = _told("term", row, source)
    product = Product(
        code=found,
        name=_needed("name", row, source),
        kind=_needed("kind", row, source),
        risk=_grade(row, source),
        sector=_needed("sector", row, source),
    )
    return replace(product, term=term or DEFAULT_TERM)


def _grade(row: Mapping[str, str], source: ProductMap) -> ProductRisk:
    """The grade a row states; a row without one is refused, never taken for the lowest."""
    grade = _needed("risk", row, source)
    try:
        return ProductRisk[grade]
    except KeyError:
        detail = f"{_where('risk', source)}: no grade of ours for {grade!r}"
        raise _CellError("bad_field", detail) from None


def _needed(name: str, row: Mapping[str, str], source: ProductMap) -> str:
    text = _told(name, row, source)
    if not text:
        raise _CellError("missing_field", f"{_where(name, source)}: empty")
    return text


def _told(name: str, row: Mapping[str, str], source: ProductMap) -> str:
    """What a row says of a field in our words, else what the page says for all; empty where neither does."""
    column = source.columns.get(name)
    if column is not None and column not in row:
        raise _CellError("missing_field", f"no column {column}")
    text = "" if column is None else present(row[column])
    if not text:
        return source.constants.get(name, "")
    if len(text) > WORD_LENGTH_MAX or not text.isprintable():
        raise _CellError("bad_field", f"{column}: at most {WORD_LENGTH_MAX} printable characters")
    words = source.values.get(name)
    if words is None:
        return text
    ours = words.get(text) or {word(theirs): ours for theirs, ours in words.items()}.get(word(text))
    if ours is None:
        kind = "grade" if name == "risk" else "word"
        raise _CellError("bad_field", f"{column}: no {kind} of ours for {text!r}")
    return ours


def _where(name: str, source: ProductMap) -> str:
    return source.columns.get(name, name)
