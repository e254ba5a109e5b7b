"""The night seals the log by day, computes every client, and its figures are those of the live states."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

pytest.importorskip("ibis", reason="the analytics extra is not installed")
pytest.importorskip("duckdb", reason="the analytics extra is not installed")

from tongxing.adapters.lake.lake_store import FolderLake, LakeError
from tongxing.app import temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event, Retention
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.merges import merge
from tongxing.service.nightly import Night, lake_key, nightly
from tongxing.service.work import work
from tongxing.simulation.run import simulate

CLIENTS, DAYS = 40, 6
EVENING = datetime(2025, 3, 10, 23, 0, tzinfo=BEIJING)


@pytest.fixture(scope="module")
def lived() -> Iterator[House]:
    """A house after some simulated days."""
    with temporary_house(seed=5) as house:
        simulate(house, clients=CLIENTS, days=DAYS, seed=5, start=date(2025, 3, 3))
        yield house


def lake_of(house: House, folder: Path) -> FolderLake:
    return FolderLake(folder, key=lake_key(house), words=house.book.words)


def night(house: House, folder: Path, as_of: datetime = EVENING) -> Night:
    return nightly(house, lake_of(house, folder), as_of=as_of)


def said(text: str, seq: str, *, at: datetime, known: datetime, client_id: str) -> Event:
    return Event(
        source="app", source_seq=seq, client_id=client_id, ts=at, known_at=known, kind="searched",
        body={"text": text},
    )  # fmt: skip


def half_a_night(house: House, lake: FolderLake) -> None:
    with lake.sealing() as sealing:
        for stored in house.store.events(limit=500):
            sealing.add(stored)
        raise RuntimeError("power")


def test_the_lake_the_live_state_and_the_log_agree_on_every_figure(lived: House, tmp_path: Path) -> None:
    found = night(lived, tmp_path)
    assert (found.clients, found.differences) == (len(lived.store.client_ids()), ())
    assert found.compared >= CLIENTS // 4, "the sample of a small house is not empty"
    assert found.events == lived.store.count_events()


def test_a_second_night_finds_nothing_to_seal_and_the_same_figures(lived: House, tmp_path: Path) -> None:
    night(lived, tmp_path)
    before = sorted(path.name for path in tmp_path.rglob("*.parquet"))
    found = night(lived, tmp_path)
    assert (found.events, found.days, found.differences) == (0, 0, ())
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == before


def test_no_name_no_words_and_no_client_number_is_in_the_lake(lived: House, tmp_path: Path) -> None:
    night(lived, tmp_path)
    content = b"".join(path.read_bytes() for path in tmp_path.rglob("*.parquet"))
    client_id = lived.store.client_ids(limit=1)[0]
    assert content
    for secret in (client_id, "core", "house.close", "养老"):
        assert secret.encode() not in content


def test_what_comes_late_is_sealed_into_its_own_day_and_changes_the_figures(tmp_path: Path) -> None:
    with temporary_house(seed=6) as house:
        simulate(house, clients=CLIENTS, days=DAYS, seed=6, start=date(2025, 3, 3))
        first = night(house, tmp_path)
        late = EVENING + timedelta(hours=1)
        clients = house.store.client_ids()
        append(
            house,
            [
                said(
                    "养老金怎么买", f"late-{name}", at=EVENING - timedelta(days=3), known=late, client_id=name
                )
                for name in clients
            ],
        )
        work(house, now=late)
        second = night(house, tmp_path, late + timedelta(hours=1))
        assert first.differences == second.differences == ()
        assert second.days >= 1
        kept = lake_of(house, tmp_path).features_of(clients, as_of=late + timedelta(hours=1))
        assert all((kept[name]["pension_searches_7d"] or 0) >= 1 for name in clients)


def test_what_was_erased_is_gone_from_the_lake_the_next_night(tmp_path: Path) -> None:
    with temporary_house(seed=7) as house:
        simulate(house, clients=CLIENTS, days=DAYS, seed=7, start=date(2025, 3, 3))
        name = house.store.client_ids()[0]
        append(house, [said("养老金怎么买", "s1", at=EVENING, known=EVENING, client_id=name)])
        work(house, now=EVENING)
        later = EVENING + timedelta(hours=2)
        night(house, tmp_path, later)
        asked = Event(
            source="app", source_seq="e1", client_id=name, ts=later, known_at=later,
            kind="erasure_requested", body={"classes": ["behaviour"]},
        )  # fmt: skip
        append(house, [asked])
        work(house, now=later)
        house.store.erase(name, Retention.BEHAVIOUR)
        found = nightly(house, lake_of(house, tmp_path), as_of=later + timedelta(hours=1))
        assert found.differences == ()
        kept = lake_of(house, tmp_path).features_of([name], as_of=later + timedelta(hours=1))
        assert kept[name]["searches_30d"] == kept[name]["logins_30d"] == 0
        assert lake_of(house, tmp_path).features_of([name], as_of=later) == {}, "earlier evenings forget too"


def test_merged_records_have_the_features_of_the_fold(tmp_path: Path) -> None:
    with temporary_house(seed=8) as house:
        simulate(house, clients=CLIENTS, days=DAYS, seed=8, start=date(2025, 3, 3))
        away, into, *_others = house.store.client_ids()
        night(house, tmp_path)
        before = lake_of(house, tmp_path).features_of([away, into], as_of=EVENING)
        merge(house, away=away, into=into, at=EVENING)
        work(house, now=EVENING)
        later = EVENING + timedelta(days=1)
        found = nightly(house, lake_of(house, tmp_path), as_of=later, one_in=1)
        assert (found.compared, found.differences) == (found.clients, ())
        kept = lake_of(house, tmp_path).features_of([away, into], as_of=later)
        assert before[away]["logins_30d"]
        assert kept[into]["logins_30d"] == sum(before[name]["logins_30d"] or 0 for name in (away, into))


def test_a_night_that_was_broken_off_leaves_the_former_lake_in_force(lived: House, tmp_path: Path) -> None:
    night(lived, tmp_path)
    lake = lake_of(lived, tmp_path)
    before = lake.span(lake.days_of(lived.store.client_ids()[0]))
    with pytest.raises(RuntimeError, match="power"):
        half_a_night(lived, lake)
    again = night(lived, tmp_path)
    assert (again.events, again.differences) == (0, ())
    assert lake_of(lived, tmp_path).span(lake.days_of(lived.store.client_ids()[0])) == before
    assert not (tmp_path / "spool").exists()


def test_a_changed_definition_makes_the_lake_anew(lived: House, tmp_path: Path) -> None:
    night(lived, tmp_path)
    manifest = tmp_path / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"definitions": "', '"definitions": "0'))
    found = night(lived, tmp_path)
    assert found.events == lived.store.count_events()
    assert found.differences == ()


def test_a_folder_that_is_no_lake_is_refused_by_name(lived: House, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text("{]")
    with pytest.raises(LakeError, match=r"manifest\.json"):
        lake_of(lived, tmp_path)


def test_a_wrong_figure_in_the_lake_is_found(lived: House, tmp_path: Path) -> None:
    class Crooked(FolderLake):
        def features_of(self, client_ids, *, as_of):  # noqa: ANN001, ANN202
            found = super().features_of(client_ids, as_of=as_of)
            return {name: {**figures, "logins_30d": -1} for name, figures in found.items()}

    lake = Crooked(tmp_path, key=lake_key(lived), words=lived.book.words)
    found = nightly(lived, lake, as_of=EVENING)
    assert {one.feature for one in found.differences} == {"logins_30d"}
    assert len(found.differences) == found.compared
