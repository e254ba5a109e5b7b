"""What a version of the assistant understands of the style kept for the test; never of what it was taught."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tongxing.domain.utterances import Understanding, Utterance
from tongxing.measurement.rates import Rate, rate
from tongxing.service.understand import TEST_STYLES, Listener

UNSEEN = "sentences of the style kept for the test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Shares with their Wilson interval, and what was taken for what."""

    shares: tuple[Rate, ...]
    confused: tuple[tuple[str, str, int], ...]
    """(intent, taken for, how often), the most frequent first."""


def evaluate(listener: Listener, corpus: Sequence[Utterance]) -> Evaluation:
    """Judge a trained listener on the styles it never saw; raises `ValueError` where there are none."""
    unseen = [one for one in corpus if one.style in TEST_STYLES]
    if not unseen:
        raise ValueError(f"the corpus has no page of {', '.join(sorted(TEST_STYLES))}")
    return evaluated([(one, listener.read(one.text)) for one in unseen])


def evaluated(judged: Sequence[tuple[Utterance, Understanding]]) -> Evaluation:
    """The figures of judged sentences; an intent that is asked back counts as the likeliest one."""
    wrong = Counter((one.intent, read.intent) for one, read in judged if one.intent != read.intent)
    answered = [(one, read) for one, read in judged if not read.abstained]
    distressed = [(one, read) for one, read in judged if one.distressed]
    called = [(one, read) for one, read in judged if read.distress]
    crises = [(one, read) for one, read in judged if one.mark == "crisis"]
    return Evaluation(
        shares=(
            _share("intent_accuracy", sum(one.intent == read.intent for one, read in judged), len(judged)),
            _share("asked_back", len(judged) - len(answered), len(judged)),
            _share(
                "accuracy_when_answered",
                sum(one.intent == read.intent for one, read in answered),
                len(answered),
            ),
            _share("distress_recall", sum(read.distress for _one, read in distressed), len(distressed)),
            _share("distress_precision", sum(one.distressed for one, _read in called), len(called)),
            _share("crisis_recall", sum(read.crisis for _one, read in crises), len(crises)),
        ),
        confused=tuple((*pair, count) for pair, count in sorted(wrong.items(), key=lambda i: (-i[1], i[0]))),
    )


def _share(name: str, part: int, whole: int) -> Rate:
    return rate(name, part=part, whole=whole, formula=name, cohort=UNSEEN)
