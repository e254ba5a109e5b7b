"""What the ledger proves of each touch: its words were cleared and sealed, and their delivery was.

Leaves are opened here by the formulas that `docs` publish, not by the ledger's own code:
salt = HMAC-SHA256(record key, group)[:16]; commitment = HMAC-SHA256(salt, canonical JSON of [group, fields]).
"""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256

from tongxing.domain.draft import Draft
from tongxing.domain.grades import ProductRisk
from tongxing.domain.leaf import Leaf
from tongxing.service.house import House
from tongxing.service.stored import DecisionRecord
from tongxing.simulation.tally import decisions

SALT_BYTES, ID_BYTES = 16, 8
LEAVES_READ_MAX = 2_000
RECEIPT = "receipt"


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedTouch:
    """A touch that compliance cleared in a sealed decision."""

    text: str
    risk: ProductRisk | None
    """Grade of the product its draft speaks of."""
    words_open: bool
    """The leaf of its decision opens to exactly these words."""
    receipt_opens: bool = False
    """A receipt in the ledger opens to exactly these words, this client, and this decision."""


def sealed_touches(house: House) -> dict[str, SealedTouch]:
    """Every cleared touch whose decision has a leaf, by its id."""
    count = house.store.count_leaves()
    found: dict[str, SealedTouch] = {}
    waiting: dict[str, list[tuple[Draft, int]]] = {}
    for record in decisions(house):
        if not 0 <= record.leaf_index < count:
            continue
        for number, draft in _cleared(record):
            found[draft.touch_id] = SealedTouch(
                text=draft.text,
                risk=None if draft.product is None else draft.product.risk,
                words_open=_opens(house, record.leaf_index, f"words:{number}", _words(draft)),
            )
            waiting.setdefault(record.decision.client_id, []).append((draft, record.leaf_index))
    for index in _receipts(house):
        touch_id = _delivered(house, index, waiting)
        if touch_id is not None:
            found[touch_id] = replace(found[touch_id], receipt_opens=True)
    return found


def _cleared(record: DecisionRecord) -> Iterator[tuple[int, Draft]]:
    cleared = {verdict.touch_id for verdict in record.verdicts if verdict.cleared}
    for number, draft in enumerate(record.drafts):
        if draft.touch_id in cleared:
            yield number, draft


def _receipts(house: House) -> Iterator[int]:
    after = 0
    while page := house.store.leaves(after=after, limit=LEAVES_READ_MAX):
        yield from (sealed.index for sealed in page if sealed.leaf.kind == RECEIPT)
        after = page[-1].index + 1


def _delivered(house: House, index: int, waiting: Mapping[str, list[tuple[Draft, int]]]) -> str | None:
    """The touch whose words this receipt proves; a receipt proves one delivery only."""
    found = house.store.leaf(index)
    if found is None:
        return None
    sealed, client_id, key = found
    if not _commits(sealed.leaf, "client", {"client_id": client_id}, key):
        return None
    for place, (draft, decision_leaf) in enumerate(waiting.get(client_id, ())):
        if decision_leaf < index and _commits(sealed.leaf, "message", _message(draft, decision_leaf), key):
            del waiting[client_id][place]
            return draft.touch_id
    return None


def _words(draft: Draft) -> Mapping[str, object]:
    return {
        "touch_id": draft.touch_id,
        "text": draft.text,
        "channel": draft.channel.value,
        "locale": draft.locale,
        "style": draft.style,
    }


def _message(draft: Draft, decision_leaf: int) -> Mapping[str, object]:
    name = f"{draft.touch_id}|{draft.channel.value}|{draft.locale}"
    return {
        "message_id": blake2b(name.encode(), digest_size=ID_BYTES).hexdigest(),
        "touch_id": draft.touch_id,
        "channel": draft.channel.value,
        "decision_leaf": decision_leaf,
        "words": sha256(draft.text.encode()).hexdigest(),
    }


def _opens(house: House, index: int, group: str, fields: Mapping[str, object]) -> bool:
    found = house.store.leaf(index)
    return found is not None and _commits(found[0].leaf, group, fields, found[2])


def _commits(leaf: Leaf, group: str, fields: Mapping[str, object], key: bytes) -> bool:
    salt = hmac.digest(key, group.encode(), "sha256")[:SALT_BYTES]
    spelled = json.dumps([group, fields], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    wanted = hmac.digest(salt, spelled.encode(), "sha256")
    return any(item.group == group and item.digest == wanted for item in leaf.commitments)
