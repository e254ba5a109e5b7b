"""The fold and the lake are two compilers of one declaration: they never differ."""

from datetime import datetime, timedelta
from pathlib import Path
from sys import path as module_path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytest.importorskip("ibis", reason="the analytics extra is not installed")
pytest.importorskip("duckdb", reason="the analytics extra is not installed")

from tongxing.adapters.book_files import load
from tongxing.adapters.lake.features_ibis import connect, features_of_all
from tongxing.adapters.lake.lake_rows import lake_tables, pseudonym
from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event
from tongxing.profile import fold, tiles
from tongxing.profile.integer_ops import IntegerOps
from tongxing.profile.signs import NAMES

module_path.append(str(Path(__file__).parents[1] / "profile"))

from profile_streams import START, stream

BOOK = load(sign_names=NAMES)
LAKE = connect()


def folded(events: list[Event], as_of: datetime, book: Book) -> dict[int, dict[str, int | None]]:
    """Every client's features by the fold, through a packed state, as of an instant."""
    by_client: dict[str, list[Event]] = {}
    for event in events:
        by_client.setdefault(event.client_id, []).append(event)
    found = {}
    for client_id, own in by_client.items():
        state = fold.refold(client_id, own, as_of=as_of, book=book)
        found[pseudonym(client_id, b"")] = tiles.features(fold.unpack(fold.pack(state)).slots, seconds(as_of))
    return found


@pytest.mark.parametrize("days", [30, 200, 421])
def test_fold_and_lake_give_the_same_integers_as_of_any_day(days: int) -> None:
    events = stream(seed=days, clients=40, events=3_000)
    as_of = START + timedelta(days=days, seconds=41_234)
    assert features_of_all(lake_tables(events, BOOK.words), as_of=as_of) == folded(events, as_of, BOOK)


@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10**6), minutes=st.integers(0, 430 * 1440), count=st.integers(0, 120))
def test_fold_and_lake_agree_on_any_small_stream(seed: int, minutes: int, count: int) -> None:
    events = stream(seed=seed, clients=3, events=count)
    as_of = START + timedelta(minutes=minutes)
    assert features_of_all(lake_tables(events, BOOK.words), as_of=as_of) == folded(events, as_of, BOOK)


def test_the_fold_does_not_depend_on_the_order_of_arrival() -> None:
    events = stream(seed=7, clients=1, events=400)
    as_of = datetime(2026, 4, 1, tzinfo=BEIJING)
    wanted = folded(events, as_of, BOOK)
    chance = np.random.Generator(np.random.PCG64(8))
    for _ in range(5):
        shuffled = [events[place] for place in chance.permutation(len(events))]
        assert folded(shuffled, as_of, BOOK) == wanted


def test_a_valuation_known_later_replaces_the_one_of_its_day_in_both() -> None:
    def valued(seq: str, known: datetime, value: int) -> Event:
        body = {
            "date": "2026-03-02",
            "value_fen": value,
            "cash_fen": 0,
            "flow_fen": 0,
            "unit_ppm": value,
            "sector_ppm": {},
            "price_date": "2026-03-02",
        }
        return Event(
            source="house.close",
            source_seq=seq,
            client_id="C1",
            ts=known,
            known_at=known,
            kind="day_valued",
            body=body,
        )

    close = datetime(2026, 3, 2, 15, 30, tzinfo=BEIJING)
    events = [valued("b", close + timedelta(days=1), 200), valued("a", close, 100)]
    as_of = close + timedelta(days=2)
    lake = features_of_all(lake_tables(events, BOOK.words), as_of=as_of)
    assert lake == folded(events, as_of, BOOK)
    assert lake[pseudonym("C1", b"")]["value_fen"] == 200


def test_what_became_known_later_does_not_count_in_either() -> None:
    events = stream(seed=3, clients=2, events=200)
    as_of = START + timedelta(days=100)
    early = [event for event in events if event.known_at < as_of]
    assert 0 < len(early) < len(events)
    with_all = features_of_all(lake_tables(events, BOOK.words), as_of=as_of)
    assert with_all == folded(early, as_of, BOOK)


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    a=st.none() | st.integers(-(10**17), 10**17),
    b=st.none() | st.integers(-5, 5) | st.integers(1, 10**17),
    scale=st.sampled_from([1, 10_000, 1_000_000]),
)
def test_a_ratio_is_cut_downward_alike_in_both(a: int | None, b: int | None, scale: int) -> None:
    text = ["NULL" if value is None else str(value) for value in (a, b)]
    query = f"SELECT tongxing_ratio({text[0]}::BIGINT, {text[1]}::BIGINT, {scale}::BIGINT)"
    assert LAKE.con.execute(query).fetchone() == (IntegerOps(today=None).ratio(a, b, scale),)
