from collections.abc import Iterator
from pathlib import Path

import pytest
from runner import disappointments, run, scenarios

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app import house_for
from tongxing.service.house import House

FOLDER = Path(__file__).parents[2] / "scenarios"
SCENARIOS = [
    pytest.param(scenario, id=f"{path.stem}: {scenario['name']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for scenario in scenarios(path.read_text(encoding="utf-8"))
]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = house_for(tmp_path / "store.db", entropy=SeededEntropy(1))
    yield made
    made.store.close()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_house_behaves_as_the_page_promises(house: House, scenario: dict[str, object]) -> None:
    outcome = run(scenario, house, client_id="C000001")
    expect = scenario["expect"]
    assert isinstance(expect, dict)
    assert disappointments(expect, outcome) == []


def test_there_are_scenarios() -> None:
    assert len(SCENARIOS) >= 3 * 13
