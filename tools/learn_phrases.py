# ruff: noqa: INP001 - a script, not a package
"""Learn which characters and pairs of characters forbidden drafts are made of, from our own labelled drafts.

Reads the drafts of `tests/compliance/drafts` (never those named `unseen*`, which are kept for measuring) and
the cards of the book, and writes `book/phrases/<locale>.learned.yaml`. Plain logistic regression by
stochastic gradient, in Python alone and with a fixed seed, so that the same drafts give the same page.
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
import yaml

from tongxing.adapters.book_files import page_texts
from tongxing.compliance.folding import fold
from tongxing.compliance.learned import Window, traits, windows

ROOT = Path(__file__).parent.parent
DRAFTS = ROOT / "tests" / "compliance" / "drafts"
PAGES = ROOT / "src" / "tongxing" / "book" / "phrases"
LOCALES = ("zh-CN",)
"""English drafts are too few to learn from: the frames judge them alone."""
SCALE = 1_000
SEEN_MIN = 2
SMOOTHING = 10
RATIO_MIN = 3
SLOT = re.compile(r"\{\w+\}")
OF_THE_CONTEXT = "context.yaml"
"""Its drafts are refused for their context; what it calls innocent is innocent in its words as well."""
EXAMPLES = "examples"
CARDS = "cards"
"""Our own cards teach what is innocent; they are not asked, so the bar is not measured on them."""
OF_THE_AUTHOR = frozenset({"ai_as_person"})
"""Forbidden to a machine, allowed to a person: not a matter of words alone."""
ROLES = ("title", "body", "why", "risk_note")
SAYS_NOTHING = frozenset('。,;:\n "“”')
"""Marks that stand in every text."""
ROUNDS = 40
RATE = 2.0
DECAY = 1e-5
FALSE_REFUSALS_BP = 500
"""How many innocent drafts in 10,000 the learned weights may refuse, in cross-validation by file."""
SEED = 20_260_506


@dataclass(frozen=True)
class Example:
    """A folded draft with its label."""

    part: str
    """Its file: what is left out at a time in cross-validation."""
    locale: str
    rule: str
    text: str
    refused: bool


@dataclass(frozen=True)
class Weights:
    """What was learned."""

    of_trait: dict[str, float]

    def score(self, window: Window) -> float:
        """How much a window of text reads like a forbidden draft; above the bar it is one."""
        known = [self.of_trait[trait] for trait in traits_of(window) if trait in self.of_trait]
        return sum(sorted(known)) / math.sqrt(max(len(known), 1))


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
    for page in sorted(DRAFTS.glob("*.yaml")):
        if page.name.startswith("unseen"):
            continue
        for entry in yaml.safe_load(page.read_text(encoding="utf-8")):
            if entry["rule"] in OF_THE_AUTHOR:
                continue
            for refused in (True, False) if page.name != OF_THE_CONTEXT else (False,):
                for said in entry["refused" if refused else "innocent"]:
                    text = said if isinstance(said, str) else (entry.get("given", {}) | said)["text"]
                    locale = "en" if text.isascii() else "zh-CN"
                    found.append(Example(page.stem, locale, entry["rule"], fold(text, **rows), refused))
    found += [
        Example(EXAMPLES, "zh-CN", rule, fold(text, **rows), refused)
        for rule, text, refused in _frame_examples()
        if rule not in OF_THE_AUTHOR and not rule.startswith("context_")
    ]
    pages, _ = page_texts()
    for path, page_text in sorted(pages.items()):
        if path.startswith("texts/"):
            found += [
                Example(CARDS, locale, "ordinary", fold(text, **rows), False)
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
    """Logistic regression over the grams of whole drafts, and of every part of an innocent one."""
    texts = [(sentences(example.text), example.refused) for example in known]
    texts += [
        (part, False)
        for example in known
        if not example.refused
        for part in windows(example.text)
        if part != sentences(example.text)
    ]
    seen = Counter(trait for text, _ in texts for trait in traits_of(text) if SAYS_NOTHING.isdisjoint(trait))
    rows = [(sorted(t for t in traits_of(text) if seen[t] >= SEEN_MIN), label) for text, label in texts]
    of_trait: dict[str, float] = defaultdict(float)
    chance = np.random.default_rng(SEED)
    for round_ in range(ROUNDS):
        rate = RATE / (1 + round_ / 8)
        for place in chance.permutation(len(rows)):
            row, label = rows[place]
            each = 1 / math.sqrt(max(len(row), 1))
            score = each * sum(of_trait[trait] for trait in row)
            miss = float(label) - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            for trait in row:
                of_trait[trait] += rate * (miss * each - DECAY * of_trait[trait])
    return Weights(dict(of_trait))


def sentences(text: str) -> Window:
    """A whole text as one window."""
    return tuple(dict.fromkeys(sentence for window in windows(text) for sentence in window))


def traits_of(window: Window) -> set[str]:
    """All traits of the sentences of a window."""
    return set().union(*map(traits, window))


def highest(weights: Weights, text: str) -> float:
    """The score of the worst window."""
    return max(weights.score(part) for part in windows(text))


def bar(scores: Sequence[tuple[float, bool]]) -> float:
    """The score that so many innocent drafts in 10,000 exceed."""
    innocent = sorted(score for score, refused in scores if not refused)
    return innocent[math.ceil(len(innocent) * (10_000 - FALSE_REFUSALS_BP) / 10_000) - 1]


def cross_validated(known: Sequence[Example]) -> list[tuple[float, bool]]:
    """Each draft judged by weights that never saw its file."""
    scores = []
    for part in sorted({example.part for example in known} - {CARDS, EXAMPLES}):
        weights = learn([example for example in known if example.part != part])
        here = [(highest(weights, e.text), e.refused) for e in known if e.part == part]
        scores += here
    return scores


def naming(known: Sequence[Example]) -> dict[str, dict[str, object]]:
    """Rule -> how its drafts are told from those of the others: naive Bayes, in tenths of a log chance."""
    refused = [example for example in known if example.refused]
    per_rule = Counter(example.rule for example in refused)
    whole = Counter(trait for example in refused for trait in traits_of(sentences(example.text)))
    within: dict[str, Counter[str]] = defaultdict(Counter)
    for example in refused:
        within[example.rule].update(traits_of(sentences(example.text)))

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


def write(locale: str, known: Sequence[Example], at: float) -> None:
    """Learn from all drafts and write the page."""
    weights = learn(known)
    page = {
        "learned": {
            "bar": round(at * SCALE),
            "source": f"learned from {len(known)} drafts of this house",
            "weights": rows_of({trait: round(weight * SCALE) for trait, weight in weights.of_trait.items()}),
            "rules": naming(known),
        },
    }
    head = "# Made by tools/learn_phrases.py from tests/compliance/drafts: do not edit by hand.\n"
    text = head + yaml.safe_dump(page, allow_unicode=True, width=4_000)
    (PAGES / f"{locale}.learned.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Learn each locale, say how it does on drafts whose file it did not see, and write the pages."""
    everything = examples()
    for locale in LOCALES:
        known = [example for example in everything if example.locale == locale]
        scores = cross_validated(known)
        at = bar(scores)
        refused = [score for score, label in scores if label]
        innocent = [score for score, label in scores if not label]
        sys.stdout.write(f"{locale}: {len(known)} drafts; bar {at:.3f}\n")
        sys.stdout.write(f"caught {sum(score > at for score in refused)} of {len(refused)} to refuse\n")
        sys.stdout.write(f"refused {sum(score > at for score in innocent)} of {len(innocent)} innocent\n")
        write(locale, known, at)


if __name__ == "__main__":
    main()
