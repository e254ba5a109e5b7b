from datetime import datetime
from pathlib import Path

import pytest
from runner import Outcome, ScenarioError, disappointments, run, scenarios

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app import house_for
from tongxing.domain.clock import BEIJING

SENT = Outcome(sent=(("pension_guide", "个人养老金"),), refused={}, chosen=("pension_guide",))
KEPT = Outcome(sent=(), refused={"pension_guide": ("consent: personalised_service not given",)}, chosen=())


def test_a_kept_promise_disappoints_nobody() -> None:
    assert disappointments({"sent": ["pension_guide"], "words_contain": ["养老金"]}, SENT) == []
    assert disappointments({"refused": {"pension_guide": ["consent:"]}}, KEPT) == []
    assert disappointments({"silent": True}, KEPT) == []


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        ({"sent": ["pension_guide"]}, KEPT),
        ({"sent": ["loss_care"]}, SENT),
        ({"refused": {"pension_guide": ["consent"]}}, SENT),
        ({"refused": {"pension_guide": ["distress_hold"]}}, KEPT),
        ({"silent": True}, SENT),
        ({"words_contain": ["保本"]}, SENT),
    ],
)
def test_a_broken_promise_is_said(expect: dict[str, object], outcome: Outcome) -> None:
    assert disappointments(expect, outcome) != []


def test_what_nobody_expects_is_a_disappointment() -> None:
    both = Outcome(sent=(("pension_guide", ""), ("loss_care", "")), refused={}, chosen=())
    assert disappointments({"sent": ["pension_guide"]}, both) == ["loss_care was sent and is not expected"]


def test_a_card_that_comes_twice_is_a_disappointment() -> None:
    twice = Outcome(sent=(*SENT.sent, *SENT.sent), refused={}, chosen=())
    assert disappointments({"sent": ["pension_guide"]}, twice) == [
        "pension_guide was sent and is not expected"
    ]
    assert disappointments({"sent": ["pension_guide", "pension_guide"]}, SENT) != []


def test_words_of_a_scenario_stay_as_they_were_written() -> None:
    page = "- {name: no, at: 2026-05-06T10:30:00+08:00, code: 000300, hour: 15:00, fen: -5, on: true, off: ~}"
    (found,) = scenarios(page)
    assert found == {
        "name": "no",
        "at": datetime(2026, 5, 6, 10, 30, tzinfo=BEIJING),
        "code": "000300",
        "hour": "15:00",
        "fen": -5,
        "on": True,
        "off": None,
    }


@pytest.mark.parametrize(
    ("scenario", "why"),
    [
        ({"events": []}, "at least one event"),
        ({"events": [{"at": "2026-05-06T10:00:00", "searched": "x"}]}, "instant with zone"),
        ({"client": {"hair": "red"}, "events": [{"at": "2026-05-06T10:00:00+08:00"}]}, "unknown client keys"),
        ({"events": [{"at": "2026-05-06T10:00:00+08:00", "whispered": "x"}]}, "no short form"),
        ({"events": [{"at": "2026-05-06T10:00:00+08:00", "searched": "x", "asked": "y"}]}, "one kind"),
        ({"events": [{"at": "2026-05-06T10:00:00+08:00", "holdings": {"999999": 1}}]}, "not shipped"),
        ({"events": [{"at": "2026-05-06T10:00:00+08:00", "kind": "searched", "body": {"x": 1}}]}, "searched"),
    ],
)
def test_a_scenario_that_is_written_wrongly_is_refused(
    tmp_path: Path, scenario: dict[str, object], why: str
) -> None:
    house = house_for(tmp_path / "store.db", entropy=SeededEntropy(1))
    with pytest.raises(ScenarioError, match=why):
        run(scenario, house, client_id="C000001")
    house.store.close()
