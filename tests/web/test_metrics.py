import json
import re
from collections.abc import Mapping

import pytest
from page_house import Browser
from prometheus_client.parser import text_string_to_metric_families

from tongxing.service.house import House
from tongxing.service.round import WorkReport
from tongxing.service.watch_figures import WorkerFigures, encode

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def figures(client: Browser) -> Mapping[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_page_is_counted_under_its_template_and_never_under_its_path(client: Browser) -> None:
    key = "tongxing_http_requests_total", (("method", "GET"), ("route", "/static/{name}"), ("status", "404"))
    before = figures(client).get(key, 0)
    client.get("/static/C000001-13800138000.js")
    after = figures(client)
    assert after[key] == before + 1
    text = client.get("/metrics").text
    assert "13800138000" not in text
    assert not re.search(r"C\d{6}", text)


def test_an_address_nobody_serves_makes_no_label_of_its_own(client: Browser) -> None:
    client.get("/nowhere/6222020200112233445")
    client.request("BREW", "/nowhere")
    found = figures(client)
    routes = {dict(labels).get("route") for name, labels in found if name == "tongxing_http_requests_total"}
    methods = {dict(labels).get("method") for name, labels in found if name == "tongxing_http_requests_total"}
    assert "unmatched" in routes
    assert not any("622202" in str(route) for route in routes)
    assert "OTHER" in methods
    assert "BREW" not in methods


def test_queues_of_the_store_are_told(client: Browser, house: House) -> None:
    house.store.people.settle_looks()
    found = figures(client)
    assert found["tongxing_store_up", ()] == 1
    assert found["tongxing_events_taken_total", ()] == house.store.count_events()
    assert found["tongxing_lag_events", ()] == house.store.lag()
    assert found["tongxing_leaves_sealed_total", ()] == house.store.count_leaves()
    late = found["tongxing_timers_late", ()]
    assert (found["tongxing_timer_late_seconds", ()] > 0) == (late > 0)


def test_the_worker_counts_in_its_own_process_and_is_read_here(client: Browser, house: House) -> None:
    worker = WorkerFigures(book=house.book.digest, decisions={"cleared": 3, "refused": 1})
    worker.refusals["quiet_hours"] = 2
    worker.turned(WorkReport(events=40), 0.02)
    house.store.watch.beat(0, encode(worker))
    found = figures(client)
    assert found["tongxing_worker_up", (("worker", "0"),)] == 1
    assert found["tongxing_events_folded_total", (("worker", "0"),)] == 40
    assert found["tongxing_decisions_total", (("outcome", "cleared"), ("worker", "0"))] == 3
    assert found["tongxing_refusals_total", (("rule", "quiet_hours"), ("worker", "0"))] == 2
    assert found["tongxing_turn_seconds_bucket", (("le", "0.01"), ("worker", "0"))] == 0
    assert found["tongxing_turn_seconds_bucket", (("le", "0.025"), ("worker", "0"))] == 1
    assert found["tongxing_turn_seconds_count", (("worker", "0"),)] == 1


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_figures_are_not_given_through_a_proxy(client: Browser, header: str) -> None:
    assert client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 404


def test_the_process_lives_whatever_its_worker_does(client: Browser) -> None:
    assert client.get("/health/live").json() == {"status": "live"}


def test_a_house_whose_worker_is_silent_is_not_ready(client: Browser, house: House) -> None:
    house.store.set_setting("worker_beat:0", json.dumps({"at_us": 0, "figures": {}}))
    silent = client.get("/health/ready")
    assert silent.status_code == 503
    assert silent.headers["content-type"].startswith("application/problem+json")
    assert silent.json()["checks"] == {"store": True, "migrations": True, "book": True, "worker": False}

    house.store.watch.beat(0, encode(WorkerFigures()))
    ready = client.get("/health/ready")
    assert ready.status_code == 200
    assert ready.json()["book"] == house.book.digest


def test_every_answer_names_its_trace_and_a_callers_own_is_kept(client: Browser) -> None:
    own = client.get("/health/live", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
    assert own.headers["x-trace-id"] == TRACE
    made = {client.get("/nowhere").headers["x-trace-id"] for _ in range(3)}
    assert len(made) == 3
    assert all(re.fullmatch("[0-9a-f]{32}", one) for one in made)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense",
        f"00-{TRACE}-0000000000000000-01",
        f"00-{'0' * 32}-00f067aa0ba902b7-01",
        f"ff-{TRACE}-00f067aa0ba902b7-01",
        f"00-{TRACE}-00f067aa0ba902b7-01-more",
        f"00-{TRACE[:-1]}张-00f067aa0ba902b7-01",
    ],
)
def test_a_malformed_traceparent_is_not_taken_over(client: Browser, header: str) -> None:
    answer = client.get("/health/live", headers={"traceparent": header.encode()})
    assert answer.status_code == 200
    assert answer.headers["x-trace-id"] != TRACE
