"""Keys, the queue of erasures, and what compliance says of an emergency access."""

from urllib.parse import quote

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from tongxing.service.break_glass import ReviewRefusedError, review
from tongxing.service.console_vault import vault_view
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

NUMBER_LENGTH_MAX = 15
Drawn = Response[str]


@get("/console/vault", act="vault.read", sync_to_thread=False)
def vault(request: PageRequest) -> Drawn:
    """How many keys there are and were destroyed, and what goes on which day."""
    front = front_of(request)
    return front.pages.page(request, "console_vault.html", {"view": vault_view(front.house)})


@post("/console/access/{number:str}/review", act="access.review", status_code=HTTP_303_SEE_OTHER)
async def reviewed(request: PageRequest, number: FromPath[str]) -> Redirect:
    """What compliance found about one emergency access; the page that follows says whether it was kept."""
    form, house = await form_of(request), front_of(request).house
    readable = number.isascii() and number.isdigit() and len(number) <= NUMBER_LENGTH_MAX
    try:
        review(house, viewer(request), int(number) if readable else -1, form.get("words", ""))
        said = "kept"
    except ReviewRefusedError as refused:
        said = str(refused)
    return Redirect(f"/console/access?said={quote(said)}", status_code=HTTP_303_SEE_OTHER)
