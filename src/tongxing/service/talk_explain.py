"""Why a holding changed, as the desk of advice found it, as words of an answer."""

from collections.abc import Iterator
from datetime import date

from tongxing.assistant.periods import Span, span_in
from tongxing.domain.clock import BEIJING
from tongxing.domain.market import CalendarError
from tongxing.service.close_day import previous_close
from tongxing.service.converse_live import Explain, Spoken
from tongxing.service.explain_client import Answer, Window, answer, window_of
from tongxing.service.explain_file import ExplainError
from tongxing.service.explain_words import frame_values
from tongxing.service.me_who import Mine
from tongxing.service.ports import Market
from tongxing.wording.values import written


def explained_by(me: Mine) -> Explain:
    """For one client; where the desk cannot say, nothing is said."""

    def explain(code: str, question: str, locale: str) -> tuple[Spoken, ...]:
        for window in _windows(me, question):
            try:
                return tuple(_spoken(answer(me, code, window, locale=locale), locale))
            except ExplainError:
                continue
        return ()

    return explain


def _windows(me: Mine, question: str) -> Iterator[Window]:
    """The days asked about; where the desk knows nothing of them, the usual ones: the words name them."""
    span = span_in(question, me.now.astimezone(BEIJING).date())
    for asked in (span, None) if span else (None,):
        try:
            yield _window(me, asked)
        except (ExplainError, CalendarError):
            continue


def _window(me: Mine, span: Span | None) -> Window:
    """Raises `ExplainError` or `CalendarError` for days without published closes, and for too many."""
    house, now = me.house, me.now
    if span is None:
        return window_of(house, None, None, now=now)
    if not span.sessions:
        return window_of(house, span.after, span.until, now=now)
    last = previous_close(house, now)
    last = first = _session(house.market, min(span.until or last, last))
    for _ in range(span.sessions):
        first = house.market.previous_session(first)
    return window_of(house, first, last, now=now)


def _session(market: Market, day: date) -> date:
    """The session at or before a day."""
    return day if market.is_session(day) else market.previous_session(day)


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
