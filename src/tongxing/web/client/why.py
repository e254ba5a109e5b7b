"""Why a holding rose or fell: the causes of its change, in words, as a chart and as a table."""

from collections.abc import Mapping
from datetime import date

from litestar import get
from litestar.background_tasks import BackgroundTask, BackgroundTasks
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.explain_client import Answer, Window, answer, window_of
from tongxing.service.explain_file import ExplainError
from tongxing.service.explain_keep import keep
from tongxing.service.me_who import Mine
from tongxing.web.client.own import UNPROCESSABLE, Drawn, own_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import has, speak, t

CODE_LENGTH_MAX = 20
DAY_LENGTH = 10
Values = Mapping[str, object]


@get("/me/holdings/{code:str}/why", act="own.read", sync_to_thread=False)
def holding_why(request: PageRequest, code: FromPath[str]) -> Drawn:
    """Why one of my holdings changed between two days."""
    own = own_of(request)
    me = own.mine()
    values, status = why_values(request, me, code)
    values |= {"here": f"/me/holdings/{code}/why", "up": "/me/holdings"}
    drawn = own.draw("why_holding.html", values, me=me, status=status)
    found = values["found"]
    if isinstance(found, Answer):
        drawn.background = after_answer(drawn.background, BackgroundTask(sync_to_thread, keep, me, found))
    return drawn


def after_answer(first: BackgroundTask | BackgroundTasks | None, then: BackgroundTask) -> BackgroundTasks:
    """Both, once the page is sent: a view waits for no record."""
    return BackgroundTasks([one for one in (first, then) if isinstance(one, BackgroundTask)])


def why_values(request: PageRequest, me: Mine, code: str) -> tuple[dict[str, object], int]:
    """What the page shows, for a client and for the adviser alike; 404 for what was never held."""
    speak(language_of(request))
    if len(code) > CODE_LENGTH_MAX:
        raise NotFoundException(detail="holding")
    asked = {name: request.query_params.get(name, "")[:DAY_LENGTH] for name in ("from", "to")}
    found, problem = _asked(me, code, asked, locale_of(request))
    if problem == "not_held" and not any(asked.values()):
        raise NotFoundException(detail="holding")
    window = None if found is None else found.window
    return {
        "code": code,
        "asked": _days(window, asked),
        "found": found,
        "labels": [] if found is None else [t(f"why.cause.{one}") for one in found.found.ranked],
        "amounts": [] if found is None else [found.found.parts_fen[one] for one in found.found.ranked],
        "problem": t(f"why.problem.{problem}") if has(f"why.problem.{problem}") else "",
    }, UNPROCESSABLE if problem else 200


def _asked(me: Mine, code: str, asked: Mapping[str, str], locale: str) -> tuple[Answer | None, str]:
    try:
        days = {name: date.fromisoformat(text) if text else None for name, text in asked.items()}
    except ValueError:
        return None, "no_date"
    try:
        window = window_of(me.house, days["from"], days["to"], now=me.now)
        return answer(me, code, window, locale=locale), ""
    except ExplainError as problem:
        return None, str(problem)


def _days(window: Window | None, asked: Mapping[str, str]) -> Mapping[str, str]:
    """The days in the form: as asked, else those that were answered."""
    if window is None:
        return asked
    return {"from": window.first.isoformat(), "to": window.last.isoformat()}
