"""The corridor as staff watch it: each decision in the list, and one decision through every room."""

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.service.client_names import client_names, masked
from tongxing.service.console_terms import OUTCOMES, ended, refusals
from tongxing.service.house import House
from tongxing.service.leaf_view import tree_head
from tongxing.service.phrases import title, trigger_words
from tongxing.service.ports import DecisionRow
from tongxing.service.stored import decode_gist
from tongxing.service.views import CorridorTotals, DecisionLine

ERASED = "erased"


def corridor_totals(house: House) -> CorridorTotals:
    """What the log and the ledger hold."""
    leaves, root = tree_head(house)
    return CorridorTotals(
        events=house.store.count_events(),
        lag=house.store.lag(),
        leaves=leaves,
        root=root,
        by_outcome=_by_outcome(house),
    )


def corridor_lines(
    house: House, *, limit: int = 50, before: str = "", locale: str = "zh-CN"
) -> tuple[DecisionLine, ...]:
    """The latest decisions, or those before the last one seen."""
    rows = house.store.decisions(before=before, limit=limit)
    names = client_names(house, {row.client_id for row in rows})
    return tuple(line_of(house.book, row, masked(names.get(row.client_id, "")), locale) for row in rows)


def line_of(book: Book, row: DecisionRow, client: str, locale: str) -> DecisionLine:
    """A decision in a list; of one whose keys were destroyed only that it was made."""
    at = row.at.astimezone(BEIJING)
    if not row.payload:
        return DecisionLine(
            decision_id=row.decision_id,
            client_id=row.client_id,
            client=client or row.client_id,
            trigger="",
            trigger_words="",
            at=at,
            outcome=ERASED,
            playbooks=(),
            reasons=(),
            leaf_index=row.leaf_index,
        )
    record = decode_gist(row.payload)
    return DecisionLine(
        decision_id=row.decision_id,
        client_id=row.client_id,
        client=client or row.client_id,
        trigger=row.trigger,
        trigger_words=trigger_words(book, row.trigger, locale),
        at=at,
        outcome=ended(book, record),
        playbooks=tuple(title(book, touch.playbook) for touch in record.decision.touches),
        reasons=refusals(book, record),
        leaf_index=row.leaf_index,
    )


def _by_outcome(house: House) -> tuple[tuple[str, int], ...]:
    """How many decisions ended how; those whose keys were destroyed are not counted."""
    counts = house.store.census.count([f"outcome:{name}" for name in OUTCOMES])
    return tuple((name, counts[f"outcome:{name}"]) for name in OUTCOMES)
