"""What invented clients may hold: listed instruments with a grade and a price history."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from tongxing.domain.grades import ProductRisk
from tongxing.domain.pages import Product

LISTED_LENGTH = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Listed instruments, by code, with their grade, name, kind and sector."""

    products: Mapping[str, Product]

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes in order."""
        return tuple(sorted(self.products))

    def up_to(self, risk: ProductRisk) -> tuple[str, ...]:
        """Codes of products not above a grade."""
        return tuple(code for code in self.codes if self.products[code].risk <= risk)


def shelf(products: Mapping[str, Product], priced: Collection[str]) -> Shelf:
    """Listed products of the book that have prices; off-exchange funds are left out."""
    prices = frozenset(priced)
    return Shelf(
        products={
            code: product
            for code, product in products.items()
            if code in prices and code.isdigit() and len(code) == LISTED_LENGTH and not product.invented
        }
    )
