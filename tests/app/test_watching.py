"""The log of web and worker: it follows an event by its trace, and never says anything personal."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from litestar import Litestar
from litestar.testing import TestClient

from logged_lines import logged
from planted import personal
from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.app.pages import pages_for
from tongxing.app.watching import Watching
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.service.append import append
from tongxing.service.careful_work import careful_work
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.watch_figures import WorkerFigures, alive, read
from tongxing.service.watch_trace import cause_of, decisions_of_trace, trace_of
from tongxing.service.work import Cache

NOW = datetime(2026, 5, 6, 10, 0, tzinfo=BEIJING)
PORT = 8600
REQUEST = "4bf92f3577b34da6a3ce929d0e0e4736"
FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One client who consents to personalised service and profiling."""
    house = house_for(tmp_path_factory.mktemp("watch") / "store.db", entropy=SeededEntropy(1))
    known = {"name": "林知行", "birth": "1990-01-01", "opened_on": "2020-01-06"}
    append(house, [event(1, "client_registered", known), event(2, "assessment_taken", ASSESSED)])
    consents = [{"purpose": name, "source": "*"} for name in ("personalised_service", "profiling")]
    append(house, [event(10 + number, "consent_given", body) for number, body in enumerate(consents)])
    careful_work(house, now=NOW)
    yield house
    house.store.close()


ASSESSED = {"grade": "C3", "valid_to": "2027-12-31"}


def event(number: int, kind: str, body: Mapping[str, object], *, client: str = "C000001") -> Event:
    at = NOW + timedelta(seconds=number)
    return Event(
        source="core", source_seq=str(number), client_id=client, ts=at, known_at=at, kind=kind, body=body
    )


def test_an_event_is_followed_by_its_trace_from_the_request_to_the_card(house: House) -> None:
    watching = Watching(house)
    searched = event(100, "searched", {"text": "个人养老金 怎么开户"})
    trace_id = trace_of(cause_of("core", "100"))
    with logged() as log:
        with structlog.contextvars.bound_contextvars(trace_id=REQUEST):
            append(house, [searched])
        careful_work(house, now=searched.known_at, cache=Cache(states={}, told=watching.told))
    (taken,) = log.lines("event taken")
    assert (taken["trace_id"], taken["event_trace_id"]) == (REQUEST, trace_id)
    followed = [line["event"] for line in log.lines() if line.get("trace_id") == trace_id]
    assert followed == ["folded", "decided", "delivered"]
    (decided,) = log.lines("decided")
    (found,) = decisions_of_trace(house, trace_id)
    assert found.decision_id == decided["decision_id"]
    assert decided["outcome"] == "cleared"


def test_nothing_is_told_of_what_was_rolled_back(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise StoreError("the disk is full")

    append(house, [event(200, "searched", {"text": "国债"})])
    watching = Watching(house)
    with logged() as log, monkeypatch.context() as patched:
        patched.setattr("tongxing.service.round.Round.save", broken)
        with pytest.raises(StoreError):
            careful_work(house, now=NOW + timedelta(seconds=200), cache=Cache(states={}, told=watching.told))
    assert log.lines() == []
    with logged() as log:
        careful_work(house, now=NOW + timedelta(seconds=200), cache=Cache(states={}, told=watching.told))
    assert [line["kind"] for line in log.lines("folded")] == ["searched"]


def test_figures_of_the_worker_travel_in_its_sign_of_life(house: House) -> None:
    watching = Watching(house)
    append(house, [event(number, "searched", {"text": "养老金"}) for number in (300, 301)])
    report = careful_work(house, now=NOW + timedelta(seconds=301), cache=Cache(states={}, told=watching.told))
    watching.turned(report, 0.25)
    watching.beat(0)
    (beat,) = house.store.watch.beats()
    figures = read(beat)
    assert alive(beat)
    assert figures.events == 2 == report.events
    assert sum(figures.decisions.values()) == report.decisions
    assert sum(figures.sealed.counts) == report.decisions
    assert figures.turn.total == 0.25
    assert figures.book == house.book.digest


def test_a_worker_at_a_long_job_may_be_silent_for_longer(house: House) -> None:
    house.store.set_setting("worker_beat:0", json.dumps({"at_us": 0, "figures": {}}))
    assert not alive(house.store.watch.beats()[0])
    Watching(house).beat(0, doing="advance_day")
    (beat,) = house.store.watch.beats()
    assert read(beat).doing == "advance_day"


def test_a_worker_that_takes_over_a_partition_begins_to_count_anew(house: House) -> None:
    watching = Watching(house)
    append(house, [event(400, "viewed", {"page": "holdings", "seconds": 5})])
    watching.turned(careful_work(house, now=NOW, cache=Cache(states={}, told=watching.told)), 0.1)
    watching.beat(7)
    taken_over = next(beat for beat in house.store.watch.beats() if beat.slot == 7)
    assert read(taken_over).events == 0


def test_a_sign_of_life_of_another_version_counts_nothing(house: House) -> None:
    house.store.set_setting("worker_beat:9", json.dumps({"at_us": 0, "figures": {"turn": "long ago"}}))
    beat = next(beat for beat in house.store.watch.beats() if beat.slot == 9)
    assert read(beat) == WorkerFigures()


def test_late_timers_are_counted_by_the_clock_of_the_house(house: House) -> None:
    before = house.store.watch.depths(NOW)
    with house.store.batch() as batch:
        batch.set_timer(idem="late", client_id="C000001", name="look:any", due=NOW - timedelta(hours=1))
    depths = house.store.watch.depths(NOW)
    assert depths.timers_late == before.timers_late + 1
    assert depths.timer_late_seconds == 3_600
    with house.store.batch() as batch:
        batch.cancel_timers("C000001", "look:any")
    assert house.store.watch.depths(NOW) == before


@FEW
@given(value=personal)
def test_nothing_a_client_says_or_a_source_sends_stands_in_the_log_of_the_worker(
    house: House, value: str
) -> None:
    number = house.store.count_events() + 1_000
    sent = [
        event(number, "searched", {"text": f"{value} 养老金"}),
        event(number + 1, "asked", {"text": value, "channel": "home"}),
        event(number + 2, "client_changed", {"name": value, "phone": value, "id_number": value}),
        event(number + 3, "complaint_made", {"text": value}),
    ]
    with logged() as log:
        with structlog.contextvars.bound_contextvars(trace_id=REQUEST):
            append(house, sent)
        careful_work(house, now=sent[-1].known_at, cache=Cache(states={}, told=Watching(house).told))
    assert len(log.lines("event taken")) == len(sent)
    assert value not in log.text()
    assert value not in json.dumps(log.lines(), ensure_ascii=False)


@FEW
@given(value=personal)
def test_nothing_a_request_holds_stands_in_the_log_of_the_pages(
    app: TestClient[Litestar], value: str
) -> None:
    headers = {"user-agent": value, "cookie": f"session={value}", "traceparent": value, "accept": "text/html"}
    sent = {name: text.encode() for name, text in headers.items()}
    fields = dict.fromkeys(("text", "q", "why", "name", "phone", "password", "next"), value)
    with logged() as log:
        for path in (f"/{value}", f"/clients/{value}", f"/clients/{value}/ask", "/sign-in", "/v1/events"):
            app.get(path, params={"q": value, "next": value}, headers=sent)
            app.post(path, data=fields, headers=sent | {"sec-fetch-site": b"same-origin"})
            app.post(path, json=[fields], headers=sent | {"authorization": f"Bearer {value}".encode()})
    assert len(log.lines("request")) == 15
    assert value not in log.text()
    assert value not in json.dumps(log.lines(), ensure_ascii=False)


@pytest.fixture(scope="module")
def app(house: House) -> Iterator[TestClient[Litestar]]:
    made = pages_for(house, demo=True, port=PORT, over=lambda _house: False)
    origin = f"http://127.0.0.1:{PORT}"
    with TestClient(made, base_url=origin, raise_server_exceptions=False) as client:
        yield client


@FEW
@given(value=personal)
def test_an_event_that_cannot_be_taken_in_is_told_without_its_words(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    from tongxing.app import worker  # noqa: PLC0415 - its turn is private

    house = house_for(tmp_path_factory.mktemp("aside") / "store.db", entropy=SeededEntropy(1))
    append(house, [event(1, "searched", {"text": value})])
    with pytest.MonkeyPatch.context() as patched, logged() as log:

        def broken(_state: object, one: Event, _book: object) -> None:
            raise ValueError(f"cannot fold {one.body}")

        patched.setattr("tongxing.profile.fold.apply", broken)
        worker._turn(house, {}, Watching(house), Cache(states={}), does_jobs=True, slot=0)
    house.store.close()
    (line,) = log.lines("set aside: its client hears nothing")
    assert line["what"] == "searched"
    assert "ValueError" in str(line["why"])
    assert value not in log.text()
    assert value not in json.dumps(log.lines(), ensure_ascii=False)
