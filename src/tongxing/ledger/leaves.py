"""Leaves: what the house can prove later without showing it now; no personal data ever stands in one.

A leaf commits to groups of fields. Who holds a record and its record key can open one group for a
client or a court and keep the others closed; when the key is destroyed, the commitments are noise and
the tree above them still verifies.

    salt(group)       = HMAC-SHA256(record_key, group)[:16]
    commitment(group) = HMAC-SHA256(salt(group), canonical_json([group, fields]))
    encoded leaf      = "tongxing/leaf/1" NUL | len kind | milliseconds (8) | n | n x (len group | commitment)
    leaf hash         = SHA-256(0x00 | encoded leaf)                                        (RFC 6962, 2.1)
"""

import hmac
import json
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256

import msgspec

from tongxing.domain.clock import BEIJING
from tongxing.domain.leaf import Commitment, Leaf
from tongxing.ledger.hashing import SHA256, HashAlgorithm

MAGIC = b"tongxing/leaf/1\x00"
GROUPS_MAX = 200
NAME_BYTES_MAX = 64
NAMES_KEPT = 1_024
"""Kinds and groups of this house are some dozens."""
DIGEST_BYTES = 32
SALT_BYTES = 16
RECORD_KEY_BYTES = 32
ENCODED_BYTES_MAX = 65_535
"""Upper bound of an entry in C2SP tlog-tiles bundles (its length is a 16-bit number)."""
DEPTH_MAX = 16

_EPOCH = datetime(1970, 1, 1, 8, tzinfo=BEIJING)
_MILLISECOND = timedelta(milliseconds=1)
_PLAIN = frozenset({str, int, bool, type(None)})
_TEXT = frozenset({str})
_BLOCK_BYTES = 64
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_NODE_PREFIX = b"\x01"


class LeafError(ValueError):
    """Bytes that are no leaf, or fields that cannot be committed to."""


def leaf(kind: str, *, at: datetime, groups: Mapping[str, Mapping[str, object]], record_key: bytes) -> Leaf:
    """Commit to each group of fields under a salt of its own; the instant is kept to the millisecond.

    Raises `LeafError` for values without one canonical form (floats, dates, objects), for a group name
    longer than 64 bytes, and for a record key that is not 32 bytes.
    """
    if len(record_key) != RECORD_KEY_BYTES:
        raise LeafError(f"a record key has {RECORD_KEY_BYTES} bytes, not {len(record_key)}")
    if at.tzinfo is None:
        raise LeafError(f"instant without zone: {at.isoformat()}")
    _name(kind)
    if not 1 <= len(groups) <= GROUPS_MAX:
        raise LeafError(f"a leaf has 1 to {GROUPS_MAX} groups, not {len(groups)}")
    commitments = tuple(
        Commitment(group=group, digest=commitment(group, groups[group], salt(record_key, group)))
        for group in sorted(groups, key=_name)
    )
    return Leaf(kind=kind, at=_instant((at - _EPOCH) // _MILLISECOND), commitments=commitments)


def salt(record_key: bytes, group: str) -> bytes:
    """The salt that opens one group and no other."""
    return _hmac(record_key, _name(group))[:SALT_BYTES]


def commitment(group: str, fields: Mapping[str, object], group_salt: bytes) -> bytes:
    """What stands in the leaf for one group of fields."""
    return _hmac(group_salt, canonical_json([group, fields]))


def _hmac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256 (RFC 2104); for keys of at most a block `hmac.digest` takes nearly twice as long."""
    if len(key) > _BLOCK_BYTES:
        return hmac.digest(key, message, "sha256")
    block = key.ljust(_BLOCK_BYTES, b"\x00")
    inner = sha256(block.translate(_INNER) + message).digest()
    return sha256(block.translate(_OUTER) + inner).digest()


def opens(entry: Leaf, group: str, fields: Mapping[str, object], record_key: bytes) -> bool:
    """Whether these are exactly the fields this leaf committed to in that group."""
    return opens_with(entry, group, fields, salt(record_key, group))


def opens_with(entry: Leaf, group: str, fields: Mapping[str, object], group_salt: bytes) -> bool:
    """The same for somebody who was given the salt of one group only."""
    sealed = next((item.digest for item in entry.commitments if item.group == group), None)
    return sealed is not None and hmac.compare_digest(sealed, commitment(group, fields, group_salt))


def encode(entry: Leaf) -> bytes:
    """The exact bytes of a leaf; equal leaves have equal bytes."""
    kind = _name(entry.kind)
    pieces = [
        MAGIC,
        bytes((len(kind),)),
        kind,
        struct.pack(">QB", _milliseconds(entry), len(entry.commitments)),
    ]
    for item in entry.commitments:
        group = _name(item.group)
        pieces += (bytes((len(group),)), group, item.digest)
    encoded = b"".join(pieces)
    if len(encoded) > ENCODED_BYTES_MAX:
        raise LeafError(f"a leaf has at most {ENCODED_BYTES_MAX} bytes, not {len(encoded)}")
    return encoded


def decode(encoded: bytes) -> Leaf:
    """The leaf of `encode`; raises `LeafError` for any other bytes, so that a leaf has one encoding."""
    if len(encoded) > ENCODED_BYTES_MAX or not encoded.startswith(MAGIC):
        raise LeafError("not a leaf of version 1")
    try:
        kind, at = _read_name(encoded, len(MAGIC))
        milliseconds, count = struct.unpack_from(">QB", encoded, at)
        instant = _instant(milliseconds)
        at += 9
        commitments = []
        for _ in range(count):
            group, at = _read_name(encoded, at)
            commitments.append(Commitment(group=group, digest=encoded[at : at + DIGEST_BYTES]))
            at += DIGEST_BYTES
    except (struct.error, IndexError, UnicodeDecodeError, OverflowError) as broken:
        raise LeafError("a leaf that is cut or damaged") from broken
    names = [item.group.encode() for item in commitments]
    if at != len(encoded) or not names or names != sorted(set(names)):
        raise LeafError("a leaf with bytes too many, too few, or groups out of order")
    return Leaf(kind=kind, at=instant, commitments=tuple(commitments))


def leaf_hash(encoded: bytes, algorithm: HashAlgorithm = SHA256) -> bytes:
    """The hash of a leaf in the tree (RFC 6962, 2.1)."""
    return algorithm.leaf(encoded)


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """The root of the tree over these leaf hashes (RFC 6962, 2.1); of no leaves, SHA-256 of nothing."""
    if not leaf_hashes:
        return sha256(b"").digest()
    peaks: list[tuple[int, bytes]] = []
    for digest in leaf_hashes:
        if len(digest) != DIGEST_BYTES:
            raise LeafError(f"a leaf hash has {DIGEST_BYTES} bytes, not {len(digest)}")
        height, node = 0, digest
        while peaks and peaks[-1][0] == height:
            node = sha256(_NODE_PREFIX + peaks.pop()[1] + node).digest()
            height += 1
        peaks.append((height, node))
    top = peaks.pop()[1]
    while peaks:
        top = sha256(_NODE_PREFIX + peaks.pop()[1] + top).digest()
    return top


def canonical_json(value: object) -> bytes:
    """One spelling for one value: UTF-8, keys sorted, no spaces, nothing escaped that need not be.

    Only null, booleans, whole numbers, texts, lists and text-keyed mappings have one; the rest raises.
    """
    _refuse_ambiguous(value, DEPTH_MAX)
    try:
        return _SPELLING.encode(value)
    except (OverflowError, TypeError, UnicodeEncodeError):
        pass  # spelt by the slower one
    try:
        text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=dict)
        return text.encode()
    except UnicodeEncodeError as broken:
        raise LeafError("a text with half a character") from broken


def _refuse_ambiguous(value: object, depth: int) -> None:
    if type(value) in _PLAIN or isinstance(value, (int, str)):
        return
    if depth == 0:
        raise LeafError(f"fields nested deeper than {DEPTH_MAX}")
    if isinstance(value, Mapping):
        if _PLAIN.issuperset(map(type, value.values())) and _TEXT.issuperset(map(type, value)):
            return
        for key, item in value.items():
            if not isinstance(key, str):
                raise LeafError(f"a field name that is no text: {type(key).__name__}")
            _refuse_ambiguous(item, depth - 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_ambiguous(item, depth - 1)
    else:
        raise LeafError(f"{type(value).__name__} has no single spelling; give a whole number or a text")


def _mapping(value: object) -> dict[object, object]:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is left to json.dumps")


_SPELLING = msgspec.json.Encoder(order="sorted", enc_hook=_mapping)
"""Spells as `json.dumps` and faster; numbers beyond 64 bits and kinds of text it leaves to that one."""


@lru_cache(maxsize=NAMES_KEPT)
def _name(text: str) -> bytes:
    encoded = text.encode()
    if not 1 <= len(encoded) <= NAME_BYTES_MAX:
        raise LeafError(f"a name has 1 to {NAME_BYTES_MAX} bytes: {text[:NAME_BYTES_MAX]!r}")
    return encoded


def _read_name(encoded: bytes, at: int) -> tuple[str, int]:
    length = encoded[at]
    if not 1 <= length <= NAME_BYTES_MAX:
        raise LeafError("a name that is empty or too long")
    end = at + 1 + length
    return encoded[at + 1 : end].decode(), end


def _milliseconds(entry: Leaf) -> int:
    past = (entry.at - _EPOCH) // _MILLISECOND
    if past < 0:
        raise LeafError(f"before 1970: {entry.at.isoformat()}")
    return past


def _instant(milliseconds: int) -> datetime:
    return _EPOCH + milliseconds * _MILLISECOND
