"""The acts of the console: switches of playbooks, releases, counts. Forms that work without script."""

from collections.abc import Callable
from urllib.parse import quote

from litestar import post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from litestar.status_codes import HTTP_303_SEE_OTHER

from tongxing.service.console_acts import ask_count, ask_release
from tongxing.service.console_switches import SwitchRefusedError, ask_on, confirm_on, decline_on, switch_off
from tongxing.web.front import front_of
from tongxing.web.guard import form_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

ACTS: dict[str, Callable[..., object]] = {
    "off": switch_off,
    "ask": ask_on,
    "confirm": confirm_on,
    "decline": decline_on,
}


@post("/console/playbooks/{name:str}/switch", act="playbook.switch", status_code=HTTP_303_SEE_OTHER)
async def switch(request: PageRequest, name: FromPath[str]) -> Redirect:
    """Off by one person, on again by two; the page that follows says what came of it."""
    form = await form_of(request)
    house, doing = front_of(request).house, ACTS.get(form.get("do", ""))
    if doing is None or name not in house.book.playbooks:
        raise NotFoundException(detail="playbook")
    try:
        doing(house, viewer(request), name, form.get("why", ""), now=house.clock.now())
        said = f"done_{form['do']}"
    except SwitchRefusedError as refused:
        said = refused.reason
    return Redirect(f"/console/playbooks/{quote(name)}?said={quote(said)}", status_code=HTTP_303_SEE_OTHER)


@post("/console/aside/release", act="aside.act", status_code=HTTP_303_SEE_OTHER)
async def release(request: PageRequest) -> Redirect:
    """Ask the worker to take a client in again."""
    form = await form_of(request)
    job_id = ask_release(front_of(request).house, form.get("client", ""))
    said = "gone" if job_id is None else "asked"
    return Redirect(f"/console/aside?said={said}", status_code=HTTP_303_SEE_OTHER)


@post("/console/funnels", act="funnel.read", status_code=HTTP_303_SEE_OTHER)
async def count(request: PageRequest) -> Redirect:
    """Ask the worker to count anew."""
    await form_of(request)
    ask_count(front_of(request).house)
    return Redirect("/console/funnels?said=asked", status_code=HTTP_303_SEE_OTHER)
