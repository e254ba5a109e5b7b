"""Signs of a client's life and of dates: birthdays, documents, consents, plans that were stated."""

from datetime import date, timedelta

from tongxing.domain.clock import DAY_SECONDS
from tongxing.domain.event import EventRef
from tongxing.domain.profile import ConsentGrant, Sign
from tongxing.profile import next_looks as looks
from tongxing.profile.needs import hints_of, life_hints
from tongxing.profile.sign_rule import SignRule, sign_rule
from tongxing.profile.tier_rise import risen_tier
from tongxing.profile.turning_days import (
    day_said,
    first_document,
    in_year,
    months_after,
    opening_day,
    reminder_days,
    retirement_day,
    shifted,
)
from tongxing.profile.view import View, age_on

GREETING = "contact:greeting"
"""Greetings have a switch of their own, beside the one for all personal service."""


def birthday(client: View) -> Sign | None:
    """Today is the client's birthday, and a greeting is welcome."""
    born = day_said(client.last("birth"))
    if born is None or born >= client.on or in_year(born, client.on.year) != client.on:
        return None
    return Sign(name="birthday", evidence=client.lasts("birth")) if _greetable(client) else None


def account_anniversary(client: View) -> Sign | None:
    """The account was opened on this day, some years ago."""
    opened = opening_day(client)
    if opened is None or opened.year >= client.on.year or in_year(opened, client.on.year) != client.on:
        return None
    years: dict[str, int | str] = {"years": client.on.year - opened.year}
    evidence = client.lasts("opened_on")
    return Sign(name="account_anniversary", evidence=evidence, detail=years) if _greetable(client) else None


def _greetable(client: View) -> bool:
    """Nobody is congratulated against the own wish, nor in the time after a death they told us of."""
    switch, loss = client.last(GREETING), client.last("life:bereavement")
    if switch is not None and not switch.value[0]:
        return False
    quiet = client.rule("greeting_quiet_days") * DAY_SECONDS
    return loss is None or loss.ts <= client.as_of - quiet


def id_expiring(client: View) -> Sign | None:
    """An identity document ends within three months: there is time to renew it."""
    first, second = reminder_days(client)
    return _document(client, "id_expiring", second + 1, first)


def id_expiring_soon(client: View) -> Sign | None:
    """An identity document ends within a month; its last day counts."""
    return _document(client, "id_expiring_soon", 0, reminder_days(client)[1])


def id_expired(client: View) -> Sign | None:
    """An identity document on file has ended."""
    return _document(client, "id_expired", None, -1)


def _document(client: View, name: str, least: int | None, most: int) -> Sign | None:
    """The sign of the document that ends first, if so many days are left; fewer than 0: it has ended."""
    found = first_document(client)
    ends = day_said(found)
    if found is None or ends is None:
        return None
    left = (ends - client.on).days
    if left > most or (least is not None and left < least):
        return None
    detail: dict[str, int | str] = {"valid_to": ends.isoformat(), "days_left": left}
    return Sign(name=name, evidence=(found.ref,), detail=detail, causes=(ends.isoformat(),))


def consent_expiring(client: View) -> Sign | None:
    """A consent ends within the month, and the client has said no to nothing lately (statement 18)."""
    no, rest = looks.last_no(client), client.rule("consent_rest_days")
    if not client.permission.on or (no is not None and client.today < no + rest):
        return None
    last = client.on + timedelta(days=client.rule("consent_notice_days"))
    ending = [(grant.until, grant) for grant in client.permission.grants if grant.until is not None]
    due = [pair for pair in ending if pair[0] <= last]
    if not due:
        return None
    until, grant = min(due, key=lambda pair: (pair[0], pair[1].purpose, pair[1].source, pair[1].receiver))
    detail: dict[str, int | str] = {"purpose": grant.purpose, "valid_to": until.isoformat()}
    return Sign(name="consent_expiring", evidence=_granted(client, grant), detail=detail)


def _granted(client: View, grant: ConsentGrant) -> tuple[EventRef, ...]:
    return client.lasts(f"consent\x01{grant.purpose}\x01{grant.source}\x01{grant.receiver}")


def retirement_near(client: View) -> Sign | None:
    """Retirement is at most five years away, as the client told us, else by age and sex."""
    found = retirement_day(client)
    if found is None:
        return None
    day, said, basis = found
    if not months_after(day, -client.rule("retirement_near_months")) <= client.on <= day:
        return None
    return Sign(name="retirement_near", evidence=(said.ref,), detail={"basis": basis})


def education_planned(client: View) -> Sign | None:
    """The client speaks of a child's education: more than once, or once with a child told to us."""
    hints, child = _hints(client, "child_education"), _child(client)
    if len(hints) < _mentions_needed(client, child):
        return None
    return Sign(name="education_planned", evidence=(*child, *hints), detail={"mentions": len(hints)})


def house_planned(client: View) -> Sign | None:
    """The client plans to buy a home: told us so, or spoke of it more than once."""
    hints, told = _hints(client, "house"), _house_told(client)
    if not told and len(hints) < client.rule("need_mentions_min"):
        return None
    basis: dict[str, int | str] = {"basis": "stated" if told else "words"}
    return Sign(name="house_planned", evidence=(*told, *hints), detail=basis)


def _house_told(client: View) -> tuple[EventRef, ...]:
    """A purchase the client told us of that is still to come."""
    day = day_said(client.last("life:house"))
    return life_hints(client, "house") if day is not None and day >= client.on else ()


def _hints(client: View, need: str) -> tuple[EventRef, ...]:
    since = client.as_of - client.rule("need_mention_days") * DAY_SECONDS
    return tuple(ref for ref in hints_of(client, need) if ref.ts > since)


def _mentions_needed(client: View, child: tuple[EventRef, ...]) -> int:
    return client.rule("education_mentions_with_child" if child else "need_mentions_min")


def _child(client: View) -> tuple[EventRef, ...]:
    """The statement of a family with a child who is not grown up."""
    told = client.last("family")
    if told is None or not client.permission.own_record(told.source, told.kind):
        return ()
    relations = client.words("child_relations")
    members = told.value[0] if isinstance(told.value[0], tuple) else ()
    grown = client.rule("child_age_max")
    for birth, _, relation in (str(member).partition("|") for member in members):
        born = date.fromisoformat(birth) if birth else None
        if relation in relations and (born is None or age_on(born, client.on) < grown):
            return (told.ref,)
    return ()


def newcomer_busy(client: View) -> Sign | None:
    """A newcomer trades often, or speaks again and again of chasing what rises."""
    day = client.newcomer_day
    if day is None:
        return None
    trades = client.figure("trades_30d")
    if trades >= client.rule("newcomer_trades_min"):
        refs = client.recent("trade", "fund_confirmed")
        return Sign(name="newcomer_busy", evidence=refs, detail={"day": day, "basis": "trades"})
    since = client.as_of - client.rule("need_mention_days") * DAY_SECONDS
    words = client.recent("topic:chasing")
    own = tuple(ref for ref in words if ref.ts > since and client.permission.behaviour(ref.source))
    if len(own) < client.rule("newcomer_chasing_min"):
        return None
    return Sign(name="newcomer_busy", evidence=own, detail={"day": day, "basis": "words"})


def tier_upgraded(client: View) -> Sign | None:
    """The client's mean assets have just reached a tier that no day of the last months had."""
    tier = risen_tier(client)
    if tier is None:
        return None
    return Sign(name="tier_upgraded", evidence=client.record_refs, detail={"tier": tier})


def _education_lapse(client: View) -> date | None:
    needed = _mentions_needed(client, _child(client))
    return looks.lapse(_hints(client, "child_education"), least=needed, days=client.rule("need_mention_days"))


def _house_lapse(client: View) -> date | None:
    day = day_said(client.last("life:house"))
    if _house_told(client) and day is not None:
        return shifted(day, 1)
    least = client.rule("need_mentions_min")
    return looks.lapse(_hints(client, "house"), least=least, days=client.rule("need_mention_days"))


_PERSON = ("client_registered", "client_changed")
_GREETED = (*_PERSON, "contact_set", "life_event")
_CONSENTS = ("consent_given", "consent_withdrawn")
_SAID = ("searched", "asked", "social_seen", "card_bill_seen", "family_stated", "life_event")
_TAKEN_BACK = ("consent_withdrawn", "personalisation_set")
_RETIRING = (*_PERSON, "life_event", *_CONSENTS)

LIFE_SIGNS: tuple[SignRule, ...] = (
    sign_rule(account_anniversary, *_GREETED, next_look=looks.anniversary, dated_by=_PERSON),
    sign_rule(birthday, *_GREETED, next_look=looks.birthday, dated_by=_PERSON),
    sign_rule(
        consent_expiring,
        *_CONSENTS,
        "personalisation_set",
        next_look=looks.consent_notice,
        dated_by=_CONSENTS,
    ),
    sign_rule(education_planned, *_SAID, *_TAKEN_BACK, next_look=_education_lapse),
    sign_rule(house_planned, *_SAID, *_TAKEN_BACK, next_look=_house_lapse),
    sign_rule(id_expired, "id_document", next_look=looks.document_notice, dated_by=("id_document",)),
    sign_rule(id_expiring, "id_document", next_look=looks.document_notice, dated_by=("id_document",)),
    sign_rule(id_expiring_soon, "id_document", next_look=looks.document_notice, dated_by=("id_document",)),
    sign_rule(newcomer_busy, "trade", "fund_confirmed", "searched", "asked", next_look=looks.newcomer_end),
    sign_rule(retirement_near, *_RETIRING, next_look=looks.retirement_notice, dated_by=_RETIRING),
    sign_rule(tier_upgraded),
)
"""Signs of dates, of stated plans, and of the first weeks and a new tier."""
