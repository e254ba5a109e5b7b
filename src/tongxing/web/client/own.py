"""What every page of a client's own needs: who it is, how it is drawn, and that it was looked at."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from urllib.parse import urlencode
from weakref import WeakKeyDictionary

from litestar import Response
from litestar.background_tasks import BackgroundTask
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from tongxing.service import client_acts
from tongxing.service.client_acts import UnknownClientError, new_token
from tongxing.service.me_who import Mine, mine
from tongxing.service.ports import Store
from tongxing.web.front import Front, front_of
from tongxing.web.identity.viewer import viewer
from tongxing.web.render import PageRequest

SEE_OTHER: Final = 303
UNPROCESSABLE: Final = 422
ELDER_COOKIE: Final = "elder"
LOOKS, LOOK_SECONDS = 16, 0.05
"""How long an answer waits for the worker to take in what was just done."""
VIEWS_REMEMBERED_MAX: Final = 10_000
DONE: Final = frozenset(
    {
        "contact",
        "consent",
        "withdrawn",
        "on",
        "off",
        "erasure",
        "moment",
        "corrected",
        "deleted",
        "restored",
        "rated",
        "learned",
        "call",
        "left",
        "code_sent",
        "test_sent",
        "closing",
        "staying",
    }
)
"""What a page may say was done, after it was done."""
Drawn = Response[str]
_viewed: WeakKeyDictionary[Store, OrderedDict[tuple[str, str, str], None]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class Own:
    """A client at one of the own pages."""

    request: PageRequest
    front: Front
    client_id: str

    def mine(self) -> Mine:
        """The client as of now; 404 for one the house knows nothing of yet."""
        try:
            return mine(self.front.house, self.client_id, now=self.front.house.clock.now())
        except UnknownClientError as unknown:
            raise NotFoundException(detail="client") from unknown

    @property
    def elder(self) -> bool:
        """Whether the client wants it simple: large letters, few entries, a person at one tap."""
        return self.request.cookies.get(ELDER_COOKIE) == "1"

    def draw(
        self, name: str, values: Mapping[str, object], *, me: Mine | None = None, status: int = 200
    ) -> Drawn:
        """A page or a part of one; a whole page that was drawn well counts as looked at."""
        done = self.request.query_params.get("done", "")
        drawn = self.front.pages.page(
            self.request,
            name,
            {
                "clock": self.front.clock(),
                "demo": self.front.demo,
                "elder": self.elder,
                "token": new_token(self.front.house),
                "notice": "",
                "done": done if done in DONE else "",
                "who": "" if me is None else me.name,
                **values,
            },
            status=status,
        )
        if me is not None and status == 200:  # noqa: PLR2004 - OK
            drawn.background = self._looked(me)
        return drawn

    def _looked(self, me: Mine) -> BackgroundTask | None:
        """Tell the log that the page was looked at, after the answer: with consent, once an hour."""
        if not me.seen().permission.behaviour(client_acts.SOURCE):
            return None
        page = self.request.url.path
        viewed = _viewed.setdefault(self.front.house.store, OrderedDict())
        seen = (self.client_id, page, f"{me.now:%Y-%m-%dT%H}")
        if seen in viewed:
            return None
        viewed[seen] = None
        if len(viewed) > VIEWS_REMEMBERED_MAX:
            viewed.popitem(last=False)
        once = blake2b("|".join(seen).encode(), digest_size=12).hexdigest()
        address = "/home" if page == "/me" else page
        return BackgroundTask(
            client_acts.viewed, self.front.house, self.client_id, address, at_most_once=once, now=me.now
        )

    async def settled(self) -> None:
        """Give the worker a moment, so that readers without script see the answer at once."""
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK_SECONDS)
            if self.front.house.store.lag() == 0:
                return


def own_of(request: PageRequest) -> Own:
    """The signed-in client behind a request; 404 for a person who is no client."""
    person = viewer(request)
    if person.client_id is None:
        raise NotFoundException(detail="client")
    return Own(request, front_of(request), person.client_id)


def back(path: str, *, done: str = "", place: str = "") -> Redirect:
    """To one of the own pages after an act, so that neither back nor reload repeats it."""
    query = f"?{urlencode({'done': done})}" if done else ""
    return Redirect(f"{path}{query}{f'#{place}' if place else ''}", status_code=SEE_OTHER)
