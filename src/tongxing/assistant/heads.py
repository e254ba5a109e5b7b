"""Four linear judgements over one set of features, trained from the corpus and calibrated by style."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]
from sklearn.model_selection import GroupKFold, cross_val_predict  # type: ignore[import-untyped]

from tongxing.domain.utterances import Utterance

Floats: TypeAlias = NDArray[np.float64]
Encoder: TypeAlias = Callable[[Sequence[str]], NDArray[np.float32]]
"""Sentences -> one vector of unit length each."""

ENCODER_WEIGHT = 3.0
"""Of the sentence vector against the character n-grams, both of unit length."""
REGULARISATION = 8.0
FOLDS_MAX = 5
TEMPERATURES = (0.1, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One judgement: a linear model and the temperature that makes its probabilities honest."""

    model: Any
    temperature: float

    def probabilities(self, features: Any) -> Floats:  # noqa: ANN401 - a scipy matrix has no type here
        """Row by sentence, column by class of `model.classes_`."""
        return _softmax(_scores(self.model.decision_function(features)) / self.temperature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What was learnt from one corpus; `with_encoder` says which features it needs."""

    grams: Any
    with_encoder: bool
    intent: Head
    emotion: Head
    distress: Head
    crisis: Head


def train(corpus: Sequence[Utterance], encoder: Encoder | None) -> Heads:
    """Learn all heads; calibration uses predictions for styles left out of the fit."""
    texts = [one.text for one in corpus]
    grams = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True, min_df=1)
    grams.fit(texts)
    matrix = features(grams, texts, encoder)
    groups = np.array([one.style for one in corpus])
    labels = (
        [one.intent for one in corpus],
        [one.emotion for one in corpus],
        [one.distressed for one in corpus],
        [one.mark == "crisis" for one in corpus],
    )
    intent, emotion, distress, crisis = (_head(matrix, np.array(column), groups) for column in labels)
    return Heads(
        grams=grams,
        with_encoder=encoder is not None,
        intent=intent,
        emotion=emotion,
        distress=distress,
        crisis=crisis,
    )


def features(grams: Any, texts: Sequence[str], encoder: Encoder | None) -> Any:  # noqa: ANN401 - as above
    """Character n-grams, and beside them the sentence vector when there is an encoder."""
    found = grams.transform(texts)
    if encoder is None:
        return found
    return hstack([found, csr_matrix(encoder(texts) * ENCODER_WEIGHT)], format="csr")


def _head(matrix: Any, labels: NDArray[Any], groups: NDArray[Any]) -> Head:  # noqa: ANN401 - as above
    model = LogisticRegression(C=REGULARISATION, max_iter=400)
    folds = GroupKFold(n_splits=min(FOLDS_MAX, len(set(groups))))
    unseen = cross_val_predict(model, matrix, labels, groups=groups, cv=folds, method="decision_function")
    model.fit(matrix, labels)
    return Head(model=model, temperature=_temperature(_scores(unseen), labels, model.classes_))


def _temperature(scores: Floats, labels: NDArray[Any], classes: NDArray[Any]) -> float:
    """The divisor of scores with the least log loss on unseen styles (Guo et al. 2017)."""
    columns = np.searchsorted(classes, labels)

    def loss(temperature: float) -> float:
        chosen = _softmax(scores / temperature)[np.arange(len(columns)), columns]
        return float(-np.log(np.clip(chosen, 1e-9, 1.0)).mean())

    return float(minimize_scalar(loss, bounds=TEMPERATURES, method="bounded").x)


def _scores(decision: Floats) -> Floats:
    """Two columns where the model gives the one score of a yes or no."""
    return decision if decision.ndim > 1 else np.column_stack([np.zeros_like(decision), decision])


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)
