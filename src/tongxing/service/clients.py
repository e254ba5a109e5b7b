"""Which clients the log knows, and the next free client id."""

from collections.abc import Iterator

from tongxing.service.house import House

PAGE = 10_000
PAGES_MAX = 10_000
ID_DIGITS = 6
FIRST_IMPORTED = 800_001
"""Clients opened by an import are numbered from here: below are the ids a core system or a demo brings."""


def client_exists(house: House, client_id: str) -> bool:
    """Whether the log has any event of this client."""
    return any(True for _ in house.store.events_of(client_id))


def all_client_ids(house: House) -> Iterator[str]:
    """Every client of the log, in order, page by page."""
    after = ""
    for _ in range(PAGES_MAX):
        page = house.store.client_ids(after=after, limit=PAGE)
        yield from page
        if len(page) < PAGE:
            return
        after = page[-1]
    raise RuntimeError(f"more than {PAGE * PAGES_MAX} clients")


def next_client_id(house: House) -> str:
    """The first free id for a client of our own: C800001, C800002, and so on."""
    taken = set(all_client_ids(house))
    for number in range(FIRST_IMPORTED, FIRST_IMPORTED + len(taken) + 1):
        candidate = f"C{number:0{ID_DIGITS}d}"
        if candidate not in taken:
            return candidate
    raise RuntimeError("no free client id")  # len(taken) ids cannot fill len(taken) + 1 places
