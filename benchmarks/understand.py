"""What the assistant understands, on ways of writing it has never seen; never in-sample."""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from sklearn.metrics import f1_score  # type: ignore[import-untyped]

from benchmarks.measure import Figure, percentile
from tongxing.adapters.book_files import load
from tongxing.adapters.corpus_files import load_corpus
from tongxing.adapters.encoder import sentence_encoder
from tongxing.domain.utterances import Understanding, Utterance
from tongxing.profile.signs import NAMES
from tongxing.service.understand import TEST_STYLES, Listener

ON = date(2026, 5, 6)
BINS = 10


def run(_arguments: argparse.Namespace) -> Iterator[Figure]:
    """All figures of understanding, with the features that this machine has."""
    corpus, _digest = load_corpus()
    unseen = [one for one in corpus if one.style in TEST_STYLES]
    encoder = sentence_encoder()
    start = time.perf_counter()
    listener = Listener(corpus, load(sign_names=NAMES), ON, encoder)
    trained_s = time.perf_counter() - start
    note = (
        ("encoder + n-grams" if encoder else "n-grams alone")
        + "; unseen styles: "
        + ", ".join(sorted(TEST_STYLES))
    )
    read, seconds = [], []
    for one in unseen:
        start = time.perf_counter()
        read.append(listener.read(one.text))
        seconds.append(time.perf_counter() - start)
    n = len(unseen)
    for metric, value in figures(unseen, read).items():
        yield Figure(metric=metric, value=value, unit="share", n=n, note=note)
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        yield Figure(
            metric=f"turn_{name}", value=percentile(seconds, share) * 1000, unit="ms", n=n, note=note
        )
    yield Figure(metric="trained", value=trained_s, unit="s", n=len(corpus) - n, note=note)


def figures(said: Sequence[Utterance], read: Sequence[Understanding]) -> dict[str, float]:
    """Shares between 0 and 1; ECE in ten equal bins of the probability of the intent."""
    right = np.array([a.intent == b.intent for a, b in zip(said, read, strict=True)])
    p = np.array([one.p for one in read])
    kept = np.array([not one.abstained for one in read])
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = [abs(right[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in set(bins)]
    wanted = np.array([one.distressed for one in said])
    found = np.array([one.distress for one in read])
    crisis = np.array([one.mark == "crisis" for one in said])
    called = np.array([one.crisis for one in read])
    idioms = np.array([one.mark == "idiom" for one in said])
    emotions = [one.emotion for one in said]
    felt = [one.emotion for one in read]
    return {
        "intent_accuracy": float(right.mean()),
        "intent_macro_f1": float(
            f1_score([one.intent for one in said], [one.intent for one in read], average="macro")
        ),
        "intent_ece": float(sum(gaps)),
        "abstained": float(1 - kept.mean()),
        "intent_accuracy_when_answered": float(right[kept].mean()),
        "emotion_accuracy": float(np.mean([a == b for a, b in zip(emotions, felt, strict=True)])),
        "emotion_macro_f1": float(f1_score(emotions, felt, average="macro")),
        "distress_recall": float(found[wanted].mean()),
        "distress_precision": float(wanted[found].mean()) if found.any() else 0.0,
        "crisis_recall": float(called[crisis].mean()),
        "crisis_false_alarms": float(called[~wanted].mean()),
        "idiom_false_alarms": float(found[idioms].mean()),
    }
