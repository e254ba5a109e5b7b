"""How an invented client enters the log: as a newcomer, or known to the house before its log began."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from tongxing.domain.event import Event
from tongxing.service.ports import Market
from tongxing.simulation.diary import APP, CORE
from tongxing.simulation.dues import MATURES
from tongxing.simulation.mind import Due, Mind
from tongxing.simulation.papers import sign_papers
from tongxing.simulation.person import Person
from tongxing.simulation.shelf import Shelf

BP = 10_000
FEN_PER_YUAN = 100
TERM_CODE = "TP"
TERM_NAME = "定期产品{ends:%Y%m%d}"
TERM_EARNS_PER_THOUSAND = 12

Entry = tuple[str, str, timedelta, Mapping[str, object]]
"""(source, kind, time before the opening instant, body)."""


def events_of_opening(
    person: Person, mind: Mind, *, at: datetime, market: Market, shelf: Shelf
) -> tuple[Event, ...]:
    """What the house learns of a client when the account enters the log at `at`; fills the mind.

    A client who opened on the day itself brings cash. One who opened earlier comes with a snapshot of
    holdings and facts from before the log.
    """
    mind.joined = True
    sign_papers(mind, person)
    entries = [*_identity(person), *_stated(person), *_choices(person)]
    if person.opened_on >= at.date():
        mind.cash_fen = person.wealth_fen
        body = {"direction": "in", "amount_fen": person.wealth_fen, "reason": "bank"}
        entries += [_now(CORE, "cash_moved", body), _now(APP, "logged_in", {"device": "ios"})]
    else:
        entries += _known_before(person, mind, on=at.date(), market=market, shelf=shelf)
    if person.habits.plan_code:
        plan = {"plan": "recurring", "code": person.habits.plan_code, "every": "month"}
        entries.append(_now(CORE, "plan_started", plan | {"amount_fen": person.habits.save_month_fen}))
    return tuple(_event(person, number, at, entry) for number, entry in enumerate(entries, start=1))


def _identity(person: Person) -> list[Entry]:
    registered = {
        "name": person.name,
        "birth": person.birth.isoformat(),
        "sex": person.sex,
        "opened_on": person.opened_on.isoformat(),
        "branch": person.branch,
        "phone": person.phone,
        "id_number": person.id_number,
    }
    document = {"type": "id_card", "valid_to": person.id_valid_to.isoformat()}
    return [_now(CORE, "client_registered", registered), _now(CORE, "id_document", document)]


def _stated(person: Person) -> list[Entry]:
    """What clients say of themselves: the questionnaire, income, debts, family."""
    assessment = {
        "grade": person.grade,
        "score": person.score,
        "answers": dict(person.answers),
        "valid_to": person.assessment_valid_to.isoformat(),
    }
    entries = [
        _now(CORE, "assessment_taken", assessment),
        _now(CORE, "income_stated", {"month_fen": person.income_month_fen}),
    ]
    for debt in person.debts:
        body: dict[str, object] = {"kind": debt.kind, "repayment_month_fen": debt.repayment_month_fen}
        if debt.until is not None:
            body["until"] = debt.until.isoformat()
        entries.append(_now(CORE, "debt_stated", body))
    if person.family:
        members = [{"relation": one.relation, "birth": one.birth.isoformat()} for one in person.family]
        entries.append(_now(CORE, "family_stated", {"members": members}))
    return entries


def _choices(person: Person) -> list[Entry]:
    """Consents given, and what was switched off."""
    until = dict(person.consents_until)
    entries = [
        _now(APP, "consent_given", _consent(purpose, until.get(purpose))) for purpose in person.consents
    ]
    if not person.personalisation:
        entries.append(_now(APP, "personalisation_set", {"on": False}))
    if person.push_allowed is not None:
        entries.append(_now(APP, "contact_set", {"channel": "push", "allowed": person.push_allowed}))
    return entries


def _consent(purpose: str, until: date | None) -> dict[str, object]:
    body: dict[str, object] = {"purpose": purpose, "source": "*", "receiver": "house"}
    return body if until is None else body | {"until": until.isoformat()}


def _term_product(person: Person, mind: Mind) -> list[dict[str, object]]:
    """A product that ends, one yuan a unit, kept until it does."""
    units = person.term_fen // FEN_PER_YUAN
    if not units or person.term_ends is None:
        return []
    code = f"{TERM_CODE}{person.term_ends:%y%m%d}"
    mind.shares[code] = units
    mind.cash_fen -= units * FEN_PER_YUAN
    earned = units * TERM_EARNS_PER_THOUSAND // 1_000 * FEN_PER_YUAN
    mind.due.append(
        Due(day=person.term_ends, kind=MATURES, code=code, amount_fen=units * FEN_PER_YUAN + earned)
    )
    name = TERM_NAME.format(ends=person.term_ends)
    return [{"code": code, "name": name, "kind": "term_product", "quantity": str(units), "price": "1"}]


def _known_before(person: Person, mind: Mind, *, on: date, market: Market, shelf: Shelf) -> list[Entry]:
    """Holdings at the last close, facts of the account, the last log-in, courses passed."""
    mind.cash_fen = person.wealth_fen
    holdings = _term_product(person, mind)
    for code, weight_bp in person.weights_bp:
        closed = market.last_close(code, on)
        if closed is None:
            continue
        price, _day = closed
        lot = market.lot(code, on) if code in shelf.products else 1
        lots = person.wealth_fen * weight_bp // BP // int(price * 100 * lot)
        quantity = lots * lot
        if quantity:
            mind.shares[code] = quantity
            mind.cash_fen -= int(quantity * price * 100)
            name = shelf.products[code].name if code in shelf.products else ""
            kind = shelf.products[code].kind if code in shelf.products else "unknown"
            holdings.append(
                {"code": code, "name": name, "kind": kind, "quantity": str(quantity), "price": str(price)}
            )
    snapshot = {"as_of": on.isoformat(), "cash_fen": mind.cash_fen, "holdings": holdings}
    facts: dict[str, object] = {"as_of": on.isoformat(), "mean_assets_20d_fen": person.wealth_fen}
    if person.turnover_annual_bp is not None:
        facts["turnover_annual_bp"] = person.turnover_annual_bp
    last_login = timedelta(days=person.last_login_days)
    courses: list[Entry] = [
        (APP, "course_done", timedelta(days=days), {"course": course, "score": score})
        for course, score, days in person.courses
    ]
    return [
        _now(CORE, "account_facts", facts),
        _now(CORE, "holding_snapshot", snapshot),
        (APP, "logged_in", last_login, {"device": "ios"}),
        *courses,
    ]


def _now(source: str, kind: str, body: Mapping[str, object]) -> Entry:
    return (source, kind, timedelta(), body)


def _event(person: Person, number: int, at: datetime, entry: Entry) -> Event:
    source, kind, before, body = entry
    known_at = at + timedelta(seconds=number)
    return Event(
        source=source,
        source_seq=f"open-{person.client_id}-{number}",
        client_id=person.client_id,
        ts=known_at - before,
        known_at=known_at,
        kind=kind,
        body=body,
    )
