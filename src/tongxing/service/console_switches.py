"""Switching a playbook off and on again: one person may stop it, and two must agree to start it.

Off works at once: no later decision takes the playbook, what waits is withdrawn, and cards that were
delivered leave the pages and do not come back. Each act is sealed in the ledger with its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tongxing.domain.person import Person, Role
from tongxing.ledger.leaves import leaf
from tongxing.service.house import House
from tongxing.service.ports_console import SwitchAct, SwitchRow

OFF, ASKED, DECLINED, ON = "off", "asked", "declined", "on"
SWITCH = "switch"
"""Kind of the leaf."""
HOUSE_RECORDS = "house"
"""Under whose keys the house's own records are sealed; no client is called so."""
MAY_SWITCH = frozenset({Role.OPERATIONS, Role.COMPLIANCE})
WHY_LENGTH_MAX = 300
RECORD_KEY_BYTES = 32


class SwitchRefusedError(ValueError):
    """The act was not done; `reason` is a word of a closed list, explained on the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchState:
    """A playbook's switch as a page shows it."""

    playbook: str
    off: bool
    asked: SwitchAct | None
    """Who wants it on again, while nobody has answered."""
    row: SwitchRow | None


def switch_off(house: House, person: Person, playbook: str, why: str, *, now: datetime) -> SwitchAct:
    """Stop a playbook.

    Raises:
        SwitchRefusedError: `role`, `unknown`, `no_reason`, `too_long`, `already_off`.
    """
    return _act(house, person, playbook, OFF, why, now)


def ask_on(house: House, person: Person, playbook: str, why: str, *, now: datetime) -> SwitchAct:
    """Ask for a playbook to be used again; another person answers.

    Raises:
        SwitchRefusedError: `role`, `unknown`, `no_reason`, `too_long`, `already_on`, `already_asked`.
    """
    return _act(house, person, playbook, ASKED, why, now)


def confirm_on(house: House, person: Person, playbook: str, why: str = "", *, now: datetime) -> SwitchAct:
    """Agree that a playbook is used again, from the next decision on.

    Raises:
        SwitchRefusedError: `role`, `unknown`, `too_long`, `already_on`, `not_asked`, `same_person`.
    """
    return _act(house, person, playbook, ON, why, now)


def decline_on(house: House, person: Person, playbook: str, why: str, *, now: datetime) -> SwitchAct:
    """Leave it off: who asked may take the wish back, and others may say no.

    Raises:
        SwitchRefusedError: `role`, `unknown`, `no_reason`, `too_long`, `already_on`, `not_asked`.
    """
    return _act(house, person, playbook, DECLINED, why, now)


def switch_states(house: House) -> Mapping[str, SwitchState]:
    """Every playbook that was ever switched, by name."""
    rows = house.store.switches.rows()
    return {row.playbook: _state(house, row) for row in rows}


def switch_of(house: House, playbook: str) -> SwitchState:
    """One playbook's switch; on where nobody ever touched it."""
    found = switch_states(house).get(playbook)
    return found or SwitchState(playbook=playbook, off=False, asked=None, row=None)


def groups_of(act: SwitchAct) -> Mapping[str, Mapping[str, object]]:
    """What the leaf of an act commits to."""
    return {
        "time": {"at": int(act.at.timestamp())},
        "switch": {"playbook": act.playbook, "act": act.act, "by": act.by, "why": act.why},
    }


def _state(house: House, row: SwitchRow) -> SwitchState:
    last = next(iter(house.store.switches.acts(row.playbook, limit=1)), None)
    asked = last if row.off and last is not None and last.act == ASKED else None
    return SwitchState(playbook=row.playbook, off=row.off, asked=asked, row=row)


def _act(house: House, person: Person, playbook: str, act: str, why: str, now: datetime) -> SwitchAct:
    """One act in one transaction: judged on the switch as it is, sealed, in force when it is committed."""
    words = " ".join(why.split())
    _judge_form(house, person, playbook, act, words)
    with house.store.batch() as batch:
        row, last = batch.switches.take(playbook)
        _judge_state(person, act, off=row is not None and row.off, last=last)
        made = SwitchAct(playbook=playbook, act=act, by=person.person_id, at=now, why=words, leaf_index=0)
        key = house.entropy.token(RECORD_KEY_BYTES)
        sealed = batch.add_leaf(
            leaf(SWITCH, at=now, groups=groups_of(made), record_key=key), HOUSE_RECORDS, key
        )
        done = SwitchAct(playbook=playbook, act=act, by=made.by, at=now, why=words, leaf_index=sealed.index)
        changed = SwitchRow(playbook=playbook, off=act != ON, by=made.by, at=now, why=words)
        kept = changed if row is None or act in (OFF, ON) else row
        batch.switches.put(kept, done)
    return done


def _judge_form(house: House, person: Person, playbook: str, act: str, why: str) -> None:
    if person.role not in MAY_SWITCH:
        raise SwitchRefusedError("role")
    if playbook not in house.book.playbooks:
        raise SwitchRefusedError("unknown")
    if not why and act != ON:
        raise SwitchRefusedError("no_reason")
    if len(why) > WHY_LENGTH_MAX:
        raise SwitchRefusedError("too_long")


def _judge_state(person: Person, act: str, *, off: bool, last: SwitchAct | None) -> None:
    """Whether the act fits the switch as it is now: somebody may have been quicker."""
    asked = last if last is not None and last.act == ASKED else None
    if act == OFF:
        if off:
            raise SwitchRefusedError("already_off")
        return
    if not off:
        raise SwitchRefusedError("already_on")
    if act == ASKED:
        if asked is not None:
            raise SwitchRefusedError("already_asked")
        return
    if asked is None:
        raise SwitchRefusedError("not_asked")
    if act == ON and asked.by == person.person_id:
        raise SwitchRefusedError("same_person")
