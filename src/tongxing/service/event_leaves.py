"""What is sealed of an event: its kind of leaf and the groups of fields that can be opened one by one.

The same function seals an event when it is appended and checks it later. A leaf's kind and the names of its
groups stand open in the log, so they say what sort of record it is and never what is in it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event
from tongxing.domain.event_text import body_bytes, body_from
from tongxing.market.venues import counterparty
from tongxing.service.ports import Sealable, Sealer
from tongxing.service.sealing import Groups

TRADE, CONSENT, ASSESSMENT, MESSAGE = "trade", "consent", "assessment", "message"
IDENTITY, CORRECTION, CHOICE = "identity", "correction", "choice"
REQUEST, ERASURE = "request", "erasure"
CORRECTED = frozenset({IDENTITY, CORRECTION})
"""What a change of a client's data corrects: the last leaf of these kinds."""
DEAL = ("code", "name", "side", "quantity", "price", "units", "nav", "date")
Body = Mapping[str, object]
Grouped = Callable[[Event, Body, Book], Groups]


class Counterparties:
    """Venue and clearing house by book, code and day, found once; the oldest are forgotten."""

    def __init__(self, most: int = 5_000) -> None:
        self._most = most
        self._found: dict[tuple[str, str, date], tuple[str, str]] = {}

    def of(self, book: Book, code: str, day: date) -> tuple[str, str]:
        """(venue, clearing house) of a code on a day."""
        key = (book.digest, code, day)
        known = self._found.get(key)
        if known is None:
            if len(self._found) >= self._most:
                self._found.clear()
            known = self._found[key] = counterparty(code, day, book.rules)
        return known


_counterparties = Counterparties()


def sealer_of(book: Book) -> Sealer:
    """The sealer of a house with this book."""
    return partial(sealable, book=book)


def sealable(event: Event, *, book: Book) -> Sealable | None:
    """What the leaf of an event commits to; None for a kind that is not sealed by itself."""
    found = SEALED.get(event.kind)
    if found is None:
        return None
    kind, grouped = found
    body = body_from(body_bytes(event))
    groups: dict[str, Mapping[str, object]] = {
        "time": {"at": seconds(event.ts), "known_at": seconds(event.known_at)},
        "client": {"client_id": event.client_id, "source": event.source, "source_seq": event.source_seq},
        **grouped(event, body, book),
    }
    corrects = CORRECTED if event.kind == "client_changed" else frozenset[str]()
    return Sealable(kind=kind, groups=groups, corrects=corrects)


def _trade(event: Event, body: Body, book: Book) -> Groups:
    """A dealing: what, how much, for how much money, and who stands on the other side."""
    code = str(body.get("code", ""))
    venue, clearing = _counterparties.of(book, code, event.ts.astimezone(BEIJING).date())
    return {
        "deal": {"kind": event.kind, **_some(body, *DEAL)},
        "amount": _some(body, "gross_fen", "fees_fen", "amount_fen"),
        "counterparty": {"venue": venue, "clearing": clearing, **_some(body, "deal_no")},
    }


def _assessment(_event: Event, body: Body, _book: Book) -> Groups:
    return {
        "result": _some(body, "grade", "score", "valid_to"),
        "answers": _some(body, "answers"),
        "terms": _some(body, "kinds", "terms"),
    }


def _fields(event: Event, body: Body, _book: Book) -> Groups:
    """Each field by itself, so that a name can be shown without the identity number beside it."""
    return {"what": {"kind": event.kind}, **{name: {name: value} for name, value in body.items()}}


def _whole(name: str) -> Grouped:
    """All fields as one group."""

    def grouped(event: Event, body: Body, _book: Book) -> Groups:
        return {name: {"kind": event.kind, **body}}

    return grouped


def _some(body: Body, *names: str) -> Mapping[str, object]:
    return {name: body[name] for name in names if name in body}


SEALED: Mapping[str, tuple[str, Grouped]] = {
    **dict.fromkeys(("trade", "fund_confirmed", "subscribed_ipo", "product_matured"), (TRADE, _trade)),
    **dict.fromkeys(
        ("consent_given", "consent_withdrawn", "personalisation_set", "contact_set"),
        (CONSENT, _whole("consent")),
    ),
    "assessment_taken": (ASSESSMENT, _assessment),
    **dict.fromkeys(
        ("asked", "complaint_made", "closing_requested", "closing_withdrawn", "fraud_reported"),
        (MESSAGE, _whole("words")),
    ),
    **dict.fromkeys(("client_registered", "id_document"), (IDENTITY, _fields)),
    "client_changed": (CORRECTION, _fields),
    **dict.fromkeys(("tag_corrected", "tag_deleted", "split_out"), (CORRECTION, _whole("correction"))),
    **dict.fromkeys(("plan_chosen", "answer_rated"), (CHOICE, _whole("choice"))),
    "erasure_requested": (REQUEST, _whole("request")),
    "erasure_done": (ERASURE, lambda _event, body, _book: {"erasure": body}),
}
"""Kind of event -> kind of leaf and its groups; what the house decides or says has leaves of its own."""
KINDS = frozenset(kind for kind, _grouped in SEALED.values())
