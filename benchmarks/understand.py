"""What the assistant understands, on ways of writing it has never seen; never in-sample."""

import argparse
import time
from collections.abc import Iterator, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

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
    read, walls, cores = [], [], []
    for one in unseen:
        wall, core = time.perf_counter(), time.process_time()
        read.append(listener.read(one.text))
        walls.append(time.perf_counter() - wall)
        cores.append(time.process_time() - core)
    n = len(unseen)
    for metric, value in figures(unseen, read).items():
        yield Figure(metric=metric, value=value, unit="share", n=n, note=note)
    for name, seconds in (("turn", walls), ("turn_on_the_core", cores)):
        for part, share in (("p50", 0.5), ("p99", 0.99)):
            taken = percentile(seconds, share) * 1000
            yield Figure(metric=f"{name}_{part}", value=taken, unit="ms", n=n, note=note)
    yield Figure(metric="trained", value=trained_s, unit="s", n=len(corpus) - n, note=note)


def figures(said: Sequence[Utterance], read: Sequence[Understanding]) -> dict[str, float]:
    """Shares between 0 and 1; calibration of the intent that was given and of distress."""
    intents, emotions = [one.intent for one in said], [one.emotion for one in said]
    given, felt = [one.intent for one in read], [one.emotion for one in read]
    right = np.array([a == b for a, b in zip(intents, given, strict=True)])
    kept = np.array([not one.abstained for one in read])
    wanted = np.array([one.distressed for one in said])
    found = np.array([one.distress for one in read])
    crisis = np.array([one.mark == "crisis" for one in said])
    called = np.array([one.crisis for one in read])
    look_alikes = np.array([one.mark == "idiom" for one in said])
    return {
        "intent_accuracy": float(right.mean()),
        "intent_macro_f1": macro_f1(intents, given),
        "intent_ece": calibration_error(np.array([one.p for one in read]), right),
        "abstained": float(1 - kept.mean()),
        "intent_accuracy_when_answered": float(right[kept].mean()),
        "emotion_accuracy": float(np.mean([a == b for a, b in zip(emotions, felt, strict=True)])),
        "emotion_macro_f1": macro_f1(emotions, felt),
        "distress_recall": float(found[wanted].mean()),
        "distress_precision": float(wanted[found].mean()) if found.any() else 0.0,
        "distress_ece": calibration_error(np.array([one.distress_p for one in read]), wanted),
        "crisis_recall": float(called[crisis].mean()),
        "crisis_among_not_distressed": float(called[~wanted].mean()),
        "distress_among_look_alikes": float(found[look_alikes].mean()),
    }


def macro_f1(said: Sequence[str], given: Sequence[str]) -> float:
    """The mean over classes of 2tp / (2tp + fp + fn)."""
    shares = []
    for name in sorted(set(said)):
        both = sum(a == b == name for a, b in zip(said, given, strict=True))
        shares.append(2 * both / (said.count(name) + given.count(name)))
    return float(np.mean(shares))


def calibration_error(p: NDArray[np.float64], true: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins of the probability."""
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    return float(
        sum(abs(true[bins == b].mean() - p[bins == b].mean()) * (bins == b).mean() for b in set(bins))
    )
