"""What a client takes away of one own record: the receipt that it stands in the log, and its fields.

The receipt alone (C2SP tlog-proof) is verified by anybody's program. The record adds the groups of fields
with the salt of each, so that the browser can compute the sealed entry from words a person reads.
"""

from base64 import b64encode
from collections.abc import Collection, Mapping

import msgspec

from tongxing.domain.leaf import SealedLeaf
from tongxing.ledger.leaves import canonical_json, opens_with, salt
from tongxing.service.house import House
from tongxing.service.leaf_view import groups_behind
from tongxing.service.me_who import Mine, is_own_leaf
from tongxing.service.ports import ErasedError

FORMAT = "tongxing/record/1"
FILE_ENDING = ".tlog-proof"


class OpenedGroup(msgspec.Struct, frozen=True, kw_only=True):
    """One group of fields as it was sealed."""

    group: str
    fields: Mapping[str, object]
    canonical: str
    """The exact text that was committed to: JSON of [group, fields]."""
    salt: str
    """Hex."""


class RecordFile(msgspec.Struct, frozen=True, kw_only=True):
    """A record of a client with its proof, as one JSON file."""

    format: str = FORMAT
    leaf_index: int
    """Index of its entry in its log."""
    kind: str
    at: str
    entry: str
    """The bytes of the entry, base64."""
    groups: tuple[OpenedGroup, ...]
    closed: tuple[str, ...] = ()
    """Groups of which the file has the commitment only."""
    receipt: str
    """The receipt as text; empty while no checkpoint covers it."""
    log_name: str
    """`records` or `access`."""
    log: str
    """The key line of the log; empty where none is kept."""
    policy: str = ""
    """Which witnesses must have seen it (C2SP tlog-policy); empty where none are wanted."""


def receipt_of(house: House, index: int) -> bytes:
    """The receipt of a leaf; empty while no checkpoint covers it, or where no log is kept."""
    page = house.store.leaves(after=index, limit=1)
    if not page or page[0].index != index:
        return b""
    log = house.log_named(page[0].log)
    return b"" if log is None else log.receipt(page[0].place, page[0].encoded)


def key_line_of(house: House, log: str) -> str:
    """The key line of a log; empty where none is kept."""
    found = house.log_named(log)
    return "" if found is None else found.vkey()


def policy_of(house: House, log: str) -> str:
    """Which witnesses must have seen a log; empty where none are wanted."""
    watch = house.witnesses_named(log)
    return "" if watch is None else watch.policy()


def closed_but(record: RecordFile, chosen: Collection[str]) -> RecordFile | None:
    """The record with these groups opened and no others; None where one of them is not open in it."""
    opened = tuple(one for one in record.groups if one.group in chosen)
    if len(opened) != len(set(chosen)):
        return None
    shut = tuple(one.group for one in record.groups if one.group not in chosen)
    return msgspec.structs.replace(record, groups=opened, closed=(*record.closed, *shut))


def record_file(me: Mine, index: int) -> RecordFile | None:
    """One own record, opened as far as the store still has it; None for what is not the client's."""
    if not is_own_leaf(me, index):
        return None
    house = me.house
    try:
        found = house.store.leaf(index)
    except ErasedError:
        return None
    if found is None:
        return None
    sealed, client_id, record_key = found
    opened = _opened(sealed, groups_behind(house, sealed, client_id, record_key), record_key)
    names = {one.group for one in opened}
    return RecordFile(
        leaf_index=sealed.place,
        kind=sealed.leaf.kind,
        at=sealed.leaf.at.isoformat(),
        entry=b64encode(sealed.encoded).decode(),
        groups=tuple(opened),
        closed=tuple(group for group in sealed.leaf.groups if group not in names),
        receipt=receipt_of(house, index).decode(),
        log_name=sealed.log,
        log=key_line_of(house, sealed.log),
        policy=policy_of(house, sealed.log),
    )


def _opened(
    sealed: SealedLeaf, behind: Mapping[str, Mapping[str, object]], record_key: bytes
) -> list[OpenedGroup]:
    """The groups that the store can still open as they were sealed."""
    opened = []
    for item in sealed.leaf.commitments:
        fields, group_salt = behind.get(item.group), salt(record_key, item.group)
        if fields is not None and opens_with(sealed.leaf, item.group, fields, group_salt):
            opened.append(
                OpenedGroup(
                    group=item.group,
                    fields=fields,
                    canonical=canonical_json([item.group, fields]).decode(),
                    salt=group_salt.hex(),
                )
            )
    return opened
