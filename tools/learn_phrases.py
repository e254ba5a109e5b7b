# ruff: noqa: INP001 - a script, not a package
"""Learn which characters and pairs of characters forbidden drafts are made of, from our own labelled drafts.

Reads the drafts of `tests/compliance/drafts` and its folder `practice` (never `unseen`, which is kept for
measuring) and the cards of the book, and writes `book/phrases/<locale>.learned.yaml`. Logistic regression by
gradient descent from zero, so that the same drafts give the same page. The bars are set by the practising
authors, each judged by weights that never saw a draft of theirs: what a stranger writes is like that.
Usage: python tools/learn_phrases.py
"""

import math
import re
import runpy
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml

from tongxing.adapters.book_files import page_texts
from tongxing.compliance.folding import fold
from tongxing.compliance.learned import traits, windows

ROOT = Path(__file__).parent.parent
DRAFTS = ROOT / "tests" / "compliance" / "drafts"
PAGES = ROOT / "src" / "tongxing" / "book" / "phrases"
LOCALES = ("zh-CN", "en")
PRACTICE = DRAFTS / "practice"
SCALE = 1_000
SEEN_MIN = 2
SMOOTHING = 10
RATIO_MIN = 3
SLOT = re.compile(r"\{\w+\}")
OF_THE_CONTEXT = "context.yaml"
"""Its drafts are refused for their context; what it calls innocent is innocent in its words as well."""
OF_CONTEXTS = frozenset(
    {
        *("ai_label", "licence", "consent_marketing", "personalisation_off", "distress_hold", "quiet_hours"),
        *("frequency_cap", "suitability_level", "suitability_c1l", "suitability_goal", "suitability_age"),
        *("assessment_expired", "missing_risk", "missing_timestamp", "crisis_script"),
    }
)
"""Rules that no word alone breaks."""
OF_THE_AUTHOR = frozenset({"ai_as_person"})
"""Forbidden to a machine, allowed to a person: not a matter of words alone."""
PRACTICE_WEIGHT = 4.0
ROLES = ("title", "body", "why", "risk_note")
ROUNDS = 400
PRIOR = 40.0
"""Variance of the weights before any draft was read."""
MEAN_OVERLAP = 0.06
"""About how like two drafts are: bounds the step of the descent."""
FALSE_REFUSALS_BP = 900
"""How many innocent drafts of a strange author in 10,000 the learned weights may refuse."""
EXCUSED_BP = 600
"""How many forbidden drafts of a strange author in 10,000 may fall below the score that excuses a match."""
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Example:
    """A folded draft with its label."""

    author: str
    """Of the practice folder, who wrote it: what is left out at a time; else empty."""
    locale: str
    rule: str
    text: str
    refused: bool

    @property
    def weight(self) -> float:
        """Practice drafts say the same in words that lists do not know: they teach more."""
        return PRACTICE_WEIGHT if self.author else 1.0


@dataclass(frozen=True)
class Weights:
    """What was learned."""

    of_trait: dict[str, float]

    def score(self, text: str) -> float:
        """How much the worst window of a text reads like a forbidden draft; above zero: more than not."""
        return max(map(self._of_window, windows(text)))

    def _of_window(self, window: str) -> float:
        known = [self.of_trait[trait] for trait in sorted(traits(window)) if trait in self.of_trait]
        return sum(known) / math.sqrt(max(len(known), 1))


def folding() -> dict[str, tuple[str, ...]]:
    """The folding rows of the book, read from their pages."""
    pages, _ = page_texts()
    rows = {**yaml.safe_load(pages["rules/compliance.yaml"]), **yaml.safe_load(pages["rules/phrasing.yaml"])}

    def value(name: str) -> tuple[str, ...]:
        return tuple(rows[name]["rows"][-1]["value"])

    return {
        "characters": value("fold_characters") + value("fold_look_alikes"),
        "words": value("fold_words") + value("fold_spellings"),
    }


def examples() -> list[Example]:
    """All Chinese drafts that are judged by their words, and the sentences of our own cards."""
    rows = folding()
    found = []
    for page in sorted((*DRAFTS.glob("*.yaml"), *PRACTICE.glob("*.yaml"))):
        author = page.stem.partition("_")[0] if page.parent == PRACTICE else ""
        for entry in yaml.safe_load(page.read_text(encoding="utf-8")):
            if entry["rule"] in OF_THE_AUTHOR:
                continue
            by_context = page.name == OF_THE_CONTEXT or entry["rule"] in OF_CONTEXTS
            for refused in (False,) if by_context else (True, False):
                for said in entry["refused" if refused else "innocent"]:
                    text = said if isinstance(said, str) else (entry.get("given", {}) | said)["text"]
                    locale = "en" if text.isascii() else "zh-CN"
                    found.append(Example(author, locale, entry["rule"], fold(text, **rows), refused))
    found += [
        Example("", "zh-CN", rule, fold(text, **rows), refused)
        for rule, text, refused in _frame_examples()
        if rule not in OF_THE_AUTHOR | OF_CONTEXTS and not rule.startswith("context_")
    ]
    pages, _ = page_texts()
    for path, page_text in sorted(pages.items()):
        if path.startswith("texts/"):
            found += [
                Example("", locale, "ordinary", fold(text, **rows), False)
                for locale in LOCALES
                for text in _words_of(page_text, locale)
            ]
    return list({(example.text, example.refused): example for example in reversed(found)}.values())


def _frame_examples() -> Iterable[tuple[str, str, bool]]:
    """What the Chinese frames carry as examples, and the cases of their tests."""
    for path, text in sorted(page_texts()[0].items()):
        if path.startswith("phrases/zh-CN.") and "frames:" in text:
            for frame in yaml.safe_load(text)["frames"]:
                yield from ((frame["rule"], said, True) for said in frame["refuses"])
                yield from ((frame["rule"], said, False) for said in frame["passes"])
    cases = runpy.run_path(str(DRAFTS.parent / "phrase_cases.py"))
    for refused, name in ((True, "SAID"), (False, "INNOCENT")):
        for rule, texts in cases[name].items():
            yield from ((rule, said, refused) for said in texts if not said.isascii())


def _words_of(page: str, locale: str) -> Iterable[str]:
    """The words of a text page in one locale, with a figure in every slot."""
    for locales in yaml.safe_load(page)["channels"].values():
        for role, words in locales.get(locale, {}).items():
            if role in ROLES:
                yield SLOT.sub("5", words)


def learn(known: Sequence[Example]) -> Weights:
    """Logistic regression over the traits of whole drafts, each draft a vector of length one."""
    sets = [traits(example.text) for example in known]
    seen = Counter(trait for found in sets for trait in found)
    names = sorted(trait for trait, count in seen.items() if count >= SEEN_MIN)
    column = {trait: number for number, trait in enumerate(names)}
    matrix = np.zeros((len(known), len(names)), dtype=np.float32)
    for row, found in enumerate(sets):
        here = [column[trait] for trait in found if trait in column]
        matrix[row, here] = 1 / math.sqrt(max(len(here), 1))
    labels = np.array([example.refused for example in known], dtype=np.float32)
    heavy = np.array([example.weight for example in known], dtype=np.float32)
    for label in (0, 1):
        heavy[labels == label] *= len(known) / (2 * heavy[labels == label].sum())
    weights = _descended(matrix, labels, heavy)
    return Weights(dict(zip(names, map(float, weights), strict=True)))


def _descended(matrix: Floats, labels: Floats, heavy: Floats) -> Floats:
    """Nesterov's accelerated gradient: the loss is smooth and convex, and its slope is bounded.

    Without a constant: a text that says little speaks neither for nor against itself.
    """
    step = 1 / (0.25 * float(heavy.max()) * (len(labels) * MEAN_OVERLAP + 1) + 1 / PRIOR)
    at = ahead = np.zeros(matrix.shape[1], dtype=np.float32)
    for round_ in range(ROUNDS):
        miss = heavy * (1 / (1 + np.exp(-(matrix @ ahead))) - labels)
        after = ahead - step * (matrix.T @ miss + ahead / PRIOR)
        ahead = after + round_ / (round_ + 3) * (after - at)
        at = after
    return at


def cross_validated(known: Sequence[Example]) -> list[tuple[Example, float]]:
    """Each draft of a practising author judged by weights that never saw this author."""
    found = []
    for author in sorted({example.author for example in known if example.author}):
        weights = learn([example for example in known if example.author != author])
        found += [(e, weights.score(e.text)) for e in known if e.author == author]
    return found


def naming(known: Sequence[Example]) -> dict[str, dict[str, object]]:
    """Rule -> how its drafts are told from those of the others: naive Bayes, in tenths of a log chance."""
    refused = [example for example in known if example.refused]
    per_rule = Counter(example.rule for example in refused)
    whole = Counter(trait for example in refused for trait in traits(example.text))
    within: dict[str, Counter[str]] = defaultdict(Counter)
    for example in refused:
        within[example.rule].update(traits(example.text))

    def typical(rule: str) -> list[str]:
        ratios = {
            trait: round(10 * math.log(1 + count * len(refused) / (SMOOTHING * whole[trait])))
            for trait, count in sorted(within[rule].items())
            if whole[trait] >= SEEN_MIN
        }
        return rows_of({trait: ratio for trait, ratio in ratios.items() if ratio >= RATIO_MIN})

    return {
        rule: {
            "before": round(10 * math.log(count / len(refused))),
            "each": round(10 * math.log(SMOOTHING / (count + SMOOTHING))),
            "typical": typical(rule),
        }
        for rule, count in sorted(per_rule.items())
    }


def rows_of(numbers: dict[str, int]) -> list[str]:
    """`trait number` with bars between, forty to a row."""
    entries = [
        f"{trait} {number}"
        for trait, number in sorted(numbers.items())
        if number and "|" not in trait and not any(map(str.isspace, trait))
    ]
    return ["|".join(entries[start : start + 40]) for start in range(0, len(entries), 40)]


def share(scores: Sequence[float], bp: int) -> float:
    """The score that so many of 10,000 lie below."""
    return float(np.quantile(np.array(scores), bp / 10_000))


def write(locale: str, known: Sequence[Example], *, bar: float, excuse: float) -> None:
    """Learn from all drafts and write the page."""
    weights = learn(known)
    page = {
        "learned": {
            "bar": round(bar * SCALE),
            "excuse": round(excuse * SCALE),
            "source": f"learned from {len(known)} drafts of this house",
            "weights": rows_of({trait: round(weight * SCALE) for trait, weight in weights.of_trait.items()}),
            "rules": naming(known),
        },
    }
    head = "# Made by tools/learn_phrases.py from tests/compliance/drafts: do not edit by hand.\n"
    text = head + yaml.safe_dump(page, allow_unicode=True, width=4_000)
    (PAGES / f"{locale}.learned.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Learn each locale, say how it does on authors whose drafts it did not see, and write the pages."""
    everything = examples()
    for locale in LOCALES:
        known = [example for example in everything if example.locale == locale]
        scores = cross_validated(known)
        innocent = [score for example, score in scores if not example.refused]
        refused = [score for example, score in scores if example.refused]
        bar, excuse = share(innocent, 10_000 - FALSE_REFUSALS_BP), share(refused, EXCUSED_BP)
        sys.stdout.write(f"{locale}: {len(known)} drafts; bar {bar:.3f}, excuse {excuse:.3f}\n")
        for author in sorted({example.author for example, _ in scores}):
            for label in (True, False):
                here = [score for e, score in scores if e.author == author and e.refused is label]
                above = sum(score > bar for score in here)
                sys.stdout.write(f"{author} {'forbidden' if label else 'innocent'}: {above} of {len(here)}\n")
        write(locale, known, bar=bar, excuse=excuse)


if __name__ == "__main__":
    main()
