"""What a store tells Prometheus when it is asked: its queues, and the figures its workers left in it.

The worker is another process: its counts travel in its sign of life, so that one address answers for all.
"""

from collections.abc import Iterator, Mapping, Sequence

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.ports_watch import Beat, Depths
from tongxing.service.watch_figures import SECONDS, Histogram, alive, read

INFINITY = "+Inf"
DEPTHS: Mapping[str, tuple[str, str]] = {
    "lag": ("tongxing_lag_events", "Events of the log that no worker has folded yet."),
    "outbox": ("tongxing_outbox_waiting", "Cleared words not yet sent."),
    "timers_late": ("tongxing_timers_late", "Timers that are due and did not fire."),
    "timer_late_seconds": ("tongxing_timer_late_seconds", "How late the latest of them is."),
    "aside": ("tongxing_set_aside", "Events and cards set aside: their clients hear nothing."),
    "jobs_queued": ("tongxing_jobs_queued", "Jobs that wait for a worker."),
    "tasks_open": ("tongxing_tasks_open", "Tasks of advisers that are not done."),
    "webhooks_waiting": ("tongxing_webhooks_waiting", "Calls to other systems not yet made."),
    "webhooks_dead": ("tongxing_webhooks_dead", "Calls to other systems that were given up."),
}
PLAIN: Mapping[str, tuple[str, str]] = {
    "events": ("tongxing_events_folded", "Events folded."),
    "timers": ("tongxing_timers_fired", "Timers judged."),
    "held": ("tongxing_triggers_held", "Triggers not decided: something of their client is set aside."),
    "set_aside": ("tongxing_events_set_aside", "Events, timers and cards set aside."),
    "delivered": ("tongxing_cards_delivered", "Cards sent."),
}
NAMED: Mapping[str, tuple[str, str, str]] = {
    "decisions": ("tongxing_decisions", "Decisions by what came of them.", "outcome"),
    "refusals": ("tongxing_refusals", "Refused drafts by rule; one draft may offend several.", "rule"),
    "withdrawals": ("tongxing_cards_withdrawn", "Cleared cards that were not sent, by rule.", "rule"),
}
TIMES: Mapping[str, tuple[str, str]] = {
    "turn": ("tongxing_turn_seconds", "How long a worker's turn took that had something to do."),
    "sealed": ("tongxing_trigger_to_seal_seconds", "From a trigger to its durable record (house clock)."),
    "sent": ("tongxing_trigger_to_card_seconds", "From a trigger to the card sent (house clock)."),
}
WORKER = "worker"


class StoreFigures(Collector):
    """Asks the store at each scrape; a store that fails is one figure, and no failed scrape."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        """Gauges of the store, then counts of each worker under its first partition."""
        watch = self._house.store.watch
        try:
            depths, beats = watch.depths(self._house.clock.now()), watch.beats()
        except StoreError:
            yield GaugeMetricFamily("tongxing_store_up", "Whether the store answers.", 0)
            return
        yield GaugeMetricFamily("tongxing_store_up", "Whether the store answers.", 1)
        yield from _depths(depths)
        yield from _workers(beats)


def _depths(depths: Depths) -> Iterator[Metric]:
    yield CounterMetricFamily("tongxing_events_taken", "Events of the log.", depths.events)
    yield CounterMetricFamily("tongxing_leaves_sealed", "Records of the ledger.", depths.leaves)
    for field, (name, meaning) in DEPTHS.items():
        yield GaugeMetricFamily(name, meaning, getattr(depths, field))


def _workers(beats: Sequence[Beat]) -> Iterator[Metric]:
    said = [(str(beat.slot), beat, read(beat)) for beat in beats]
    age = GaugeMetricFamily(
        "tongxing_worker_silent_seconds", "Since a worker's last sign of life.", None, (WORKER,)
    )
    up = GaugeMetricFamily("tongxing_worker_up", "Whether a worker spoke lately.", None, (WORKER,))
    for slot, beat, _figures in said:
        age.add_metric((slot,), beat.age_seconds)
        up.add_metric((slot,), int(alive(beat)))
    yield from (age, up)
    figures = [(slot, one) for slot, _beat, one in said]
    for field, (name, meaning) in PLAIN.items():
        plain = CounterMetricFamily(name, meaning, None, (WORKER,))
        for slot, one in figures:
            plain.add_metric((slot,), getattr(one, field))
        yield plain
    for field, (name, meaning, label) in NAMED.items():
        named = CounterMetricFamily(name, meaning, None, (WORKER, label))
        for slot, one in figures:
            for value, count in getattr(one, field).items():
                named.add_metric((slot, value), count)
        yield named
    for field, (name, meaning) in TIMES.items():
        yield _histogram(name, meaning, [(slot, getattr(one, field)) for slot, one in figures])


def _histogram(name: str, meaning: str, figures: Sequence[tuple[str, Histogram]]) -> Metric:
    family = HistogramMetricFamily(name, meaning, labels=(WORKER,))
    for slot, times in figures:
        below, classes = 0, []
        for bound, count in zip((*map(str, SECONDS), INFINITY), times.counts, strict=True):
            below += count
            classes.append((bound, below))
        family.add_metric((slot,), classes, times.total)
    return family
