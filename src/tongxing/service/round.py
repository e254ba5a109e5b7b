"""What happens inside one transaction of the worker: fold, notice signs, decide, seal, queue."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event, EventRef, Retention
from tongxing.domain.profile import Profile, Sign, Standing, TouchMemory
from tongxing.domain.touch import Trigger
from tongxing.profile import fold
from tongxing.profile.assemble import profile as assemble
from tongxing.profile.glance import signs_after, standing_at
from tongxing.profile.signs import CRISIS, SIGNS
from tongxing.service import desk_opening, erasure, held, looks, merges
from tongxing.service.house import House
from tongxing.service.ports import Batch, StoredEvent, TimerRow
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.recording import record, refusals
from tongxing.service.serve import Served, serve
from tongxing.service.silence import seal_silence
from tongxing.service.states import FOLDED_WHEN_WRITTEN, state_of
from tongxing.service.turning import Cause, cause_of, journeys, matters, start, turned
from tongxing.service.watch import Passed, decided, folded
from tongxing.service.work_report import WorkReport

RECORD_KEY_BYTES = 32
LOOK_SOURCE = "timer"
WATCHED_KINDS: frozenset[str] = frozenset().union(*(rule.kinds for rule in SIGNS.values()))


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
    written: dict[str, list[Event]] = field(default_factory=dict)
    """What the house wrote in this round: the log does not show it yet."""
    gone: dict[str, frozenset[Retention]] = field(default_factory=dict)
    """Classes of a client whose keys this transaction destroyed."""
    signs_before: dict[str, frozenset[str]] = field(default_factory=dict)
    """Signs that were on before a client's past became another one."""
    unsealed: list[Callable[[], object]] = field(default_factory=list)
    """Decisions to put on record, in their order, at the end: while one worker seals, others think."""
    report: WorkReport = field(default_factory=WorkReport)
    passed: list[Passed] = field(default_factory=list)
    """What is told of this round once it is durable."""
    _held: frozenset[str] | None = None
    _switched_off: frozenset[str] | None = None
    _without_quorum: str | None = None

    def held(self, client_id: str) -> bool:
        """Whether something of this client could not be taken in: what we know of them may be wrong."""
        if self._held is None:
            self._held = frozenset(row.client_id for row in self.batch.aside())
        return client_id in self._held

    def switched_off(self) -> frozenset[str]:
        """Playbooks that are switched off; once asked, nobody switches until this transaction ends."""
        if self._switched_off is None:
            self._switched_off = self.batch.switches.off()
        return self._switched_off

    def without_quorum(self) -> str:
        """Since when the witnesses of the log make no quorum; asked once a round; empty: all is well."""
        if self._without_quorum is None:
            self._without_quorum = without_quorum(self.house)
        return self._without_quorum

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
            self.written.setdefault(event.client_id, []).append(event)
            self.touched.setdefault(event.client_id, 0)

    def save(self) -> None:
        """Put the decisions of this round on record and write the states it changed."""
        for seal in self.unsealed:
            seal()
        self.unsealed.clear()
        for client_id, seq in self.touched.items():
            self.batch.save_state(client_id, fold.pack(self.states[client_id]), seq)


def fold_batch(this: Round, stored: Sequence[StoredEvent]) -> None:
    """Fold events in log order; after each that can turn a sign, look and decide."""
    this.switched_off()  # before anything is sealed: whoever switches takes these locks in the same order
    this.load({entry.event.client_id for entry in stored})
    for entry in stored:
        if entry.event.source not in FOLDED_WHEN_WRITTEN and not erasure.is_gone(this, entry.event):
            this.passed.append(folded(entry.event))
            _take(this, entry)
        this.report.events += 1
    this.batch.fold_done(stored[-1].seq)


def _take(this: Round, entry: StoredEvent) -> None:
    """Fold one event and see what follows; nothing does for a record that is part of another one."""
    event, client_id = entry.event, entry.event.client_id
    was_away, planned = bool(this.state(client_id).merged_into), _days(this, event)
    if event.kind == erasure.REQUESTED:
        erasure.carry_out(this, entry)
    anew = merges.fold_in(this, entry)
    this.touched[client_id] = entry.seq
    if event.kind in desk_opening.KINDS:
        desk_opening.notice(this, event)
    if this.state(client_id).merged_into:
        return
    if planned is not None:
        cause = f"{event.source}|{event.source_seq}"
        before, after = {} if was_away else planned, _days(this, event) or {}
        looks.reset(this.batch, client_id, before=before, after=after, cause=cause)
    if anew:
        cause_of_all = cause_of(event, fold.known_until(this.state(client_id)))
        _turn(this, merges.look(this, cause_of_all), cause_of_all)
    elif event.kind in WATCHED_KINDS:
        _notice(this, event)


def fold_timers(this: Round, due: Sequence[TimerRow], now: datetime) -> None:
    """Judge each due step with a fresh profile."""
    if due:
        this.switched_off()
    for timer in due:
        this.batch.timer_done(timer.timer_id)
        this.report.timers += 1
        if this.state(timer.client_id).merged_into:
            continue
        if erasure.is_due(timer):
            erasure.ask_again(this, timer)
            continue
        if desk_opening.is_timer(timer):
            desk_opening.due(this, timer)
            continue
        if looks.is_look(timer):
            _look(this, timer, max(timer.due, now))
            continue
        at = max(timer.due, min(now, timer.due + timedelta(days=1)))
        profile = this.profile(timer.client_id, at)
        trigger = Trigger(name=timer.name, cause=f"timer:{timer.idem}", at=at.astimezone(BEIJING))
        _decide(this, profile, trigger, None)


def _days(this: Round, event: Event) -> looks.Days | None:
    """The days of the looks that an event can move; None for the many events that move none."""
    if event.kind not in looks.MOVING_KINDS:
        return None
    as_of = this.just_after(event.client_id, event.known_at)
    return looks.days_of(this.state(event.client_id), event.kind, as_of=as_of, book=this.house.book)


def _look(this: Round, timer: TimerRow, at: datetime) -> None:
    """Judge one sign because its day has come, as it is now, and set the next look."""
    client_id, name = timer.client_id, looks.sign_of(timer)
    as_of = this.just_after(client_id, at)
    seen = looks.seen(this.state(client_id), name, as_of=as_of, book=this.house.book)
    if seen is None:
        return
    cause = Cause(client_id, at, f"{LOOK_SOURCE}|{timer.idem}", f"timer:{timer.idem}", None)
    _turn(this, {name: seen.sign}, cause)
    cause_of_next = f"{LOOK_SOURCE}|{timer.due.astimezone(BEIJING).date()}"
    looks.set_look(this.batch, client_id, name, seen.next_day, cause=cause_of_next)


def _notice(this: Round, event: Event) -> None:
    """Look at the signs an event can turn."""
    client_id, at = event.client_id, event.known_at
    as_of = this.just_after(client_id, at)
    looked = signs_after(this.state(client_id), event.kind, as_of=as_of, book=this.house.book)
    _turn(this, looked, cause_of(event, at))


def _turn(this: Round, looked: Mapping[str, Sign | None], cause: Cause) -> None:
    """Compare signs before and after, write what turned, and let the new ones trigger decisions."""
    client_id, at = cause.client_id, cause.at
    before = this.state(client_id).active_signs
    turned_off = sorted(name for name, sign in looked.items() if sign is None and name in before)
    told = {name: this.state(client_id).causes(name) for name in looked}
    turned_on = sorted(
        name
        for name, sign in looked.items()
        if sign is not None and (name not in before or sign.causes != told[name])
    )
    for name in turned_off:
        this.fold_own(turned(cause, name, None))
        for journey in journeys(this.house.book, name):
            this.batch.cancel_timers(client_id, f"journey:{journey.name}:")
    for name in turned_on:
        sign = looked[name]
        this.fold_own(turned(cause, name, sign))
        if name in before and sign is not None and set(sign.causes) <= set(told[name]):
            continue  # on for less than before: written, so that what went may come anew; nothing to say
        as_of = this.just_after(client_id, at)
        lapse = looks.lapse_of(this.state(client_id), name, as_of=as_of, book=this.house.book)
        looks.set_look(this.batch, client_id, name, lapse, cause=cause.key)
        for journey in journeys(this.house.book, name):
            start(this.batch, journey, this.profile(client_id, at), at)
        if matters(this.house.book, name):
            trigger = Trigger(name=f"sign:{name}", cause=cause.words, at=at.astimezone(BEIJING))
            _decide(this, this.profile(client_id, at), trigger, cause.event)


def _decide(this: Round, profile: Profile, trigger: Trigger, cause: EventRef | None) -> None:
    """Serve one trigger; seal the record; queue what may be said, all in this transaction."""
    house = this.house
    if this.held(profile.client_id) and trigger.name != f"sign:{CRISIS}":
        this.report.held += 1
        silence = partial(
            seal_silence,
            this.batch,
            house.entropy.token(RECORD_KEY_BYTES),
            client_id=profile.client_id,
            at=trigger.at,
            about={"trigger": trigger.name, "cause": trigger.cause},
        )
        this.unsealed.append(silence)
        return
    served = serve(
        profile,
        trigger,
        book=house.book,
        market=house.market,
        code_version=house.code_version,
        switched_off=this.switched_off(),
        without_quorum=this.without_quorum(),
    )
    key = house.entropy.token(RECORD_KEY_BYTES)
    seal = partial(record, this.batch, key, served, profile=profile, book=house.book, cause=cause)
    this.unsealed.append(seal)
    this.report.decisions += 1
    this.report.refused += refusals(served)
    this.passed.append(decided(served))
    held.wait(this, profile.client_id, held.held_back(served), trigger.at)
    desk_opening.held_duties(this, profile.client_id, held.held_back(served), trigger.at)
    _remember(this, served, profile.client_id)


def _remember(this: Round, served: Served, client_id: str) -> None:
    """What was cleared counts for the decisions after it."""
    for touch, _cleared in served.cleared:
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
