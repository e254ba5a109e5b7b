"""Signs that a product held or bought by plan is now graded above its holder (statement 7).

Either grade may have moved: the product's in the book, or the client's in a new assessment. The book's
change reaches the holder at the next close, so within one trading day.
"""

from collections.abc import Iterable

from tongxing.domain.grades import ProductRisk, Tolerance
from tongxing.domain.profile import Sign
from tongxing.profile.view import View

SEPARATOR = ","
"""Between the codes of a detail."""


def grade_above(client: View) -> Sign | None:
    """Something held, or bought by plan, is graded above the client's level."""
    return _sign(client, "grade_above", _above(client, client.plans()))


def plan_grade_above(client: View) -> Sign | None:
    """The same, and a recurring plan goes on buying it."""
    plans = client.plans()
    if not plans:
        return None
    above = _above(client, plans)
    into = [code for code in above if code in plans]
    return _sign(client, "plan_grade_above", above, plan_codes=into) if into else None


def _above(client: View, plans: Iterable[str]) -> dict[str, ProductRisk]:
    """Codes with a grade above the client's, the most valuable first; without an assessment none."""
    assessment = client.last("assessment")
    if assessment is None:
        return {}
    allowed = max(Tolerance[str(assessment.value[0])], Tolerance.C1)
    held, products = client.held, client.book.products
    codes = {*held.quantities_e4, *plans}
    found = {code: products[code].risk for code in codes if code in products}
    above = {code: risk for code, risk in found.items() if risk > allowed}
    ordered = sorted(above, key=lambda code: (-held.values_fen.get(code, 0), code))
    return {code: above[code] for code in ordered}


def _sign(
    client: View, name: str, above: dict[str, ProductRisk], plan_codes: Iterable[str] = ()
) -> Sign | None:
    """One cause for each product and pair of grades: any change of either is told."""
    assessment = client.last("assessment")
    if not above or assessment is None:
        return None
    grade = assessment.value[0]
    into = tuple(plan_codes)
    marks = {code: "+" if code in into else "" for code in above}
    detail: dict[str, int | str] = {"codes": SEPARATOR.join(above), "products_count": len(above)}
    if into:
        detail["plan_codes"] = SEPARATOR.join(into)
    return Sign(
        name=name,
        evidence=(assessment.ref, *client.record_refs),
        detail=detail,
        causes=tuple(sorted(f"{code} {risk.name}>{grade}{marks[code]}" for code, risk in above.items())),
    )
