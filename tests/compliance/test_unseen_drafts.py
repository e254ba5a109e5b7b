"""Drafts by two authors who knew the law and not the lists: how the words generalise.

Nobody who tunes the lists reads `drafts/unseen/`; this test tells rates and never texts, so that a failure
cannot be repaired by looking. (Author x was looked at once, after the first measurement; author y never.)
The goal, 5 % false clears and 10 % false refusals, is not reached: the bounds here hold what is, so that it
gets no worse, and `docs/measured.md` says what was seen at first sight.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from test_drafts import PLAIN, judged, over

UNSEEN = Path(__file__).parent / "drafts" / "unseen"
FALSE_CLEARS_MAX, FALSE_REFUSALS_MAX = 0.11, 0.23
NEVER = frozenset(
    {
        "ai_as_person",
        "ai_label",
        "aml_hint",
        "assessment_expired",
        "consent_marketing",
        "credentials",
        "crisis_script",
        "distress_hold",
        "licence",
        "personalisation_off",
        "sensitive_data",
        "suitability_c1l",
        "suitability_goal",
        "suitability_level",
        "unlicensed_marketing",
    }
)
"""Rules of which not one draft may be cleared: suitability, assessment, distress, consent, licence, …"""
Draft = tuple[str, bool, Mapping[str, object]]


def drafts(author: str) -> Iterator[Draft]:
    for page in sorted(UNSEEN.glob(f"unseen_{author}_*.yaml")):
        for entry in yaml.safe_load(page.read_text(encoding="utf-8")):
            given = over(PLAIN, entry.get("given", {}))
            for key, refused in (("refused", True), ("innocent", False)):
                for said in entry[key]:
                    changes = {"text": said} if isinstance(said, str) else said
                    draft = over(given, changes)
                    latin = str(draft["text"]).isascii() and "locale" not in changes
                    yield entry["rule"], refused, over(draft, {"locale": "en"}) if latin else draft


@pytest.mark.parametrize("author", ["x", "y"])
def test_drafts_never_looked_at_are_judged_right_within_bounds(author: str) -> None:
    wrong: Counter[str] = Counter()
    count: Counter[bool] = Counter()
    cleared = []
    for rule, refused, raw in drafts(author):
        count[refused] += 1
        found = judged(raw)
        if refused and not found:
            cleared.append(rule)
        wrong["refused"] += not refused and bool(found)
    assert min(count[True], count[False]) >= 60
    assert len(cleared) <= FALSE_CLEARS_MAX * count[True], sorted(cleared)
    assert wrong["refused"] <= FALSE_REFUSALS_MAX * count[False], wrong
    assert NEVER.isdisjoint(cleared)
