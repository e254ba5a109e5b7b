"""One group of fields of a sealed record, opened for somebody outside: that group and nothing else.

The opening holds the leaf's bytes, the group's fields and the salt of that group alone. The salt is derived
from the record key by HMAC, so it tells neither the key nor the salt of any other group.
"""

from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec

from tongxing.domain.access import Access
from tongxing.domain.person import Person
from tongxing.ledger.leaves import NAME_BYTES_MAX, SALT_BYTES, LeafError, decode, leaf_hash, opens_with, salt
from tongxing.service import access as policies
from tongxing.service.access_leaves import DISCLOSE
from tongxing.service.house import House
from tongxing.service.leaf_view import groups_behind
from tongxing.service.ports import ErasedError

FORMAT = "tongxing/opening/1"
RECEIVER_LENGTH_MAX = 80


class DiscloseRefusedError(RuntimeError):
    """Nothing is opened; the word says why: `policy`, `unknown`, `group`, `erased`, `changed`."""


class Opening(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a third party is given."""

    format: str = FORMAT
    leaf_index: int
    entry: str
    """The exact bytes of the leaf, base64."""
    group: str
    fields: dict[str, object]
    salt: str
    """Hex, of this group alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an opening proves, once the leaf stands in a log."""

    leaf_index: int
    leaf_hash: str
    kind: str
    at: datetime
    group: str
    fields: Mapping[str, object]


def disclose(
    house: House,
    access: Access,
    person: Person,
    leaf_index: int,
    group: str,
    *,
    receiver: str,
    reason: str,
    now: datetime,
) -> Opening:
    """Open one group for a receiver, by policy, and seal that it was; raises `DiscloseRefusedError`.

    Written down before it is handed out: a refusal goes on the client's record of looks as well.
    """
    about = house.store.proofs.about(leaf_index)
    if about is None:
        raise DiscloseRefusedError("unknown")
    words = " ".join(f"{receiver.strip()[:RECEIVER_LENGTH_MAX]}: {reason.strip()}".split())
    stated = bool(receiver.strip() and reason.strip())
    answer = policies.may(
        house, access, person, DISCLOSE, client_id=about.client_id, reason=reason if stated else ""
    )
    made = _opening(house, leaf_index, group) if answer.allowed else None
    look = policies.entry_of(
        house,
        person,
        DISCLOSE,
        client_id=about.client_id,
        answer=answer,
        now=now,
        reason=words if stated else "",
    )
    house.store.people.note(replace(look, field=group[:NAME_BYTES_MAX], about_leaf=leaf_index))
    if made is None:
        raise DiscloseRefusedError("policy")
    return made


def check_opening(data: bytes) -> Opened:
    """What an opening proves; needs no store and no key. Raises `ValueError` with what is wrong."""
    try:
        given = msgspec.json.decode(data, type=Opening)
        encoded, group_salt = b64decode(given.entry, validate=True), bytes.fromhex(given.salt)
        entry = decode(encoded)
    except (msgspec.DecodeError, ValueError, LeafError) as broken:
        raise ValueError(f"not an opening: {broken}") from broken
    if given.format != FORMAT or len(group_salt) != SALT_BYTES:
        raise ValueError(f"not an opening of the form {FORMAT}")
    if not opens_with(entry, given.group, given.fields, group_salt):
        raise ValueError(f"{given.group}: these are not the fields that were sealed")
    return Opened(
        leaf_index=given.leaf_index,
        leaf_hash=leaf_hash(encoded).hex(),
        kind=entry.kind,
        at=entry.at,
        group=given.group,
        fields=given.fields,
    )


def _opening(house: House, leaf_index: int, group: str) -> Opening:
    try:
        found = house.store.leaf(leaf_index)
    except ErasedError as gone:
        raise DiscloseRefusedError("erased") from gone
    if found is None:
        raise DiscloseRefusedError("unknown")
    sealed, client_id, record_key = found
    if group not in sealed.leaf.groups:
        raise DiscloseRefusedError("group")
    fields = groups_behind(house, sealed, client_id, record_key).get(group)
    if fields is None:
        raise DiscloseRefusedError("erased")
    group_salt = salt(record_key, group)
    if not opens_with(sealed.leaf, group, fields, group_salt):
        raise DiscloseRefusedError("changed")
    return Opening(
        leaf_index=leaf_index,
        entry=b64encode(sealed.encoded).decode(),
        group=group,
        fields=dict(fields),
        salt=group_salt.hex(),
    )
