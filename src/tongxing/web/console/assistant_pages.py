"""How the assistant does, what it did not answer well, and what people say was asked."""

from datetime import timedelta
from urllib.parse import quote, urlencode

from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from tongxing.domain.utterances import EMOTIONS, INTENTS
from tongxing.service.assistant_corrections import (
    CorrectionRefusedError,
    agree,
    correct,
    refusal,
    waiting,
)
from tongxing.service.assistant_figures import figures
from tongxing.service.assistant_questions import Question, grouped, opened, questions
from tongxing.service.assistant_turns import NOT_OURS, Turn, latest_turns, turn_of
from tongxing.service.assistant_versions import acts, in_force
from tongxing.service.house import House
from tongxing.web.console.looked import looked
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

PAGE = "/console/assistant"
SPANS = ("7", "30", "90")
"""Days a page may look back."""
GROUPS_SHOWN_MAX = 50
ACTS_SHOWN_MAX = 10
DIGEST_SHOWN = 12
"""Characters of a corpus' digest, as versions name it."""
ID_LENGTH_MAX = 64
Drawn = Response[str]


@get(PAGE, act="assistant.read", sync_to_thread=True)
def assistant(request: PageRequest) -> Drawn:
    """Figures of a period and the groups of open questions; words are opened one group at a time."""
    front, days = front_of(request), _days(request)
    with front.house.store.looking():
        found = _turns(front.house, days)
        groups = grouped(front.house, found)
        values = {
            "figures": figures(found),
            "groups": groups[:GROUPS_SHOWN_MAX],
            "more": max(0, len(groups) - GROUPS_SHOWN_MAX),
            "waiting": [one.turn for one in waiting(front.house, found, now=front.house.clock.now())],
            "acts": tuple(reversed(acts(front.house.store)))[:ACTS_SHOWN_MAX],
            "in_force": in_force(front.house.store)[:DIGEST_SHOWN],
            "agreed": sum(bool(turn.proposed) for turn in found),
            "days": days,
            "spans": SPANS,
        }
    return front.pages.page(request, "console_assistant.html", values)


@get(PAGE + "/{decision_id:str}", act="assistant.words", sync_to_thread=True)
def assistant_questions(request: PageRequest, decision_id: FromPath[str]) -> Drawn:
    """The masked words of one group; each client finds the look on their own record."""
    front, days = front_of(request), _days(request)
    house = front.house
    found = _opened(house, decision_id[:ID_LENGTH_MAX], days)
    if not found:
        raise NotFoundException(detail="question")
    for client_id in sorted({one.turn.client_id for one in found}):
        looked(request, "assistant.words", client_id)
    person, now = viewer(request), house.clock.now()
    values = {
        "questions": [(one, refusal(house, one.turn, person, now=now)) for one in found],
        "intents": (*INTENTS, NOT_OURS),
        "emotions": EMOTIONS,
        "book": house.book,
        "days": days,
        "said": request.query_params.get("said", "")[:ID_LENGTH_MAX],
    }
    return front.pages.page(request, "console_assistant_words.html", values)


@post(PAGE + "/{decision_id:str}/reading", act="assistant.act", status_code=HTTP_303_SEE_OTHER)
async def assistant_act(request: PageRequest, decision_id: FromPath[str]) -> Redirect:
    """Say what was asked, or agree with who said it; the page that follows tells what came of it."""
    form, house, person = await form_of(request), front_of(request).house, viewer(request)
    one, now = decision_id[:ID_LENGTH_MAX], house.clock.now()
    said = "corrected" if form.get("do") == "correct" else "agreed_now"
    try:
        if form.get("do") == "correct":
            correct(house, person, one, form.get("intent", ""), now=now)
        else:
            agree(house, person, one, form.get("emotion", ""), now=now)
    except CorrectionRefusedError as refused:
        said = refused.reason
    days = form.get("days", "")
    query = urlencode({"said": said, "days": days if days in SPANS else SPANS[1]})
    return Redirect(f"{PAGE}/{quote(one)}?{query}", status_code=HTTP_303_SEE_OTHER)


def _opened(house: House, decision_id: str, days: str) -> tuple[Question, ...]:
    """The group of a question; alone once it was corrected."""
    turn = turn_of(house, decision_id)
    if turn is None:
        return ()
    if turn.open:
        group = opened(house, _turns(house, days), decision_id)
        if group:
            return group
    return questions(house, (turn,)) if turn.reasons else ()


def _turns(house: House, days: str) -> tuple[Turn, ...]:
    now = house.clock.now()
    return latest_turns(house, since=now - timedelta(days=int(days)), until=now + timedelta(days=1))


def _days(request: PageRequest) -> str:
    asked = request.query_params.get("days", "")
    return asked if asked in SPANS else SPANS[1]
