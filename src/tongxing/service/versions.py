"""Since when which book and which model were in force, sealed once for each version."""

from collections.abc import Mapping

from tongxing.ledger.leaves import RECORD_KEY_BYTES, leaf
from tongxing.service.console_switches import HOUSE_RECORDS
from tongxing.service.house import House

POLICY, MODEL = "policy", "model"
CORRIDOR = "corridor"
"""The model that is the code itself: features, signs, decision, compliance."""


def seal_versions(house: House, models: Mapping[str, str] | None = None) -> None:
    """Seal the book and the models in force that were never sealed; writes nothing where all were."""
    wanted = [(POLICY, "book", house.book.digest), (MODEL, CORRIDOR, house.code_version)]
    wanted += [(MODEL, name, version) for name, version in sorted((models or {}).items())]
    missing = [one for one in wanted if house.store.proofs.leaf_of_version(*one) is None]
    if not missing:
        return
    with house.store.batch() as batch:
        for kind, name, version in missing:
            if batch.version_leaf(kind, name, version) is not None:
                continue  # another process was quicker
            key = house.entropy.token(RECORD_KEY_BYTES)
            made = leaf(
                kind, at=house.clock.now(), groups=version_groups(kind, name, version), record_key=key
            )
            sealed = batch.add_leaf(made, HOUSE_RECORDS, key)
            batch.keep_version(kind, name, version, sealed.index)


def version_groups(kind: str, name: str, version: str) -> Mapping[str, Mapping[str, object]]:
    """What the leaf of a version commits to."""
    return {kind: {"name": name, "version": version}}
