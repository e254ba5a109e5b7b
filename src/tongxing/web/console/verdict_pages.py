"""The search of verdicts, and why a client got something on a day: decided again and compared."""

from urllib.parse import urlencode

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.service.console_replay import replay
from tongxing.service.console_terms import OUTCOMES, rule_names
from tongxing.service.console_verdicts import search, wish_of
from tongxing.web.console.looked import looked
from tongxing.web.console.rows import drawn_with
from tongxing.web.front import front_of
from tongxing.web.render import PageRequest, locale_of

FIELDS = ("client", "decision", "trace", "playbook", "rule", "outcome", "first", "last")
FIELD_LENGTH_MAX = 64
ID_LENGTH_MAX = 64
Drawn = Response[str]


@get("/console/verdicts", act="verdict.read", sync_to_thread=False)
def verdicts(request: PageRequest) -> Drawn:
    """Decisions by client, day, playbook, rule, outcome or id; `?after=` goes on where a page ended."""
    front = front_of(request)
    asked = {name: request.query_params.get(name, "")[:FIELD_LENGTH_MAX] for name in (*FIELDS, "after")}
    wish = wish_of(asked)
    if wish.client_id:
        looked(request, "verdict.read", wish.client_id)
    given = {name: value for name, value in asked.items() if value and name != "after"}
    values = {
        "found": search(front.house, wish, locale=locale_of(request)),
        "asked": asked,
        "row": drawn_with(front.pages),
        "misread": wish.misread,
        "query": urlencode(given),
        "playbooks": tuple(front.house.book.playbooks.values()),
        "rules": rule_names(),
        "outcomes": OUTCOMES,
    }
    return front.pages.page(request, "console_verdicts.html", values)


@get("/console/verdicts/{decision_id:str}/replay", act="verdict.replay", sync_to_thread=True)
def replayed(request: PageRequest, decision_id: FromPath[str]) -> Drawn:
    """Decide again from the recorded inputs with the book of that day; nothing is written."""
    front = front_of(request)
    found = replay(front.house, decision_id[:ID_LENGTH_MAX])
    if found is None:
        raise NotFoundException(detail="decision")
    if found.client_id:
        looked(request, "verdict.replay", found.client_id)
    return front.pages.page(request, "console_replay.html", {"view": found})
