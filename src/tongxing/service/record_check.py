"""What a record taken away proves by itself: needs no store, no key and no network."""

from base64 import b64decode
from dataclasses import dataclass

import msgspec

from tongxing.domain.leaf import Leaf
from tongxing.ledger.leaves import SALT_BYTES, LeafError, canonical_json, decode, opens_with
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.receipts import Receipt, parse_receipt
from tongxing.service.log_receipts import FORMAT, OpenedGroup, RecordFile


class _Named(msgspec.Struct):
    format: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedRecord:
    """A record whose opened groups are those that were sealed."""

    file: RecordFile
    leaf: Leaf
    entry: bytes
    receipt: Receipt | None
    """None: taken away before a checkpoint covered it."""

    @property
    def opened(self) -> tuple[str, ...]:
        """Groups whose fields stand in the file."""
        return tuple(one.group for one in self.file.groups)


def is_record(data: bytes) -> bool:
    """Whether a file is a record as JSON, and neither a bare receipt nor the opening of one group."""
    try:
        return msgspec.json.decode(data, type=_Named).format == FORMAT
    except msgspec.DecodeError:
        return False


def check_record(data: bytes) -> CheckedRecord:
    """Compare what is opened with what was sealed; that the entry stands in a log is not judged here.

    Raises:
        TextError: not a record of this form.
        ProofError: it says something else than what was sealed.
    """
    try:
        file = msgspec.json.decode(data, type=RecordFile)
        entry = b64decode(file.entry, validate=True)
        leaf = decode(entry)
        salts = [bytes.fromhex(one.salt) for one in file.groups]
    except (msgspec.DecodeError, ValueError, LeafError) as broken:
        raise TextError(f"not a record: {broken}") from broken
    if any(len(one) != SALT_BYTES for one in salts):
        raise TextError("a salt of another length")
    receipt = parse_receipt(file.receipt.encode()) if file.receipt else None
    for one, group_salt in zip(file.groups, salts, strict=True):
        _holds(leaf, one, group_salt)
    _agrees(file, leaf, entry, receipt)
    return CheckedRecord(file=file, leaf=leaf, entry=entry, receipt=receipt)


def _holds(leaf: Leaf, one: OpenedGroup, group_salt: bytes) -> None:
    spelled = canonical_json([one.group, one.fields]).decode()
    if spelled != one.canonical or not opens_with(leaf, one.group, one.fields, group_salt):
        raise ProofError(f"{one.group}: these are not the fields that were sealed")


def _agrees(file: RecordFile, leaf: Leaf, entry: bytes, receipt: Receipt | None) -> None:
    """What the file says around its groups is what its entry and its receipt say."""
    if sorted([*(one.group for one in file.groups), *file.closed]) != sorted(leaf.groups):
        raise ProofError("the groups opened and closed are not those of the entry")
    if (file.kind, file.at) != (leaf.kind, leaf.at.isoformat()):
        raise ProofError("its kind or its time is not that of the entry")
    if receipt is not None and (receipt.index != file.leaf_index or receipt.extra != entry):
        raise ProofError("its receipt is of another entry")
