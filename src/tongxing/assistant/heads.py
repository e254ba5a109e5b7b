"""Four linear judgements over one row of features, fitted in closed form and calibrated by style.

Each head is a ridge regression on yes (1) and no (0) for each of its classes; all heads share one solve.
Its scores become probabilities by a scale, and for a yes or no by an offset as well, of least log loss on
styles left out of the fit (Platt 1999; Guo et al. 2017).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from tongxing.assistant.grams import Grams, learn_grams
from tongxing.assistant.signals import Evidence, Signals
from tongxing.domain.utterances import Utterance

Floats: TypeAlias = NDArray[np.float64]
Singles: TypeAlias = NDArray[np.float32]
Encoder: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Sentences -> one vector of unit length each."""

CUE_WEIGHT = 0.2
"""Of a cue against the n-grams and the sentence vector, which have unit length each."""
BIAS = 0.3
RIDGE = 0.5
FOLDS_MAX = 5
SOLVED_TO, STEPS_MAX, TINY = 1e-4, 500, np.float32(1e-30)
ROWS = 256
"""Rows of a product at a time: what is made beside the sum stays small."""
SCALES = np.geomspace(1.0, 40.0, 60)
OFFSETS = np.linspace(-3.0, 3.0, 49)
YES_NO = ("no", "yes")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One judgement: its classes, its columns of the weights, and what makes its probabilities honest."""

    classes: tuple[str, ...]
    columns: slice
    scale: float
    offset: float
    """Added to the last class: only a head of yes and no has one."""

    def probabilities(self, scores: Floats) -> Floats:
        """Of each class, for one message."""
        raised = _raised(scores[self.columns][None, :], self.scale, self.offset)
        return np.asarray(raised[0] / raised.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What was learnt from one corpus; `with_encoder` says which features it needs."""

    grams: Grams
    gram_weights: NDArray[np.float32]
    other_weights: NDArray[np.float32]
    with_encoder: bool
    intent: Head
    emotion: Head
    distress: Head
    crisis: Head

    def scores(self, read: Evidence, encoder: Encoder | None) -> Floats:
        """One score for each class of each head."""
        places, values = self.grams.row(read.text)
        others = _others([read], encoder)[0]
        return np.asarray(values @ self.gram_weights[places] + others @ self.other_weights, dtype=np.float64)


def train(corpus: Sequence[Utterance], signals: Signals, encoder: Encoder | None) -> Heads:
    """Learn all heads; calibration uses scores for styles left out of the fit."""
    read = [signals.read(one.text) for one in corpus]
    grams = learn_grams([one.text for one in read])
    texts, others = [one.text for one in read], _others(read, encoder)
    likeness = others @ others.T
    for _columns, block in grams.blocks(texts):
        for start in range(0, len(texts), ROWS):
            likeness[start : start + ROWS] += block[start : start + ROWS] @ block.T
    labels = (
        [one.intent for one in corpus],
        [one.emotion for one in corpus],
        [_yes_or_no(one.distressed) for one in corpus],
        [_yes_or_no(one.mark == "crisis") for one in corpus],
    )
    wanted = [_one_hot(column) for column in labels]
    targets = np.hstack([hot for _classes, hot in wanted])
    unseen = _scores_of_unseen(likeness, targets, [one.style for one in corpus])
    solved = _solve(likeness, targets)
    start, heads = 0, []
    for classes, hot in wanted:
        columns = slice(start, start + len(classes))
        scale, offset = _calibrated(unseen[:, columns], hot)
        heads.append(Head(classes=classes, columns=columns, scale=scale, offset=offset))
        start = columns.stop
    return Heads(
        grams=grams,
        gram_weights=np.vstack([block.T @ solved for _columns, block in grams.blocks(texts)]),
        other_weights=others.T @ solved,
        with_encoder=encoder is not None,
        intent=heads[0],
        emotion=heads[1],
        distress=heads[2],
        crisis=heads[3],
    )


def _others(read: Sequence[Evidence], encoder: Encoder | None) -> NDArray[np.float32]:
    """Cues, a constant, and the sentence vectors when there is an encoder."""
    cues = np.array([one.cues for one in read], dtype=np.float32) * CUE_WEIGHT
    parts = [cues, np.full((len(read), 1), BIAS, dtype=np.float32)]
    if encoder is not None:
        parts.append(np.asarray(encoder([one.text for one in read]), dtype=np.float32))
    return np.hstack(parts)


def _solve(likeness: Singles, targets: Floats) -> Singles:
    """Weights of the sentences by conjugate gradients (Hestenes and Stiefel 1952), all columns at once.

    Beside the matrix it needs a few rows of memory; a direct solution needs the matrix twice more.
    """
    rest = targets.astype(np.float32)
    found, way = np.zeros_like(rest), rest.copy()
    left = (rest * rest).sum(axis=0)
    enough = left * SOLVED_TO**2
    for _ in range(STEPS_MAX):
        pushed = likeness @ way + RIDGE * way
        step = left / np.maximum((way * pushed).sum(axis=0), TINY)
        found += step * way
        rest -= step * pushed
        now = (rest * rest).sum(axis=0)
        if bool((now <= enough).all()):
            break
        way = rest + (now / np.maximum(left, TINY)) * way
        left = now
    return np.asarray(found, dtype=np.float32)


def _scores_of_unseen(likeness: Singles, targets: Floats, styles: Sequence[str]) -> Floats:
    """Each sentence scored by a fit without any sentence of its style."""
    fold_of = {style: place % FOLDS_MAX for place, style in enumerate(sorted(set(styles)))}
    folds = np.array([fold_of[style] for style in styles])
    scores = np.zeros_like(targets)
    for fold in set(fold_of.values()):
        out, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        scores[out] = likeness[np.ix_(out, rest)] @ _solve(likeness[np.ix_(rest, rest)], targets[rest])
    return scores


def _calibrated(scores: Floats, hot: Floats) -> tuple[float, float]:
    """Scale and offset of the least log loss."""
    offsets = OFFSETS if hot.shape[1] == len(YES_NO) else np.zeros(1)
    losses = [
        (float(_log_loss(_raised(scores, scale, offset), hot)), float(scale), float(offset))
        for scale in SCALES
        for offset in offsets
    ]
    _loss, scale, offset = min(losses)
    return scale, offset


def _log_loss(raised: Floats, hot: Floats) -> float:
    chosen = (raised * hot).sum(axis=1) / raised.sum(axis=1)
    return float(-np.log(np.clip(chosen, 1e-9, 1.0)).mean())


def _raised(scores: Floats, scale: float, offset: float) -> Floats:
    moved = scores * scale
    moved[:, -1] += offset
    return np.asarray(np.exp(moved - moved.max(axis=1, keepdims=True)), dtype=np.float64)


def _yes_or_no(value: bool) -> str:  # noqa: FBT001 - a label, no switch
    return YES_NO[value]


def _one_hot(labels: Sequence[str]) -> tuple[tuple[str, ...], Floats]:
    classes, places = np.unique(np.array(labels), return_inverse=True)
    return tuple(str(one) for one in classes), np.eye(len(classes))[places]
