"""Why a holding changed, as the desk of advice found it, as words of an answer."""

from collections.abc import Iterator

from tongxing.service.converse_live import Explain, Spoken
from tongxing.service.explain_client import Answer, answer, window_of
from tongxing.service.explain_file import ExplainError
from tongxing.service.explain_words import frame_values
from tongxing.service.me_who import Mine
from tongxing.wording.values import written


def explained_by(me: Mine) -> Explain:
    """For one client; where the desk cannot say, nothing is said."""

    def explain(code: str, locale: str) -> tuple[Spoken, ...]:
        try:
            window = window_of(me.house, None, None, now=me.now)
            found = answer(me, code, window, locale=locale)
        except ExplainError:
            return ()
        return tuple(_spoken(found, locale))

    return explain


def _spoken(found: Answer, locale: str) -> Iterator[Spoken]:
    """The frame, then every cause, so that they add up; then that a person looks at it where one does."""
    if found.told is None:
        return
    frame = frame_values(found.found, found.name)
    kinds = {"holding": "text", "start": "date", "end": "date", "as_of": "date"}
    shown = {
        name: written(value, kinds.get(name, "money_fen"), locale=locale) for name, value in frame.items()
    }
    yield Spoken(page="why_frame", words=found.told.lead, shown=shown)
    for cause, words in found.told.causes:
        amount = written(found.found.parts_fen[cause], "money_fen", locale=locale)
        yield Spoken(page=f"why_{cause.value.lower()}", words=words, shown={cause.value: amount})
    if found.told.hand_over:
        yield Spoken(page="why_hand_over", words=found.told.hand_over, shown={"all": found.told.hand_over})
