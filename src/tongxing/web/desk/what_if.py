"""An adviser changes an assumption and sees what follows; nothing is kept and the client sees nothing."""

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from tongxing.domain.grades import Tolerance
from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.desk_reach import may_look
from tongxing.service.plan_policy import policy_of
from tongxing.service.plan_weights import NoWeights
from tongxing.service.plan_what_if import Assumed, WhatIf, what_if
from tongxing.web.client.plan_tables import beside
from tongxing.web.desk.forms import UNPROCESSABLE, Drawn
from tongxing.web.front import front_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import has, speak, t

FIELDS = ("income", "repayment", "anxiety", "horizon", "grade")
FIELD_MAX = 20
EXCLUDED_MAX = 20


@get("/desk/clients/{client_id:str}/what-if", act="client.read", sync_to_thread=True)
def plan_what_if(request: PageRequest, client_id: FromPath[str]) -> Drawn:
    """The plan as things are beside the plan as they would be."""
    front, person = front_of(request), viewer(request)
    if not may_look(front.house, person, client_id):
        raise NotFoundException(detail="client")
    typed = {name: request.query_params.get(name, "")[:FIELD_MAX] for name in FIELDS}
    excluded = tuple(request.query_params.getall("exclude", []))[:EXCLUDED_MAX]
    speak(language_of(request))
    found, refused = _asked(request, client_id, Assumed(**typed, exclude=excluded))
    values = {
        "client_id": client_id,
        "typed": typed,
        "excluded": excluded,
        "grades": [one.name for one in Tolerance if found is None or (found.facts.grade or 0) >= one],
        "found": found,
        "rows": () if found is None else beside(found, front.house.book, locale_of(request)),
        "notice": _words(refused),
        "against": () if found is None else tuple(map(_words, getattr(found.then, "rules", ()))),
    }
    status = UNPROCESSABLE if refused in ("no_amount", "unknown_choice") else 200
    return front.pages.page(request, "plan_what_if.html", values, status=status)


def _asked(request: PageRequest, client_id: str, assumed: Assumed) -> tuple[WhatIf | None, str]:
    house = front_of(request).house
    policy = policy_of(house)
    if isinstance(policy, NoWeights):
        return None, policy.rules[0]
    try:
        return what_if(house, client_id, assumed, policy, now=house.clock.now()), ""
    except ActRefusedError as refused:
        return None, refused.reason
    except UnknownClientError as unknown:
        raise NotFoundException(detail="client") from unknown


def _words(reason: str) -> str:
    """Why it could not be computed; empty where it could."""
    if not reason:
        return ""
    for key in (f"plan.notice.{reason}", f"plan.refused.{reason}"):
        if has(key):
            return t(key)
    return t("plan.refused.other")
