"""A client's moments: days that come round, days that end something, life as it was told, and care given."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from tongxing.domain.clock import BEIJING, beijing_day, day_of
from tongxing.profile.record import Last
from tongxing.profile.turning_days import day_said, in_year
from tongxing.service.me_said import said_page
from tongxing.service.me_who import Mine

LIFE_MAX = 50
CARE_STYLE = "note"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One point of the timeline."""

    kind: str
    """`birthday`, `anniversary`, `assessment`, `document`, `consent`, `matured`, `life`, `plan`, `care`."""
    on: date
    what: str = ""
    """What of that kind: life event, purpose of the consent, type of document, product, or title."""
    years: int | None = None
    """For a day that comes round: how many years it makes."""
    stated_by: str = ""
    touch_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsPage:
    """The timeline, and what the client may add to it."""

    coming: tuple[Moment, ...]
    """Soonest first."""
    past: tuple[Moment, ...]
    """Newest first."""
    greetings: bool
    """Whether greetings on such days are welcome."""


def moments_page(me: Mine) -> MomentsPage:
    """The days of one client as of today; today counts as coming."""
    today = me.now.date()
    found = [*_round(me, today), *_ends(me), *_life(me), *_money(me), *_care(me)]
    coming = sorted((one for one in found if one.on >= today), key=lambda one: (one.on, one.kind))
    past = sorted((one for one in found if one.on < today), key=lambda one: (one.on, one.kind))[::-1]
    greeting = me.state.last.get("contact:greeting")
    return MomentsPage(
        coming=tuple(coming),
        past=tuple(past),
        greetings=greeting is None or bool(greeting.value[0]),
    )


def _round(me: Mine, today: date) -> Iterator[Moment]:
    """Birthday and anniversary of the account: the next one, and the day the account was opened."""
    for name, kind in (("birth", "birthday"), ("opened_on", "anniversary")):
        first = day_said(me.state.last.get(name))
        if first is None or first > today:
            continue
        year = today.year + (in_year(first, today.year) < today)
        yield Moment(kind=kind, on=in_year(first, year), years=year - first.year)
        if kind == "anniversary" and first < today:
            yield Moment(kind="opened", on=first)


def _ends(me: Mine) -> Iterator[Moment]:
    """What ends on a day: the assessment, documents, consents."""
    assessment = me.state.last.get("assessment")
    if assessment is not None:
        yield Moment(kind="assessment", on=_day(assessment, 1), what=str(assessment.value[0]))
    for name, entry in me.state.last.items():
        matter, _, thing = name.partition(":")
        if matter == "document" and entry.value[0] is not None:
            yield Moment(kind="document", on=_day(entry, 0), what=thing)
    for grant in me.seen().permission.grants:
        if grant.until is not None:
            yield Moment(kind="consent", on=grant.until, what=grant.purpose)


def _life(me: Mine) -> Iterator[Moment]:
    """What happened, or is planned, in the client's life, as it was told."""
    found, _more = me.house.store.own.events(me.client_ids, ("life_event",), limit=LIFE_MAX)
    for stored in found:
        body = stored.event.body
        yield Moment(
            kind="life",
            on=date.fromisoformat(str(body["date"])),
            what=str(body["name"]),
            stated_by=str(body["stated_by"]),
        )


def _money(me: Mine) -> Iterator[Moment]:
    """Products that came to their end, and saving plans that began."""
    found, _more = me.house.store.own.events(
        me.client_ids, ("product_matured", "plan_started"), limit=LIFE_MAX
    )
    for stored in found:
        event = stored.event
        code = str(event.body["code"])
        product = me.house.book.products.get(code)
        name = product.name if product is not None else me.state.name_of(code) or code
        if event.kind == "product_matured":
            yield Moment(kind="matured", on=date.fromisoformat(str(event.body["date"])), what=name)
        else:
            yield Moment(kind="plan", on=event.ts.astimezone(BEIJING).date(), what=name)


def _care(me: Mine) -> Iterator[Moment]:
    """Notes of care the house wrote."""
    for word in said_page(me).words:
        if word.card.style == CARE_STYLE:
            yield Moment(
                kind="care",
                on=word.card.sent_at.date(),
                what=word.card.title,
                touch_id=word.card.touch_id,
            )


def _day(entry: Last, place: int) -> date:
    number = entry.value[place]
    return day_of(number if isinstance(number, int) else beijing_day(entry.ts))
