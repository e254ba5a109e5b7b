"""What is sealed of a look at a client's data: who, what, what for, by which policy, and why."""

from tongxing.domain.clock import seconds
from tongxing.domain.leaf import LOOK_KINDS
from tongxing.service.ports_people import AccessEntry
from tongxing.service.sealing import Groups

ACCESS, DISCLOSURE = "access", "disclosure"
ACCESS_KINDS = LOOK_KINDS
PARTNER = "partner"
DISCLOSE = "record.disclose"
"""The act of opening a group of a sealed record for somebody outside."""


def access_kind(entry: AccessEntry) -> str:
    """`disclosure` where data went to somebody outside of the house, else `access`."""
    handed = entry.act == DISCLOSE or entry.role == PARTNER
    return DISCLOSURE if handed and entry.allowed else ACCESS


def access_groups(entry: AccessEntry) -> Groups:
    """Groups of a look: the reason can be shown without the person, the person without the reason."""
    return {
        "time": {"at": seconds(entry.at)},
        "client": {"client_id": entry.client_id},
        "who": {"person_id": entry.person_id, "role": entry.role, "in_place_of": entry.in_place_of},
        "what": {
            "act": entry.act,
            "purpose": entry.purpose,
            "allowed": entry.allowed,
            "policies": entry.policies,
            "field": entry.field,
            "about": entry.about_leaf,
        },
        "reason": {"reason": entry.reason},
    }
