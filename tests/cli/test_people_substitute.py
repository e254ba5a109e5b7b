"""An administrator at the machine arranges who stands in for an absent adviser."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import open_store
from tongxing.cli import app
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Licence
from tongxing.domain.person import Person, Role

START = datetime(2026, 5, 6, 2, tzinfo=UTC)
DAY = START.astimezone(BEIJING).date()
LICENCE = Licence(number="S1230626050001", scopes=("advice",), valid_to=date(2099, 12, 31))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store of the market clock with two advisers."""
    place = tmp_path / "house.db"
    store = open_store(place, entropy=OsEntropy(), synchronous="OFF")
    store.set_setting("clock", "market")
    store.set_setting("market_now", START.isoformat())
    for number, name in ((1, "林知行"), (2, "周予安")):
        store.people.add(
            Person(
                person_id=f"adviser-{number}", name=name, role=Role.ADVISER, team=f"{number}", licence=LICENCE
            )
        )
    store.close()
    return place


def run(path: Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["people", "substitute", *more, "--store", str(path)])


def test_it_holds_from_the_first_day_to_the_last(path: Path) -> None:
    last = DAY + timedelta(days=1)
    answer = run(path, "adviser-1", "adviser-2", "--from", f"{DAY}", "--to", f"{last}")
    assert (answer.exit_code, answer.output.strip()) == (0, f"✓ adviser-2 for adviser-1, {DAY} to {last}")
    store = open_store(path, entropy=OsEntropy())
    days = [DAY + timedelta(days=number) for number in (-1, 0, 1, 2)]
    found = [store.people.substitutes.stands_in("adviser-2", "adviser-1", day) for day in days]
    (row,) = store.people.substitutes.open(DAY)
    store.close()
    assert found == [False, True, True, False]
    assert row.by == "system"


@pytest.mark.parametrize(
    ("people", "last", "said"),
    [
        (("adviser-1", "adviser-1"), 0, "nobody stands in for themselves"),
        (("adviser-1", "adviser-9"), 0, "both must be active advisers"),
        (("adviser-1", "adviser-2"), 92, "at most 92 days"),
    ],
)
def test_what_cannot_be_is_said_with_why(path: Path, people: tuple[str, str], last: int, said: str) -> None:
    answer = run(path, *people, "--from", f"{DAY}", "--to", f"{DAY + timedelta(days=last)}")
    assert answer.exit_code != 0
    assert said in " ".join(answer.output.split())
