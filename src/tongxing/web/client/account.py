"""What a client holds and what happened on the account."""

from collections.abc import Iterator
from functools import partial

from litestar import get, post
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from tongxing.service.client_acts import ActRefusedError, UnknownClientError
from tongxing.service.me_course import PERIODS
from tongxing.service.me_data import records_csv
from tongxing.service.me_holdings import holdings_page
from tongxing.service.me_rating import rate_service
from tongxing.service.me_records import ALL, KINDS, records_page
from tongxing.service.me_said import said_page
from tongxing.web.client.own import UNPROCESSABLE, Drawn, Own, back, own_of
from tongxing.web.guard import form_of
from tongxing.web.render import PageRequest, language_of, locale_of
from tongxing.web.words import speak, t

ID_LENGTH_MAX = 64


@get("/me/holdings", act="own.read", sync_to_thread=False)
def holdings(request: PageRequest) -> Drawn:
    """Holdings with cost and gain, what is inside them, and the course beside an index."""
    own = own_of(request)
    me = own.mine()
    asked = request.query_params
    page = holdings_page(
        me, period=asked.get("period", ""), index=asked.get("index", ""), locale=locale_of(request)
    )
    return own.draw("me_holdings.html", {"page": page, "periods": tuple(PERIODS)}, me=me)


@get("/me/records", act="own.read", sync_to_thread=False)
def records(request: PageRequest) -> Drawn:
    """Trades, money and payments by kind and month, a page at a time."""
    own = own_of(request)
    me = own.mine()
    asked = request.query_params
    page = records_page(
        me, kind=asked.get("kind", ""), month=asked.get("month", ""), before=asked.get("before", "")
    )
    return own.draw("me_records.html", {"page": page, "kinds": (ALL, *KINDS)}, me=me)


@get("/me/records.csv", act="own.read", sync_to_thread=False)
def records_table(request: PageRequest) -> Stream:
    """The same records as a table to keep."""
    me = own_of(request).mine()
    asked = request.query_params
    rows: Iterator[bytes] = records_csv(me, kind=asked.get("kind", ""), month=asked.get("month", ""))
    return Stream(
        rows,
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="records.csv"',
            "Cache-Control": "no-store",
        },
    )


@get("/me/messages", act="own.read", sync_to_thread=False)
def messages(request: PageRequest) -> Drawn:
    """Everything the house said, with what became of it and how it can be proved."""
    return _messages(own_of(request))


@post("/me/messages/{touch_id:str}/rating", act="own.act", status_code=200)
async def rate(request: PageRequest, touch_id: FromPath[str]) -> Drawn | Redirect:
    """The client says how content they were with what a person told them."""
    own, fields = own_of(request), await form_of(request)
    given = partial(rate_service, score=fields.get("score", ""), words=fields.get("text", ""))
    try:
        await sync_to_thread(
            lambda: given(
                own.mine(),
                touch_id[:ID_LENGTH_MAX],
                now=own.front.house.clock.now(),
                token=fields.get("token", ""),
            )
        )
    except UnknownClientError as unknown:
        raise NotFoundException(detail="card") from unknown
    except ActRefusedError as refused:
        speak(language_of(request))
        return _messages(own, notice=t(f"me.rating.refused.{refused.reason}"), status=UNPROCESSABLE)
    return back("/me/messages", done="rated")


def _messages(own: Own, *, notice: str = "", status: int = 200) -> Drawn:
    me = own.mine()
    page = said_page(me, before=own.request.query_params.get("before", ""))
    return own.draw("me_messages.html", {"page": page, "notice": notice}, me=me, status=status)
