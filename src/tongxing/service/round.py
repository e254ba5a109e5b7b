"""What happens inside one transaction of the worker: fold, notice signs, decide, seal, queue."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event, EventRef
from tongxing.domain.pages import Journey
from tongxing.domain.profile import Profile, Sign, Standing, TouchMemory
from tongxing.domain.touch import Trigger
from tongxing.ledger.leaves import leaf
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.profile.glance import signs_after, standing_at
from tongxing.profile.signs import SIGNS
from tongxing.service.house import House
from tongxing.service.ports import Batch, StoredEvent, TimerRow
from tongxing.service.sealing import decision_groups, words_group
from tongxing.service.serve import Served, serve
from tongxing.service.states import FOLDED_WHEN_WRITTEN, SIGN_SOURCE, state_of
from tongxing.service.stored import DecisionRecord, encode_cleared, encode_decision

RECORD_KEY_BYTES = 32
JOURNEY_HOUR = 9
"""Journey steps fall due at nine in the morning, Beijing."""
WATCHED_KINDS: frozenset[str] = frozenset().union(*(rule.kinds for rule in SIGNS.values()))


@dataclass(slots=True)
class WorkReport:
    """What one call of the worker did."""

    events: int = 0
    decisions: int = 0
    cleared: int = 0
    refused: int = 0
    delivered: int = 0
    withdrawn: int = 0
    timers: int = 0
    held: int = 0
    """Triggers of clients of whom something was set aside: not decided."""
    set_aside: int = 0
    cleared_waiting: int = 0

    def add(self, other: "WorkReport") -> None:
        """Add another report's counts to this one."""
        for count in fields(self):
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))


@dataclass(slots=True)
class Round:
    """One open transaction with the states it has touched."""

    house: House
    batch: Batch
    states: dict[str, fold.State]
    touched: dict[str, int] = field(default_factory=dict)
    """Client -> last folded seq (0: changed by the house itself)."""
    queued: dict[str, list[TouchMemory]] = field(default_factory=dict)
    """Touches decided in this round and not yet sent: the contact policy counts them as well."""
    report: WorkReport = field(default_factory=WorkReport)
    _held: frozenset[str] | None = None

    def held(self, client_id: str) -> bool:
        """Whether something of this client could not be taken in: what we know of them may be wrong."""
        if self._held is None:
            self._held = frozenset(row.client_id for row in self.batch.aside())
        return client_id in self._held

    def state(self, client_id: str) -> fold.State:
        """The client's state, unpacked once."""
        if client_id not in self.states:
            self.load((client_id,))
        return self.states[client_id]

    def load(self, client_ids: Collection[str]) -> None:
        """Unpack the states of clients that are not at hand, in one look."""
        missing = {client_id for client_id in client_ids if client_id not in self.states}
        if not missing:
            return
        blobs = self.batch.states(missing)
        for client_id in missing:
            blob = blobs.get(client_id)
            known = state_of(self.house, client_id, blob) if blob is not None else fold.empty(client_id)
            self.states[client_id] = known

    def just_after(self, client_id: str, at: datetime) -> datetime:
        """The first instant at which everything known of the client by `at` counts."""
        return max(at, fold.known_until(self.state(client_id))) + timedelta(seconds=1)

    def profile(self, client_id: str, at: datetime) -> Profile:
        """The profile just after an instant, with the touches already queued.

        A touch sent since (an old event is judged after an outage) counts as sent at that instant: it was
        sent, so it rests and is capped like any other.
        """
        as_of = self.just_after(client_id, at)
        found = assemble(self.state(client_id), as_of=as_of, book=self.house.book)
        touches = (*found.standing.touches, *self.queued.get(client_id, ()))
        latest = seconds(at)
        if len(touches) == len(found.standing.touches) and all(touch.at <= latest for touch in touches):
            return found
        counted = tuple(replace(touch, at=min(touch.at, latest)) for touch in touches)
        return replace(found, standing=replace(found.standing, touches=counted))

    def standing(self, client_id: str, at: datetime) -> Standing:
        """What compliance must know of the client just after an instant."""
        as_of = self.just_after(client_id, at)
        return standing_at(self.state(client_id), as_of=as_of, book=self.house.book)

    def fold_own(self, event: Event) -> None:
        """Write an event of the house and fold it at once; a second copy changes nothing."""
        if self.batch.append((event,)).accepted:
            fold.apply(self.state(event.client_id), event, self.house.book)
            self.touched.setdefault(event.client_id, 0)

    def save(self) -> None:
        """Write the states this round changed."""
        for client_id, seq in self.touched.items():
            self.batch.save_state(client_id, fold.pack(self.states[client_id]), seq)


def fold_batch(this: Round, stored: Sequence[StoredEvent]) -> None:
    """Fold events in log order; after each that can turn a sign, look and decide."""
    book = this.house.book
    this.load({entry.event.client_id for entry in stored})
    for entry in stored:
        event = entry.event
        if event.source not in FOLDED_WHEN_WRITTEN:
            fold.apply(this.state(event.client_id), event, book)
            this.touched[event.client_id] = entry.seq
            if event.kind in WATCHED_KINDS:
                _notice(this, event)
        this.report.events += 1
    this.batch.fold_done(stored[-1].seq)


def fold_timers(this: Round, due: Sequence[TimerRow], now: datetime) -> None:
    """Judge each due step with a fresh profile."""
    for timer in due:
        this.batch.timer_done(timer.timer_id)
        this.report.timers += 1
        at = max(timer.due, min(now, timer.due + timedelta(days=1)))
        profile = this.profile(timer.client_id, at)
        trigger = Trigger(name=timer.name, cause=f"timer:{timer.idem}", at=at.astimezone(BEIJING))
        _decide(this, profile, trigger, None)


def _notice(this: Round, event: Event) -> None:
    """Compare signs before and after, write what turned, and let the new ones trigger decisions."""
    client_id, at = event.client_id, event.known_at
    state = this.state(client_id)
    looked = signs_after(state, event.kind, as_of=this.just_after(client_id, at), book=this.house.book)
    before = frozenset(state.active_signs)
    turned_off = sorted(name for name, sign in looked.items() if sign is None and name in before)
    turned_on = sorted(name for name, sign in looked.items() if sign is not None and name not in before)
    cause = EventRef(source=event.source, source_seq=event.source_seq, kind=event.kind, ts=seconds(event.ts))
    for name in turned_off:
        this.fold_own(_turned(event, name, None))
        for journey in _journeys(this, name):
            this.batch.cancel_timers(client_id, f"journey:{journey.name}:")
    for name in turned_on:
        this.fold_own(_turned(event, name, looked[name]))
        for journey in _journeys(this, name):
            _start(this, journey, this.profile(client_id, at), at)
        if _matters(this, name):
            trigger = Trigger(
                name=f"sign:{name}",
                cause=f"{event.source}/{event.source_seq}",
                at=at.astimezone(BEIJING),
            )
            _decide(this, this.profile(client_id, at), trigger, cause)


def _turned(event: Event, name: str, sign: Sign | None) -> Event:
    """The event that a sign turned on (with its evidence) or off."""
    word = "off" if sign is None else "on"
    evidence = [
        {"source": ref.source, "source_seq": ref.source_seq, "kind": ref.kind, "ts": ref.ts}
        for ref in (sign.evidence if sign is not None else ())
    ]
    return Event(
        source=SIGN_SOURCE,
        source_seq=f"{event.client_id}|{name}|{word}|{event.source}|{event.source_seq}",
        client_id=event.client_id,
        ts=event.known_at,
        known_at=event.known_at,
        kind=f"sign_turned_{word}",
        body={"sign": name, "evidence": evidence},
    )


def _journeys(this: Round, sign: str) -> tuple[Journey, ...]:
    return tuple(journey for journey in this.house.book.journeys.values() if journey.starts_with == sign)


def _matters(this: Round, sign: str) -> bool:
    """Whether any playbook waits for this sign outside a journey."""
    of_journeys = {step.playbook for journey in this.house.book.journeys.values() for step in journey.steps}
    return any(
        sign in playbook.all_of and name not in of_journeys
        for name, playbook in this.house.book.playbooks.items()
    )


def _start(this: Round, journey: Journey, profile: Profile, at: datetime) -> None:
    """Set a timer for each step that is not in the past."""
    today = profile.newcomer_day or 1
    morning = at.astimezone(BEIJING).replace(hour=JOURNEY_HOUR, minute=0, second=0, microsecond=0)
    for step in journey.steps:
        if step.day < today:
            continue
        due = max(at, morning + timedelta(days=step.day - today))
        this.batch.set_timer(
            idem=f"{profile.client_id}|{journey.name}|{step.day}",
            client_id=profile.client_id,
            name=f"journey:{journey.name}:{step.day}",
            due=due,
        )


def _decide(this: Round, profile: Profile, trigger: Trigger, cause: EventRef | None) -> None:
    """Serve one trigger; seal the record; queue what may be said, all in this transaction."""
    house = this.house
    if this.held(profile.client_id):
        this.report.held += 1
        return
    served = serve(profile, trigger, book=house.book, market=house.market, code_version=house.code_version)
    record_key = house.entropy.token(RECORD_KEY_BYTES)
    groups = decision_groups(served.decision, served.drafts, served.verdicts)
    sealed = this.batch.add_leaf(
        leaf("decision", at=trigger.at, groups=groups, record_key=record_key),
        profile.client_id,
        record_key,
    )
    record = DecisionRecord(
        decision=served.decision,
        signs=profile.signs,
        drafts=served.drafts,
        verdicts=served.verdicts,
        cause_event=cause,
        leaf_index=sealed.index,
    )
    refused = sum(1 for verdict in served.verdicts if not verdict.cleared)
    this.batch.add_decision(
        served.decision,
        chosen=len(served.cleared),
        refused=refused,
        payload=encode_decision(record),
        leaf_index=sealed.index,
    )
    this.report.decisions += 1
    this.report.refused += refused
    _queue(this, served, profile.client_id, sealed.index)


def _queue(this: Round, served: Served, client_id: str, leaf_index: int) -> None:
    numbers = {draft.touch_id: number for number, draft in enumerate(served.drafts)}
    for touch, cleared in served.cleared:
        this.batch.enqueue(
            idem=touch.touch_id,
            client_id=client_id,
            payload=encode_cleared(cleared, slot=touch.slot, group=words_group(numbers[touch.touch_id])),
            leaf_index=leaf_index,
        )
        memory = TouchMemory(
            touch_id=touch.touch_id,
            playbook=touch.playbook,
            channel=touch.channel.value,
            nature=touch.nature.value,
            at=seconds(touch.trigger.at),
        )
        this.queued.setdefault(client_id, []).append(memory)
        this.report.cleared += 1
        this.report.cleared_waiting += 1
