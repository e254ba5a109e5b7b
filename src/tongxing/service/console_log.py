"""The log of records for the console: its checkpoints, its witnesses, and what other places see of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from tongxing.compliance.witnessed import NEVER
from tongxing.domain.leaf import RECORDS
from tongxing.ledger.checkpoints import Opened, open_checkpoint, parse_checkpoint
from tongxing.ledger.lines import ProofError, TextError
from tongxing.ledger.note_keys import verifier_key
from tongxing.ledger.notes import parse_note
from tongxing.ledger.quorum import NONE, Policy, parse_policy
from tongxing.service.house import House
from tongxing.service.ports_log import (
    CheckpointLine,
    OtherView,
    QuorumState,
    WitnessAnswer,
    WitnessesUnreadableError,
    WitnessLine,
)
from tongxing.service.quorum_standing import age_of, without_quorum


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessRow:
    """A witness as the page shows it."""

    line: WitnessLine
    cosigned: int | None
    """Seconds since it last cosigned."""
    refused: int | None
    """Seconds since it last did not."""
    behind: int
    """Entries by which its last cosigned checkpoint is behind ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRow:
    """A checkpoint as it was published."""

    line: CheckpointLine
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherRow:
    """Our log at another place."""

    number: int
    view: OtherView
    age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuorumRow:
    """How the quorum stands."""

    needs: int
    of: int
    """Witnesses the quorum asks for, of so many; both 0 for a quorum of nested groups."""
    signed: int
    """Witnesses that cosigned the present checkpoint when they were asked last."""
    reached: int | None
    """Seconds since it was last reached."""
    asked: int | None
    """Seconds since the witnesses were last asked; None: what they said cannot be read."""
    lost: str
    """Since when it is lost for longer than the house bears; empty: it is not."""
    minutes_max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LooksRow:
    """The log of looks at clients."""

    vkey: str
    size: int
    signed: int | None
    """Witnesses that cosigned its present checkpoint when they were asked last; None: none are wanted."""
    of: int
    reached: int | None
    """Seconds since a quorum last cosigned it; None: never, or it cannot be known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalRow:
    """The second log over the same leaves, with national algorithms."""

    vkey: str
    """Empty: it is not begun."""
    size: int = 0
    root: str = ""
    """Empty: its checkpoint cannot be checked here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogView:
    """All that the page shows; `quorum` is None where no witnesses are wanted."""

    origin: str
    vkey: str
    size: int
    root: str
    leaves: int
    """Records of the store; those above `size` wait for their checkpoint."""
    quorum: QuorumRow | None
    witnesses: tuple[WitnessRow, ...] = ()
    checkpoints: tuple[CheckpointRow, ...] = ()
    others: tuple[OtherRow, ...] = ()
    policy: str = ""
    """The policy for others; empty while it cannot be read."""
    looks: LooksRow | None = None
    """The log of looks at clients; None: none is kept."""
    national: NationalRow | None = None
    """None: nobody asked for it."""

    @property
    def never(self) -> bool:
        """Whether there never was a quorum, or it cannot be known."""
        return self.quorum is not None and self.quorum.lost == NEVER


def log_view(house: House) -> LogView:
    """How the log stands now."""
    opened = _opened(house)
    made = LogView(
        origin="" if opened is None else opened.checkpoint.origin,
        vkey="" if house.log is None else house.log.vkey(),
        size=0 if opened is None else opened.checkpoint.size,
        root="" if opened is None else opened.checkpoint.root.hex(),
        leaves=house.store.count_entries(RECORDS),
        quorum=None,
        looks=_looks(house),
        national=_national(house),
    )
    return made if house.witnesses is None else _watched(house, made)


def _looks(house: House) -> LooksRow | None:
    log, watch = house.access_log, house.look_witnesses
    if log is None or not log.vkey():
        return None
    if watch is None or not watch.policy():
        return LooksRow(vkey=log.vkey(), size=log.size(), signed=None, of=0, reached=None)
    try:
        state = watch.state()
    except WitnessesUnreadableError:
        return LooksRow(vkey=log.vkey(), size=log.size(), signed=0, of=0, reached=None)
    at = state.quorum_at
    return LooksRow(
        vkey=log.vkey(),
        size=log.size(),
        signed=sum(one.answer is WitnessAnswer.COSIGNED for one in state.witnesses),
        of=len(state.witnesses),
        reached=None if at is None else _ago(at, watch.machine_now()),
    )


def _national(house: House) -> NationalRow | None:
    log = house.national_log
    if log is None:
        return None
    published = log.checkpoint()  # verified where it was read
    if not published:
        return NationalRow(vkey=log.vkey())
    tree = parse_checkpoint(parse_note(published).text)
    return NationalRow(vkey=log.vkey(), size=tree.size, root=tree.root.hex())


def proof_of(house: House, number: int) -> str:
    """The proof of misbehaviour that was found at a place; empty where there is none."""
    found = () if house.witnesses is None else house.witnesses.others()
    return found[number].proof if 0 <= number < len(found) else ""


def _watched(house: House, made: LogView) -> LogView:
    watch = house.witnesses
    if watch is None:
        raise ValueError("a house without witnesses")
    now, text = watch.machine_now(), watch.policy()
    others = tuple(
        OtherRow(number=number, view=one, age=_ago(one.at, now)) for number, one in enumerate(watch.others())
    )
    try:
        state: QuorumState | None = watch.state()
    except WitnessesUnreadableError:
        state = None
    lines = () if state is None else state.witnesses
    checkpoints = () if state is None else state.checkpoints
    return replace(
        made,
        quorum=_quorum(house, state, text, now),
        witnesses=tuple(_witness(one, made.size, now) for one in lines),
        checkpoints=tuple(CheckpointRow(line=one, age=_ago(one.at, now)) for one in checkpoints),
        others=others,
        policy=text,
    )


def _quorum(house: House, state: QuorumState | None, text: str, now: datetime) -> QuorumRow:
    needs, of = _threshold(parse_policy(text.encode())) if text else (0, 0)
    age = None if state is None else age_of(house, state)
    on = house.clock.now().date()
    return QuorumRow(
        needs=needs,
        of=of,
        signed=0 if state is None else sum(one.answer is WitnessAnswer.COSIGNED for one in state.witnesses),
        reached=None if age is None else int(age.total_seconds()),
        asked=None if state is None else _ago(state.asked_at, now),
        lost=without_quorum(house),
        minutes_max=house.book.rules.number("log_quorum_minutes_max", on),
    )


def _threshold(policy: Policy) -> tuple[int, int]:
    """How many of how many witnesses, where the quorum is that plain."""
    if policy.quorum == NONE:
        return 0, 0
    if policy.quorum in policy.witnesses:
        return 1, 1
    group = policy.groups[policy.quorum]
    plain = all(member in policy.witnesses for member in group.members)
    return (group.threshold, len(group.members)) if plain else (0, 0)


def _witness(line: WitnessLine, size: int, now: datetime) -> WitnessRow:
    return WitnessRow(
        line=line,
        cosigned=None if line.cosigned_at is None else _ago(line.cosigned_at, now),
        refused=None if line.refused_at is None else _ago(line.refused_at, now),
        behind=max(0, size - line.cosigned_size),
    )


def _ago(at: datetime, now: datetime) -> int:
    return max(0, int((now - at).total_seconds()))


def _opened(house: House) -> Opened | None:
    """The published checkpoint; None before there is one."""
    if house.log is None:
        return None
    try:
        return open_checkpoint(house.log.checkpoint(), [verifier_key(house.log.vkey())])
    except (TextError, ProofError):
        return None
