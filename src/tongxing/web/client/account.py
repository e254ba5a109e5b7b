"""What a client holds and what happened on the account."""

from collections.abc import Iterator

from litestar import get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Stream

from tongxing.service.leaf_view import leaf_view
from tongxing.service.me_course import PERIODS
from tongxing.service.me_data import records_csv
from tongxing.service.me_holdings import holdings_page
from tongxing.service.me_records import ALL, KINDS, records_page
from tongxing.service.me_said import said_page
from tongxing.service.me_who import is_own_leaf
from tongxing.web.client.own import Drawn, own_of
from tongxing.web.render import PageRequest, locale_of

NUMBER_LENGTH_MAX = 15


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
    own = own_of(request)
    me = own.mine()
    page = said_page(me, before=request.query_params.get("before", ""))
    return own.draw("me_messages.html", {"page": page}, me=me)


@get("/me/proofs/{number:str}", act="own.read", sync_to_thread=False)
def proof(request: PageRequest, number: FromPath[str]) -> Drawn:
    """One sealed record of the client's own, checked anew; 404 for anybody else's."""
    own = own_of(request)
    me = own.mine()
    readable = number.isascii() and number.isdigit() and len(number) <= NUMBER_LENGTH_MAX
    if not readable or not is_own_leaf(me, int(number)):
        raise NotFoundException(detail="leaf")
    return own.draw("me_proof.html", {"leaf": leaf_view(own.front.house, int(number))}, me=me)
