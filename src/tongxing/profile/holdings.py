"""What is held, by product and by sector, at the last prices known."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tongxing.domain.book import Book
from tongxing.domain.clock import beijing_day, day_of
from tongxing.profile.day_rules import DayRules, day_rules
from tongxing.profile.features import PPM
from tongxing.profile.record import State
from tongxing.profile.rows import value_of

UNKNOWN_SECTOR = "未知"


@dataclass(frozen=True, slots=True)
class Holdings:
    """What is held, its values, and sector shares with the day of their prices."""

    quantities_e4: Mapping[str, int]
    """Code -> quantity in 0.0001 share."""
    values_fen: Mapping[str, int]
    """Code -> value at the last price this client's events gave; products without one are left out."""
    sector_ppm: Mapping[str, int]
    """Sector -> share of the value of holdings, largest first; funds looked through."""
    price_day: int | None


def holdings(state: State, book: Book) -> Holdings:
    """By the last valuation, or by a snapshot that is newer."""
    quantities = state.positions()
    values = values_at_last_price(state, quantities)
    if _newer(state) or (state.sectors_key is None and values):
        prices = state.prices()
        days = [beijing_day(prices[code][0] - 1) for code in values]
        return Holdings(quantities, values, sector_shares(values, state, book), max(days, default=None))
    return Holdings(quantities, values, ordered(state.sectors), state.price_day)


def _newer(state: State) -> bool:
    """Whether a snapshot, a merge or a split is newer than the last valuation."""
    valued = state.sectors_key
    openings = [one.opening[0] for one in state.accounts() if one.opening is not None]
    if valued is None:
        return bool(openings)
    regrouped = state.bond is not None and state.bond.changed >= valued[1]
    return regrouped or max(openings, default=valued[0]) > valued[0]


def values_at_last_price(state: State, quantities_e4: Mapping[str, int]) -> dict[str, int]:
    """Code -> value in fen at the last price the client's own events gave."""
    prices = state.prices()
    return {
        code: value_of(quantity, prices[code][1])
        for code, quantity in quantities_e4.items()
        if code in prices
    }


def sector_shares(values_fen: Mapping[str, int], state: State, book: Book) -> dict[str, int]:
    """Sector -> share of the value of holdings in ppm, cut downward; funds looked through."""
    whole = sum(values_fen.values())
    if whole <= 0:
        return {}
    parts: dict[str, int] = {}
    for code, value in values_fen.items():
        for sector, ppm in sectors_of(code, state, book).items():
            parts[sector] = parts.get(sector, 0) + value * ppm
    return ordered({sector: part // whole for sector, part in parts.items() if part >= whole})


def sectors_of(code: str, state: State, book: Book) -> dict[str, int]:
    """What one product is made of: by the book, else as its snapshot said, else unknown."""
    product, item = book.products.get(code), state.item(code)
    if product is not None:
        return _filled(product.look_through_ppm, product.sector)
    if item is not None and (item.look_through or item.sector):
        return _filled(item.look_through, item.sector or UNKNOWN_SECTOR)
    return {UNKNOWN_SECTOR: PPM}


def _filled(look_through: Mapping[str, int], sector: str) -> dict[str, int]:
    """Look-through shares; what they leave open stays with the product's own sector."""
    found = {name: ppm for name, ppm in look_through.items() if ppm > 0}
    rest = PPM - sum(found.values())
    if rest > 0:
        found[sector] = found.get(sector, 0) + rest
    return found


def ordered(shares: Mapping[str, int]) -> dict[str, int]:
    """Largest first, then by name."""
    return dict(sorted(shares.items(), key=lambda pair: (-pair[1], pair[0])))


def largest_sector(shares: Mapping[str, int], book: Book, on: date) -> tuple[str, int] | None:
    """The largest sector that is one: bonds, cash and broad indices are spread by their nature."""
    if not shares:
        return None
    exempt = day_rules(book, on).words("sector_exempt")
    named = [(-ppm, sector) for sector, ppm in shares.items() if sector not in exempt]
    return (min(named)[1], -min(named)[0]) if named else None


def is_etf(code: str, state: State, rules: DayRules) -> bool:
    """Whether a product is an ETF: by the book, as its snapshot said, or by its code."""
    product, item = rules.book.products.get(code), state.item(code)
    if product is not None:
        return "etf" in product.kind
    if item is not None and item.kind != "unknown":
        return "etf" in item.kind.lower()
    return code.startswith(rules.words("etf_code_prefixes"))


def is_stock(code: str, state: State, rules: DayRules) -> bool:
    """Whether a product is a single stock."""
    product, item = rules.book.products.get(code), state.item(code)
    if product is not None:
        return product.kind == "stock"
    if item is not None and item.kind != "unknown":
        return item.kind.lower() == "stock"
    return code.startswith(rules.words("stock_code_prefixes"))


def price_date(found: Holdings) -> str:
    """The day of the prices as ISO text."""
    return "" if found.price_day is None else day_of(found.price_day).isoformat()
