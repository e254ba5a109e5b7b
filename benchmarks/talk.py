"""A whole turn of the chat: facts from the store, answer, review, seal; and its stream to a browser."""

import re
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median

import httpx

from benchmarks.apart import apart
from benchmarks.measure import Figure, percentile
from benchmarks.web import HOST, served
from benchmarks.web_people import seats
from tongxing.adapters.corpus_files import load_corpus
from tongxing.app.house import house_for
from tongxing.app.jobs import fill
from tongxing.service.me_who import mine
from tongxing.service.talk_say import Wish, say
from tongxing.service.understand import TEST_STYLES
from tongxing.service.work import work

CLIENTS, WARM, BLOCK, BLOCKS, FRESH = 30, 40, 20, 25, 5
P50_MS, P99_MS, FIRST_MS, A_SECOND, MIB = 15.0, 60.0, 100.0, 50.0, 400.0
STREAMED = 40
CALM = (
    "我的账户为什么跌了",
    "第一个",
    "那就卖一半要多少钱",
    "为什么",
    "什么时候能到账",
    "怎么开通科创板",
    "个人养老金能省多少税",
)
KEY = re.compile(r'name="form_key" value="([^"]*)"')
MS = 1_000
Timed = list[tuple[float, float]]
"""Seconds on the wall and on the core of each turn."""


def run() -> Iterator[Figure]:
    """Turns in a process of their own, then messages to a served demo."""
    (late, fresh, mixed), peak = apart(turns)
    note = "one client, durable (SQLite FULL), sealed; the worker folds between turns"
    walls, cores = [wall for wall, _core in mixed], [core for _wall, core in mixed]
    for name, seconds, limits in (
        ("live_turn", walls, (P50_MS, P99_MS)),
        ("live_turn_on_the_core", cores, (0, 0)),
    ):
        for (part, share), limit in zip((("p50", 0.5), ("p99", 0.99)), limits, strict=True):
            taken = percentile(seconds, share) * MS
            peer = "limit" if limit else ""
            yield Figure(
                metric=f"{name}_{part}",
                value=taken,
                unit="ms",
                n=len(mixed),
                note=note,
                peer=peer,
                peer_value=limit,
            )
    rate = len(cores) / sum(cores)
    yield Figure(
        metric="live_turns",
        value=rate,
        unit="turns/s/core",
        n=len(mixed),
        note=note,
        peer="goal",
        peer_value=A_SECOND,
    )
    yield Figure(
        metric="late_turn",
        value=median(late) * MS,
        unit="ms on the core",
        n=len(late),
        note=f"turns from {BLOCK * BLOCKS + 1} on beside the first ones of {FRESH} others, in turn",
        peer="first turns",
        peer_value=median(fresh) * MS,
    )
    yield Figure(
        metric="live_memory",
        value=peak,
        unit="MiB",
        n=1,
        note="peak of the process",
        peer="limit",
        peer_value=MIB,
    )
    yield from _streamed()


def turns() -> tuple[list[float], list[float], Timed]:
    """Late turns of one client beside first ones of others, and unseen sentences by another."""
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        house = house_for(Path(folder) / "demo.db")
        fill(house, clients=CLIENTS)
        now = house.clock.now()
        held = {one: len(mine(house, one, now=now).state.positions()) for one in house.store.client_ids()}
        second, third, old, *others = sorted(held, key=lambda one: -held[one])

        def timed(client_id: str, text: str) -> tuple[float, float]:
            wall, core = time.perf_counter(), time.process_time()
            say(house, client_id, Wish(text=text), now=now)
            taken = time.perf_counter() - wall, time.process_time() - core
            work(house, now=now)
            return taken

        unseen = [one.text for one in load_corpus()[0] if one.style in TEST_STYLES]
        for text in islice(cycle((*CALM, *unseen)), WARM):
            timed(third, text)
        block = list(islice(cycle(CALM), BLOCK))
        for text in block * BLOCKS:
            timed(old, text)
        late, fresh = [], []
        for other in sorted(others, key=lambda one: abs(held[one] - held[old]))[:FRESH]:
            for text in block:
                late.append(timed(old, text)[1])
                fresh.append(timed(other, text)[1])
        mixed = [timed(second, text) for text in islice(cycle(unseen), 2 * len(unseen))]
        house.store.close()
        return late, fresh, mixed


def _streamed() -> Iterator[Figure]:
    """From sending a message to the first word and to the whole turn, over HTTP on the loopback address."""
    with tempfile.TemporaryDirectory(prefix="tongxing-bench-") as folder:
        store, log = Path(folder) / "demo.db", Path(folder) / "log.jsonl"
        house = house_for(store)
        fill(house, clients=CLIENTS)
        cookies = [seat.cookie for seat in seats(house).clients]
        house.store.close()
        with served(store, log) as port:
            told = [
                _asked(port, cookies[number % len(cookies)], number) for number in range(STREAMED + WARM)
            ][WARM:]
    note = "served demo with its worker, one reader"
    for place, name in enumerate(("first_word", "whole_turn")):
        seconds = [one[place] for one in told]
        for part, share in (("p50", 0.5), ("p99", 0.99)):
            peer, limit = ("limit", FIRST_MS) if name == "first_word" else ("", 0.0)
            yield Figure(
                metric=f"{name}_{part}",
                value=percentile(seconds, share) * MS,
                unit="ms",
                n=len(told),
                note=note,
                peer=peer,
                peer_value=limit,
            )


def _asked(port: int, cookie: str, number: int) -> tuple[float, float]:
    base = f"http://{HOST}:{port}"
    headers = {"Cookie": cookie, "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    with httpx.Client(headers=headers, timeout=60) as browser:
        found = KEY.search(browser.get(f"{base}/me/talk").text)
        fields = {"form_key": "" if found is None else found.group(1), "text": CALM[number % len(CALM)]}
        start, first = time.perf_counter(), 0.0
        with browser.stream("POST", f"{base}/me/talk/stream", data=fields) as answer:
            answer.raise_for_status()
            for line in answer.iter_lines():
                if line == "event: words" and not first:
                    first = time.perf_counter() - start
        return first, time.perf_counter() - start
