"""Forms of the team page by which a manager arranges who stands in for whom."""

from datetime import date

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from tongxing.service.desk_log import DeskRefusedError
from tongxing.service.substitutes import arrange_substitute, end_substitute
from tongxing.web.desk.forms import act, leads, whole
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

PAGE = "/desk/team"


@post("/desk/team/substitutes", act="team.act", status_code=200)
async def arrange(request: PageRequest) -> Redirect:
    """An adviser serves an absent one's clients for some days; the same form twice is one act."""
    house, fields = front_of(request).house, await form_of(request)
    try:
        first, last = date.fromisoformat(fields.get("first", "")), date.fromisoformat(fields.get("last", ""))
    except ValueError:
        return leads(PAGE, no="form")
    given = (house, viewer(request), fields.get("absent", ""), fields.get("substitute", ""))
    now = house.clock.now()
    return await act(PAGE, "substitute_set", arrange_substitute, *given, first=first, last=last, now=now)


@post("/desk/team/substitutes/{number:str}/end", act="team.act", status_code=200)
async def end(request: PageRequest, number: FromPath[str]) -> Redirect:
    """It ends at once."""
    await form_of(request)
    house = front_of(request).house
    try:
        row = whole(number)
    except DeskRefusedError:
        return leads(PAGE, no="ended")
    given = (house, viewer(request), row)
    return await act(PAGE, "substitute_ended", end_substitute, *given, now=house.clock.now())
