"""Drafts of our own making in `drafts/`, each rule from both sides, through the file door.

Each round was judged at first sight before anything was mended by it: cleared that must not be, and refused
that must not be. Lists of phrases alone: `voice_*` 160 of 180 and 9 of 154. Frames of classes of words, in
deliberately unusual wording: `second_look` 55 of 64 and 5 of 52, `free_speech_a` to `_c` 153 of 207 and 11 of
216. Frames and learned weights, in everyday wording: `third_look` 4 of 114 and 3 of 68, `fourth_look` 11 of
66 (English 4 of 9) and 3 of 49, `free_speech_d` 14 of 131 and 6 of 75, `fifth_look` 6 of 52 and 6 of 34,
`free_speech_e` 14 of 114 and 7 of 96. `free_speech_en` 44 of 65 and 2 of 48: English is known least. What was
mended or learned since passes; that these pass says how what we thought of is held, no more. `practice/`
holds drafts of other authors, learned from as they are and not mended one by one; `unseen/` has its own test.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from compliance_cases import BOOK

from tongxing.compliance.review import review
from tongxing.compliance.review_door import answer, draft_from
from tongxing.compliance.rule_ids import ids

DRAFTS = Path(__file__).parent / "drafts"
CONTRACT_RULES = frozenset(
    (DRAFTS / "contract_rules.txt").read_text(encoding="utf-8").split(),
)
PLAIN: dict[str, object] = {
    "locale": "zh-CN",
    "channel": "home",
    "nature": "education",
    "author": {"kind": "ai", "licence": None},
    "client": {"grade": "C3", "assessment_valid": True, "age": 38},
    "product": None,
    "initiative": "firm",
    "warning_chain": [],
    "labels": ["ai"],
    "at": "2026-05-06T10:30:00+08:00",
}
REFUSED_COUNT, INNOCENT_COUNT = 1246, 1002
WRONG_SHARE_MAX = 0.008
"""What rests on learned weights alone may fall to the wrong side when others are learned."""
PRACTISED_MIN, PRACTICE_WRONG_MAX = 900, 0.04
NAMED_SHARE_MIN = 0.95
"""The learned weights tell forbidden words from others better than one rule from another."""
Case = tuple[str, bool, Mapping[str, object]]


def over(base: Mapping[str, object], changes: Mapping[str, object]) -> dict[str, object]:
    """One object laid over another, field by field."""
    merged = dict(base)
    for name, value in changes.items():
        below = merged.get(name)
        both = isinstance(below, Mapping) and isinstance(value, Mapping)
        merged[name] = over(below, value) if both else value  # type: ignore[arg-type]
    return merged


def cases(folder: Path, pages: str) -> Iterator[Case]:
    for page in sorted(folder.glob(pages)):
        for entry in yaml.safe_load(page.read_text(encoding="utf-8")):
            given = over(PLAIN, entry.get("given", {}))
            for key, refused in (("refused", True), ("innocent", False)):
                for said in entry[key]:
                    changes = {"text": said} if isinstance(said, str) else said
                    latin = str(over(given, changes)["text"]).isascii()
                    yield (
                        entry["rule"],
                        refused,
                        over(given, {"locale": "en"} | changes if latin else changes),
                    )


CASES = tuple(cases(DRAFTS, "*.yaml"))


def judged(raw: Mapping[str, object]) -> set[str]:
    reasons = answer(review(draft_from(raw), book=BOOK))["reasons"]
    assert isinstance(reasons, list)
    return {reason["rule"] for reason in reasons}


JUDGED = {(rule, str(raw)): judged(raw) for rule, _refused, raw in CASES}
"""What every draft was refused for."""


def test_nearly_every_draft_is_judged_as_its_label_says() -> None:
    assert not any("unjudged" in found for found in JUDGED.values())
    wrong = [
        (rule, refused, raw["text"])
        for rule, refused, raw in CASES
        if bool(JUDGED[rule, str(raw)]) is not refused
    ]
    assert len(wrong) <= WRONG_SHARE_MAX * len(CASES), wrong


@pytest.mark.parametrize("folder", ["practice"])
def test_practice_drafts_are_judged_as_their_labels_say_but_for_a_few(folder: str) -> None:
    practised = tuple(cases(DRAFTS / folder, "*.yaml"))
    wrong = [(rule, raw["text"]) for rule, refused, raw in practised if bool(judged(raw)) is not refused]
    assert len(practised) > PRACTISED_MIN
    assert len(wrong) <= PRACTICE_WRONG_MAX * len(practised), wrong


def test_nearly_all_refusals_name_the_rule_of_the_label() -> None:
    named = [rule in JUDGED[rule, str(raw)] for rule, refused, raw in CASES if refused]
    assert sum(named) >= NAMED_SHARE_MIN * len(named)


def test_the_drafts_are_counted_and_cover_every_rule_of_the_contract() -> None:
    assert sum(refused for _rule, refused, _raw in CASES) == REFUSED_COUNT
    assert sum(not refused for _rule, refused, _raw in CASES) == INNOCENT_COUNT
    for wanted in (True, False):
        count = dict.fromkeys(CONTRACT_RULES, 0)
        for rule, refused, _raw in CASES:
            count[rule] = count.get(rule, 0) + (refused is wanted)
        assert not {rule for rule in CONTRACT_RULES if count[rule] < 3}


def test_the_contracts_rules_are_all_known() -> None:
    assert set(ids()) >= CONTRACT_RULES
