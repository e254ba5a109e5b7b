"""The records behind leaves that are not decisions: events, plans, switches, versions, looks; read anew."""

from tongxing.service.access_leaves import ACCESS_KINDS, access_groups
from tongxing.service.console_switches import SWITCH, groups_of
from tongxing.service.event_leaves import KINDS, sealable
from tongxing.service.house import House
from tongxing.service.plan_log import ADVICE, plan_at
from tongxing.service.sealing import Groups
from tongxing.service.versions import MODEL, POLICY, version_groups

CORRECTS, NONE_BEFORE = "corrects", -1
VERSIONS = frozenset({POLICY, MODEL})
KEPT_KINDS = KINDS | VERSIONS | ACCESS_KINDS | {ADVICE, SWITCH}


def kept_groups(house: House, leaf_index: int) -> Groups:
    """What the store says such a leaf committed to; empty where its record was erased."""
    about = house.store.proofs.about(leaf_index)
    if about is None:
        return {}
    if about.kind in VERSIONS:
        version = house.store.proofs.version_at(leaf_index)
        return {} if version is None else version_groups(*version)
    if about.kind in ACCESS_KINDS:
        entry = house.store.people.entry_at(leaf_index)
        return {} if entry is None else access_groups(entry)
    if about.kind == SWITCH:
        act = house.store.switches.act_at(leaf_index)
        return {} if act is None else groups_of(act)
    if about.kind == ADVICE:
        return plan_at(house, about.client_id, leaf_index)
    return {} if about.event_seq is None else _of_event(house, about.client_id, leaf_index, about.event_seq)


def _of_event(house: House, client_id: str, leaf_index: int, seq: int) -> Groups:
    found = next(iter(house.store.events(after=seq - 1, limit=1)), None)
    if found is None or found.seq != seq:
        return {}
    made = sealable(found.event, book=house.book)
    if made is None or not made.corrects:
        return {} if made is None else made.groups
    before = house.store.proofs.last_of(client_id, made.corrects, before=leaf_index)
    return {**made.groups, CORRECTS: {"leaf": NONE_BEFORE if before is None else before}}
