"""Versions of the assistant: measured by one, approved by another, gone back from, each act sealed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tongxing.adapters.corpus_files import corpus_pages, packed, read_pages
from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.app.listening import TrainedAssistant, corpus_of
from tongxing.domain.person import Person, Role
from tongxing.domain.utterances import Understanding, Utterance
from tongxing.ledger.leaves import opens
from tongxing.service.assistant_evaluation import evaluated
from tongxing.service.assistant_versions import (
    MODEL,
    VersionRefusedError,
    acts,
    approve,
    in_force,
    keep_evaluation,
    roll_back,
)
from tongxing.service.house import House
from tongxing.service.versions import version_groups

PEOPLE = (
    Person(person_id="operations-1", name="唐沐阳", role=Role.OPERATIONS),
    Person(person_id="compliance-1", name="许静之", role=Role.COMPLIANCE),
    Person(person_id="auditor-1", name="韩守一", role=Role.AUDITOR),
)
OLD = corpus_pages()
ADDED = "intent\temotion\tmark\ttext\npension\tneutral\t\t养老账户里的钱什么时候能拿\n"
NEW = {**{name: OLD[name] for name in ("plain.tsv", "quick.tsv", "elder.tsv")}, "added.tsv": ADDED}
"""Small, so that a house can be trained on it in a second."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = house_for(tmp_path / "store.db", entropy=SeededEntropy(4))
    for person in PEOPLE:
        house.store.people.add(person)
    yield house
    house.store.close()


def digest(pages: dict[str, str]) -> str:
    return read_pages(pages)[1]


def taken(house: House, pages: dict[str, str]) -> str:
    """A corpus that one measured and another approved."""
    keep_evaluation(house, "operations-1", digest(pages), {"intent_accuracy": 840_000})
    approve(house, "compliance-1", digest(pages), packed(pages), "recall held")
    return digest(pages)


def why(doing: object) -> str:
    with pytest.raises(VersionRefusedError) as refused:
        doing()  # type: ignore[operator]
    return str(refused.value)


def test_before_any_approval_the_packaged_corpus_is_in_force(house: House) -> None:
    assert in_force(house.store) == ""
    assert corpus_of(house.store)[1] == digest(dict(OLD))


def test_an_approved_corpus_is_what_the_next_start_trains_on(house: House, tmp_path: Path) -> None:
    taken(house, NEW)
    again = house_for(tmp_path / "store.db", entropy=SeededEntropy(4))
    said, read = corpus_of(again.store)
    assert read == digest(NEW)
    assert "养老账户里的钱什么时候能拿" in {one.text for one in said}
    assert isinstance(again.assistant, TrainedAssistant)
    assert again.assistant.version.startswith(digest(NEW)[:12])
    again.store.close()


def test_going_back_brings_the_corpus_before_and_needs_one(house: House) -> None:
    old = taken(house, dict(OLD))
    assert why(lambda: roll_back(house, "operations-1", "complaints")) == "nothing_before"
    new = taken(house, NEW)
    assert in_force(house.store) == new
    roll_back(house, "operations-1", "complaints")
    assert in_force(house.store) == old
    assert corpus_of(house.store)[1] == old
    assert [one.act for one in acts(house.store)] == [
        "evaluated",
        "approved",
        "evaluated",
        "approved",
        "rolled_back",
    ]


def test_who_measured_cannot_approve_and_what_was_not_measured_is_not_approved(house: House) -> None:
    one, pages = digest(NEW), packed(NEW)
    assert why(lambda: approve(house, "compliance-1", one, pages, "good")) == "not_evaluated"
    keep_evaluation(house, "operations-1", one, {})
    assert why(lambda: approve(house, "operations-1", one, pages, "good")) == "same_person"
    assert why(lambda: approve(house, "compliance-1", one, pages, " ")) == "no_reason"
    assert why(lambda: approve(house, "auditor-1", one, pages, "good")) == "role"
    assert why(lambda: approve(house, "nobody-1", one, pages, "good")) == "role"
    assert in_force(house.store) == ""
    approve(house, "compliance-1", one, pages, "good")
    keep_evaluation(house, "operations-1", one, {})
    assert why(lambda: approve(house, "compliance-1", one, pages, "good")) == "in_force"


def test_each_act_is_sealed_with_who_when_and_why(house: House) -> None:
    taken(house, NEW)
    measured, approved = acts(house.store)
    for act, words in ((measured, "evaluated by operations-1"), (approved, "recall held")):
        found = house.store.leaf(act.leaf_index)
        version = house.store.proofs.version_at(act.leaf_index)
        assert found is not None
        assert version is not None
        assert words in version[2]
        assert opens(found[0].leaf, MODEL, version_groups(*version)[MODEL], found[2])
    assert measured.figures_ppm == {"intent_accuracy": 840_000}


def read(intent: str, *, abstained: bool = False, distress: bool = False) -> Understanding:
    return Understanding(
        intent=intent,
        p=0.9,
        abstained=abstained,
        choices=(),
        slots={},
        emotion="neutral",
        distress=distress,
        distress_p=0.5,
        crisis=False,
        crisis_p=0.0,
    )


def test_shares_and_confusions_are_those_of_the_sentences() -> None:
    one = Utterance(text="a", intent="pension", emotion="neutral", style="street")
    low = Utterance(text="b", intent="distress", emotion="sad", mark="distress", style="street")
    found = evaluated(
        [
            (one, read("pension")),
            (one, read("transfer", abstained=True)),
            (low, read("distress", distress=True)),
            (low, read("human")),
        ]
    )
    shares = {share.name: (share.part, share.whole) for share in found.shares}
    assert shares == {
        "intent_accuracy": (2, 4),
        "asked_back": (1, 4),
        "accuracy_when_answered": (2, 3),
        "distress_recall": (1, 2),
        "distress_precision": (1, 1),
        "crisis_recall": (0, 0),
    }
    assert found.confused == (("distress", "human", 1), ("pension", "transfer", 1))
