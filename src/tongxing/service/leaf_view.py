"""A sealed record, checked anew each time it is shown: its bytes, its hash, and what it commits to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from weakref import WeakKeyDictionary

from tongxing.delivery.deliver import message_id
from tongxing.domain.draft import Draft
from tongxing.domain.leaf import RECORDS, Leaf, SealedLeaf
from tongxing.domain.message import Message
from tongxing.ledger.leaves import LeafError, decode, leaf_hash, opens, root
from tongxing.service.client_names import epoch
from tongxing.service.house import House
from tongxing.service.leaf_record import KEPT_KINDS, kept_groups
from tongxing.service.ports import DecisionRow, ErasedError, Store
from tongxing.service.sealing import Groups, receipt_groups, record_groups
from tongxing.service.stored import decode_decision, decode_message
from tongxing.service.views import CommitmentView, LeafView

BLOCK = 1_024
"""Leaves of a full subtree whose root is remembered; a power of two."""
DECISIONS_A_PAGE = 50
DECISIONS_READ_MAX = 2_000
MESSAGES_READ_MAX = 1_000
RECEIPTS_AFTER_MAX = 400
"""How many leaves after a decision its receipts are looked for."""

PARTLY_KEPT = frozenset({"withdrawal", "silence"})
"""Records of which the store keeps only some of the fields that the leaf commits to."""


@dataclass(slots=True)
class _Tree:
    """The leaf hashes read so far: roots of full blocks, and the leaves after them."""

    erasures: str
    blocks: list[bytes] = field(default_factory=list)
    rest: list[bytes] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.blocks) * BLOCK + len(self.rest)


_trees: WeakKeyDictionary[Store, dict[str, _Tree]] = WeakKeyDictionary()
_turn = Lock()


def tree_head(house: House, log: str = RECORDS) -> tuple[int, str]:
    """How many leaves a log has, and their Merkle root (RFC 6962) in hex; only new leaves are read."""
    with _turn:
        now = epoch(house.store)
        trees = _trees.setdefault(house.store, {})
        tree = trees.get(log)
        if tree is None or tree.erasures != now:
            tree = trees[log] = _Tree(erasures=now)
        while page := house.store.entries(log, after=tree.size, limit=BLOCK - len(tree.rest)):
            tree.rest.extend(sealed.leaf_hash for sealed in page)
            if len(tree.rest) == BLOCK:
                tree.blocks.append(root(tree.rest))
                tree.rest = []
        tips = [*tree.blocks, root(tree.rest)] if tree.rest else tree.blocks
        return tree.size, root(tips).hex()


def leaf_view(house: House, index: int) -> LeafView | None:
    """A record with every commitment that can be opened here, opened; None where there is no such leaf."""
    page = house.store.leaves(after=index, limit=1)
    if index < 0 or not page or page[0].index != index:
        return None
    sealed = page[0]
    opened: Mapping[str, bool] = {}
    erased = False
    try:
        opened = _opened(house, sealed)
    except ErasedError:
        erased = True
    size, top = tree_head(house, sealed.log)
    return LeafView(
        index=index,
        kind=sealed.leaf.kind,
        at=sealed.leaf.at,
        leaf_hash=sealed.leaf_hash.hex(),
        root=top,
        leaves=size,
        commitments=tuple(
            CommitmentView(group=item.group, digest=item.digest.hex(), opened=opened.get(item.group))
            for item in sealed.leaf.commitments
        ),
        intact=_bytes_intact(sealed) and False not in opened.values(),
        erased=erased,
    )


def receipts_of(house: House, row: DecisionRow, drafts: tuple[Draft, ...]) -> Mapping[str, int]:
    """Touch -> leaf of the receipt that its words were delivered."""
    touches = {draft.touch_id for draft in drafts}
    found: dict[str, int] = {}
    if not touches:
        return found
    for message in house.store.messages(row.client_id, now=row.at, limit=MESSAGES_READ_MAX):
        if message.touch_id in touches:
            found[message.touch_id] = message.receipt_index
    if touches == found.keys():
        return found
    # a card that was sent away is no longer listed, but its receipt stands in the ledger
    for sealed in house.store.leaves(after=row.leaf_index + 1, limit=RECEIPTS_AFTER_MAX):
        if sealed.leaf.kind == "receipt":
            key = _key_of(house, sealed.index, row.client_id)
            for draft in drafts if key is not None else ():
                if opens(sealed.leaf, "message", _receipt(draft, row, sealed.leaf)["message"], key or b""):
                    found[draft.touch_id] = sealed.index
    return found


def _bytes_intact(sealed: SealedLeaf) -> bool:
    """Whether the stored bytes hash to the leaf hash and say what is shown."""
    try:
        return leaf_hash(sealed.encoded) == sealed.leaf_hash and decode(sealed.encoded) == sealed.leaf
    except LeafError:
        return False


def _opened(house: House, sealed: SealedLeaf) -> Mapping[str, bool]:
    """Group -> whether the stored record still says what the leaf committed to; raises `ErasedError`."""
    found = house.store.leaf(sealed.index)
    if found is None:
        return {}
    _sealed, client_id, record_key = found
    groups = groups_behind(house, sealed, client_id, record_key)
    asked = {item.group for item in sealed.leaf.commitments} if groups else set()
    if sealed.leaf.kind in PARTLY_KEPT:
        asked &= groups.keys()
    return {
        group: group in groups and opens(sealed.leaf, group, groups[group], record_key) for group in asked
    }


def groups_behind(house: House, sealed: SealedLeaf, client_id: str, record_key: bytes) -> Groups:
    """What the store says this leaf committed to; empty where the record behind it is not kept."""
    if sealed.leaf.kind == "receipt":
        return _of_receipt(house, sealed, client_id, record_key)
    if sealed.leaf.kind in KEPT_KINDS:
        return kept_groups(house, sealed.index)
    for row in _decisions(house, client_id, sealed.index):
        if sealed.leaf.kind == "withdrawal":
            for draft in decode_decision(row.payload).drafts:
                touch = {"touch_id": draft.touch_id}
                if opens(sealed.leaf, "touch", touch, record_key):
                    return {"touch": touch}
        elif row.leaf_index == sealed.index:
            return record_groups(decode_decision(row.payload))
    return {}


def _of_receipt(house: House, sealed: SealedLeaf, client_id: str, record_key: bytes) -> Groups:
    """The receipt of a card still shown, else made again from the decision behind a card sent away."""
    before = sealed.leaf.at - timedelta(milliseconds=1)
    for devices in (False, True):
        found = house.store.messages(client_id, now=before, limit=MESSAGES_READ_MAX, devices=devices)
        for message in found:
            if message.receipt_index == sealed.index:
                return receipt_groups(decode_message(message.payload))
    for row in _decisions(house, client_id, sealed.index):
        record = decode_decision(row.payload)
        copies = (copy.draft for copy in record.copies if copy.draft is not None)
        for draft in (*record.drafts, *copies):
            groups = _receipt(draft, row, sealed.leaf)
            if opens(sealed.leaf, "message", groups["message"], record_key):
                return groups
    return {}


def _decisions(house: House, client_id: str, until: int) -> Iterator[DecisionRow]:
    """The client's decisions sealed at or before a leaf, newest first, those that can be read."""
    before, read = "", 0
    while read < DECISIONS_READ_MAX:
        rows = house.store.decisions(client_id=client_id, before=before, limit=DECISIONS_A_PAGE)
        yield from (row for row in rows if row.leaf_index <= until and row.payload)
        read += len(rows)
        if len(rows) < DECISIONS_A_PAGE:
            return
        before = rows[-1].decision_id


def _key_of(house: House, index: int, client_id: str) -> bytes | None:
    """The record key of a leaf of this client."""
    try:
        found = house.store.leaf(index)
    except ErasedError:
        return None
    return found[2] if found is not None and found[1] == client_id else None


def _receipt(draft: Draft, row: DecisionRow, receipt: Leaf) -> Groups:
    """The groups of the receipt that a draft has if it was sent at the instant of that leaf."""
    at: datetime = receipt.at
    return receipt_groups(
        Message(
            message_id=message_id(draft.touch_id, draft.channel.value, draft.locale),
            touch_id=draft.touch_id,
            client_id=row.client_id,
            playbook=draft.playbook,
            nature=draft.nature,
            channel=draft.channel,
            slot="",
            locale=draft.locale,
            style=draft.style,
            parts=draft.parts,
            labels=draft.labels,
            sent_at=at,
            valid_until=at,
            leaf_index=row.leaf_index,
        )
    )
