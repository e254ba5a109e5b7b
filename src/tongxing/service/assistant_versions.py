"""Versions of what the assistant is taught: evaluated by one person, approved by another, taken back by one.

Until a store approved anything, the packaged corpus is in force; from then on only what was approved is.
Each act is sealed as a leaf of kind `model`. A running process takes a change at its next start.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from tongxing.domain.person import Role
from tongxing.ledger.leaves import RECORD_KEY_BYTES, leaf
from tongxing.service.console_switches import HOUSE_RECORDS
from tongxing.service.house import House
from tongxing.service.ports import Store
from tongxing.service.versions import MODEL, version_groups

NAME = "assistant"
EVALUATED, APPROVED, ROLLED_BACK = "evaluated", "approved", "rolled_back"
KEPT_AS = "assistant_versions"
CORPUS = "assistant_corpus:"
"""Before the digest: the setting that keeps the pages of an approved corpus."""
MAY_ACT = frozenset({Role.OPERATIONS, Role.COMPLIANCE})


class VersionAct(msgspec.Struct, frozen=True, kw_only=True):
    """One act on a version."""

    act: str
    corpus: str
    """Digest of its pages."""
    by: str
    at: datetime
    why: str = ""
    figures_ppm: dict[str, int] = {}
    """Of an evaluation."""
    leaf_index: int


class VersionRefusedError(ValueError):
    """The act was not done; the word says why."""


def acts(store: Store) -> tuple[VersionAct, ...]:
    """Everything that was done, the oldest first."""
    kept = store.setting(KEPT_AS)
    return () if kept is None else msgspec.json.decode(kept, type=tuple[VersionAct, ...])


def in_force(store: Store) -> str:
    """Digest of the approved corpus; empty: none was ever approved, the packaged one is in force."""
    return next(reversed(_approved(acts(store))), "")


def keep_evaluation(house: House, person_id: str, corpus: str, figures_ppm: Mapping[str, int]) -> VersionAct:
    """Keep who measured a corpus and what came of it.

    Raises:
        VersionRefusedError: `role`.
    """
    return _act(house, person_id, EVALUATED, corpus, figures_ppm=dict(figures_ppm))


def approve(house: House, person_id: str, corpus: str, pages: str, why: str) -> VersionAct:
    """Put an evaluated corpus in force; `pages` are kept so that it can be gone back to.

    Raises:
        VersionRefusedError: `role`, `no_reason`, `not_evaluated`, `same_person`, `in_force`.
    """
    done = acts(house.store)
    measured = [one for one in done if one.act == EVALUATED and one.corpus == corpus]
    if not why.strip():
        raise VersionRefusedError("no_reason")
    if not measured:
        raise VersionRefusedError("not_evaluated")
    if measured[-1].by == person_id:
        raise VersionRefusedError("same_person")
    if in_force(house.store) == corpus:
        raise VersionRefusedError("in_force")
    judge(house, person_id)
    house.store.set_setting(f"{CORPUS}{corpus}", pages)
    return _act(house, person_id, APPROVED, corpus, why=why)


def roll_back(house: House, person_id: str, why: str) -> VersionAct:
    """Go back to the corpus approved before; one person may, and says why.

    Raises:
        VersionRefusedError: `role`, `no_reason`, `nothing_before`.
    """
    approved = _approved(acts(house.store))
    if not why.strip():
        raise VersionRefusedError("no_reason")
    if len(approved) < 2:  # noqa: PLR2004 - the one in force and the one before
        raise VersionRefusedError("nothing_before")
    return _act(house, person_id, ROLLED_BACK, approved[-1], why=why)


def _approved(done: Sequence[VersionAct]) -> list[str]:
    """The corpora approved and not taken back, the one in force last."""
    found: list[str] = []
    for one in done:
        if one.act == APPROVED:
            found.append(one.corpus)
        elif one.act == ROLLED_BACK:
            found.pop()
    return found


def _act(
    house: House,
    person_id: str,
    act: str,
    corpus: str,
    *,
    why: str = "",
    figures_ppm: dict[str, int] | None = None,
) -> VersionAct:
    """Seal the act, then keep it."""
    judge(house, person_id)
    at, done = house.clock.now(), acts(house.store)
    words = " ".join(why.split())
    version = f"{corpus} {act} by {person_id} at {at.isoformat()} #{len(done)} {words}".rstrip()
    key = house.entropy.token(RECORD_KEY_BYTES)
    made = leaf(MODEL, at=at, groups=version_groups(MODEL, NAME, version), record_key=key)
    with house.store.batch() as batch:
        sealed = batch.add_leaf(made, HOUSE_RECORDS, key)
        batch.keep_version(MODEL, NAME, version, sealed.index)
    found = VersionAct(
        act=act,
        corpus=corpus,
        by=person_id,
        at=at,
        why=words,
        figures_ppm=figures_ppm or {},
        leaf_index=sealed.index,
    )
    house.store.set_setting(KEPT_AS, msgspec.json.encode((*done, found)).decode())
    return found


def judge(house: House, person_id: str) -> None:
    """Raises `VersionRefusedError` (`role`) for who may not act on versions."""
    person = house.store.people.person(person_id)
    if person is None or person.role not in MAY_ACT:
        raise VersionRefusedError("role")
