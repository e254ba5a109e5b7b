"""What each kind of event changes in a client's state, beside the series of figures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tongxing.domain.book import Book
from tongxing.domain.clock import DAY_SECONDS, beijing_day, day_of
from tongxing.domain.event import Retention
from tongxing.profile.account import Account
from tongxing.profile.codes import PRICE_PLACES, QUANTITY_PLACES, TOPIC_NAMES, day_in, integer, scaled
from tongxing.profile.payments import Payment, joined
from tongxing.profile.record import (
    RECENT_OF_TOPIC,
    TOUCH_DAYS,
    TOUCHES_MAX,
    Last,
    Recent,
    State,
    TouchEntry,
    told_of,
)
from tongxing.profile.restriction import RESTRICTED, is_kept
from tongxing.profile.tiles import Key

NOT_FOR_ME = "not_for_me"
"""Why a card was sent away: its playbook then rests for this client."""
UNWANTED = "unwanted"
"""Name under which such a touch is kept in a state."""


@dataclass(frozen=True, slots=True)
class Taken:
    """An event as its handler sees it."""

    state: State
    key: Key
    kind: str
    body: Mapping[str, object]
    book: Book
    account: Account
    """The account it moves: the client's own, or that of a record merged into it."""

    @property
    def ts(self) -> int:
        """When it happened, epoch seconds."""
        return self.key[0]

    def remember(self, name: str, *value: object) -> None:
        """Keep the last word on something."""
        self.state.remember(name, self.key, self.kind, value)


def _identity(taken: Taken) -> None:
    for name in ("birth", "opened_on"):
        value = taken.body.get(name)
        if value is not None:
            taken.remember(name, day_in(value))
    if taken.body.get("sex") is not None:
        taken.remember("sex", str(taken.body["sex"]))


def _family(taken: Taken) -> None:
    """Who belongs to the family, as `birth|relation`; the last statement replaces those before it."""
    members = taken.body["members"]
    told = [one for one in members if isinstance(one, Mapping)] if isinstance(members, list) else []
    taken.remember("family", tuple(f"{one.get('birth') or ''}|{one['relation']}" for one in told))


def _assessment(taken: Taken) -> None:
    body = taken.body
    taken.state.grade_version += 1
    taken.remember(
        "assessment",
        str(body["grade"]),
        day_in(body["valid_to"]),
        _words(body.get("kinds")),
        _words(body.get("terms")),
    )


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(word) for word in value) if isinstance(value, (list, tuple)) else ()


def _debt(taken: Taken) -> None:
    until = taken.body.get("until")
    taken.remember(
        f"debt:{taken.body['kind']}",
        integer(taken.body["repayment_month_fen"]),
        None if until is None else day_in(until),
    )


def _goal(taken: Taken) -> None:
    due = day_in(taken.body["due"]) if taken.kind == "goal_set" else None
    taken.remember(f"goal:{taken.body['goal_id']}", due)


def _document(taken: Taken) -> None:
    until = taken.body.get("valid_to")
    taken.remember(f"document:{taken.body['type']}", None if until is None else day_in(until))


def _consent(taken: Taken) -> None:
    body, until = taken.body, taken.body.get("until")
    taken.state.consent_version += 1
    purpose, source = str(body["purpose"]), str(body.get("source") or "*")
    receiver = str(body.get("receiver") or "house")
    known = (None if until is None else day_in(until), purpose, source, receiver)
    name = f"consent\x01{purpose}\x01{source}\x01{receiver}"
    taken.remember(name, taken.kind == "consent_given", *known)


def _switch(taken: Taken) -> None:
    taken.state.consent_version += 1
    if taken.kind == "personalisation_set":
        taken.remember("personalisation", bool(taken.body["on"]))
    else:
        taken.remember(f"contact:{taken.body['channel']}", bool(taken.body["allowed"]))


def _tag(taken: Taken) -> None:
    value = taken.body.get("value")
    taken.remember(f"tag:{taken.body['label']}", None if value is None else str(value))


def _erasure(taken: Taken) -> None:
    """Classes that the law keeps all the same: recorded from now on, and not used."""
    taken.state.consent_version += 1
    on = day_of(beijing_day(taken.key[1]))
    for name in _words(taken.body["classes"]):
        if is_kept(taken.book.rules, Retention(name), on):
            taken.remember(f"{RESTRICTED}:{name}")


def _dismissed(taken: Taken) -> None:
    """A card sent away as not for this client; which playbook it was, the touches tell."""
    if taken.body.get("why") == NOT_FOR_ME:
        taken.remember(f"{UNWANTED}:{taken.body['touch_id']}")


def _closing(taken: Taken) -> None:
    taken.state.consent_version += 1
    taken.remember("closing")


def _plan_event(taken: Taken) -> None:
    body = taken.body
    amount, every = integer(body.get("amount_fen", 0)), str(body.get("every", ""))
    taken.remember(f"plan:{body['code']}", taken.kind == "plan_started", amount, every)


def _life(taken: Taken) -> None:
    taken.remember(f"life:{taken.body['name']}", day_in(taken.body["date"]), str(taken.body["stated_by"]))


def _imported(taken: Taken) -> None:
    """Something the client chose to import; it counts only under a consent for its source."""
    word = str(taken.body.get("topic") or taken.body.get("category") or "")
    state = taken.state
    entry = Recent(taken.ts, taken.key[2], taken.key[3], taken.kind, 0)
    for topic in _topics_of_import(taken, word):
        state.note(f"{taken.kind}:{topic}", entry, RECENT_OF_TOPIC)


def _topics_of_import(taken: Taken, word: str) -> tuple[str, ...]:
    words = taken.book.words.topics
    return tuple(
        name
        for name in TOPIC_NAMES.values()
        if word == name or any(one in word for one in words.get(name, ()))
    )


def _keep_last(taken: Taken) -> None:
    taken.remember(taken.kind)


def _trade(taken: Taken) -> None:
    account, body = taken.account, taken.body
    code = str(body["code"])
    quantity = scaled(body["quantity"], QUANTITY_PLACES)
    gross, fees = integer(body["gross_fen"]), integer(body.get("fees_fen", 0))
    buys = body["side"] == "buy"
    account.move(taken.ts, code, quantity if buys else -quantity)
    account.money(taken.ts, -gross - fees if buys else gross - fees)
    account.price(taken.ts, code, scaled(body["price"], PRICE_PLACES))
    _name(taken, code)


def _name(taken: Taken, code: str) -> None:
    """A product's name as the client's statement prints it; the book's own name comes first."""
    name = str(taken.body.get("name") or "")
    if name and code not in taken.book.products:
        taken.remember(f"name:{code}", name)


def _fund(taken: Taken) -> None:
    """A conversion takes units out here; what it brings in is confirmed for its own code."""
    account, body = taken.account, taken.body
    code, side = str(body["code"]), str(body["side"])
    units = scaled(body["units"], QUANTITY_PLACES)
    gross, fees = integer(body["gross_fen"]), integer(body.get("fees_fen", 0))
    account.move(taken.ts, code, units if side in ("subscribe", "reinvest") else -units)
    if side == "subscribe":
        account.money(taken.ts, -gross - fees)
    elif side == "redeem":
        account.money(taken.ts, gross - fees)
    account.price(taken.ts, code, scaled(body["nav"], PRICE_PLACES))


def _shares(taken: Taken) -> None:
    code, quantity = str(taken.body["code"]), scaled(taken.body["quantity"], QUANTITY_PLACES)
    taken.account.move(taken.ts, code, quantity)
    _name(taken, code)


def _cash(taken: Taken) -> None:
    amount, into = integer(taken.body["amount_fen"]), taken.body["direction"] == "in"
    brought = into and taken.body["reason"] == "bank"
    taken.account.money(taken.ts, amount if into else -amount, brought_in=brought)
    if brought:
        taken.remember("brought_in")


def _snapshot(taken: Taken) -> None:
    taken.remember(taken.kind)
    taken.account.snapshot(taken.key, taken.body)


def _sign(taken: Taken) -> None:
    name = str(taken.body["sign"])
    state, causes = taken.state, _words(taken.body.get("causes"))
    if taken.kind == "sign_turned_on":
        state.signs_on[name] = taken.ts
    else:
        state.signs_on.pop(name, None)
    if taken.kind == "sign_turned_on" and causes:
        state.last[told_of(name)] = Last(*taken.key, taken.kind, causes)
    else:
        state.last.pop(told_of(name), None)


def _paid(taken: Taken) -> None:
    code, amount, day = taken.body["code"], taken.body["amount_fen"], taken.body["date"]
    payment = Payment(*taken.key, str(code), integer(amount), day_in(day))
    taken.state.last[taken.kind] = joined(taken.state.last.get(taken.kind), payment, taken.kind)


def _touch(taken: Taken) -> None:
    body, touches = taken.body, taken.state.touches
    words = (str(body[name]) for name in ("touch_id", "playbook", "channel", "nature"))
    touches.append(TouchEntry(taken.ts, *words))
    touches.sort()
    since = touches[-1].at - TOUCH_DAYS * DAY_SECONDS
    while touches and (len(touches) > TOUCHES_MAX or touches[0].at <= since):
        del touches[0]


TAKES: dict[str, Callable[[Taken], None]] = {
    "client_registered": _identity,
    "client_changed": _identity,
    "assessment_taken": _assessment,
    "income_stated": _keep_last,
    "account_facts": _keep_last,
    "debt_stated": _debt,
    "family_stated": _family,
    "id_document": _document,
    "consent_given": _consent,
    "consent_withdrawn": _consent,
    "personalisation_set": _switch,
    "contact_set": _switch,
    "tag_corrected": _tag,
    "tag_deleted": _tag,
    **dict.fromkeys(("closing_requested", "closing_withdrawn"), _closing),
    "dismissed": _dismissed,
    "erasure_requested": _erasure,
    "plan_started": _plan_event,
    "plan_stopped": _plan_event,
    "goal_set": _goal,
    "goal_removed": _goal,
    "plan_made": _keep_last,
    "plan_chosen": _keep_last,
    "life_event": _life,
    "social_seen": _imported,
    "card_bill_seen": _imported,
    "trade": _trade,
    "fund_confirmed": _fund,
    "shares_changed": _shares,
    "cash_moved": _cash,
    "holding_snapshot": _snapshot,
    "sign_turned_on": _sign,
    "sign_turned_off": _sign,
    "touch_sent": _touch,
    "dividend_received": _paid,
    "product_matured": _paid,
    "ipo_allotted": _paid,
    "subscribed_ipo": _paid,
}
"""Kinds of events that change more than the series of figures."""
