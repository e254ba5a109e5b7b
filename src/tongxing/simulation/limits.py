"""What must hold over a whole simulated house, checked again from the log without the rooms' own code."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from tongxing.domain.book import Book
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.grades import Channel, Nature, ProductRisk, Tolerance
from tongxing.domain.pages import Playbook
from tongxing.service.house import House
from tongxing.service.ports import StoredEvent
from tongxing.simulation.seals import SealedTouch, sealed_touches

KINDS = (
    "unsealed",
    "unconsented",
    "over_cap",
    "too_soon",
    "night",
    "unsuitable",
    "expired",
    "closing",
    "distress",
)
"""Every violation begins with one of these and a colon."""
LEARNED = frozenset(
    {
        "assessment_taken",
        "consent_given",
        "consent_withdrawn",
        "personalisation_set",
        "closing_requested",
        "asked",
        "posted",
        "distress_seen",
    }
)
DISTURBING = frozenset(
    {Channel.PUSH, Channel.SMS, Channel.EMAIL, Channel.CHAT, Channel.WATCH, Channel.CAR, Channel.ADVISER}
)
SELLING = frozenset({Nature.ADVICE, Nature.MARKETING})
OURS = frozenset({"house", "*"})
WEEK, DAY = timedelta(days=7), timedelta(hours=24)
LOG_READ_MAX = 5_000


@dataclass(slots=True, kw_only=True)
class _Standing:
    """What one client had allowed and said, and what had been sent, up to an event."""

    grade: Tolerance | None = None
    valid_to: date | None = None
    consents: dict[tuple[str, str, str], date | None] = field(default_factory=dict)
    personalisation: bool = True
    closing: datetime | None = None
    distress: datetime | None = None
    crisis: datetime | None = None
    proactive: list[datetime] = field(default_factory=list)
    last: dict[str, date] = field(default_factory=dict)
    """Playbook -> the day it was last sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sent:
    """One touch that was sent, with the day's rules to judge it by."""

    event: Event
    playbook: Playbook
    sealed: SealedTouch | None
    book: Book

    @property
    def day(self) -> date:
        return self.event.ts.astimezone(BEIJING).date()

    @property
    def duty(self) -> bool:
        """A notice the house owes: needs no consent and may not be switched off."""
        return self.playbook.nature is Nature.SERVICE and self.playbook.consent == "none"

    def listed(self, rule: str) -> bool:
        """Whether its playbook is named in a list of the book."""
        return self.playbook.name in self.book.rules.words(rule, self.day)


def violations(house: House) -> list[str]:
    """Every sent touch that breaks a limit, as `kind: client instant playbook: words`."""
    found: list[str] = []
    sealed = sealed_touches(house)
    standings: dict[str, _Standing] = {}
    for event in _in_order(house):
        standing = standings.setdefault(event.client_id, _Standing())
        if event.kind != "touch_sent":
            _learn(standing, event, house.book)
            continue
        touch_id, name = str(event.body["touch_id"]), str(event.body["playbook"])
        playbook = house.book.playbooks[name]
        sent = _Sent(event=event, playbook=playbook, sealed=sealed.get(touch_id), book=house.book)
        where = f"{event.client_id} {event.ts.astimezone(BEIJING).isoformat()} {name}"
        found.extend(f"{kind}: {where}: {words}" for kind, words in _broken(sent, standing))
    return found


def by_kind(found: Iterable[str]) -> dict[str, int]:
    """How many violations of each kind there are, all kinds named."""
    counts = Counter(one.partition(":")[0] for one in found)
    return {kind: counts[kind] for kind in KINDS}


def _broken(sent: _Sent, standing: _Standing) -> Iterator[tuple[str, str]]:
    if sent.sealed is None:
        yield "unsealed", "sent without a sealed clearance"
    elif not sent.sealed.words_open:
        yield "unsealed", "the leaf of its decision does not open to its words"
    elif not sent.sealed.receipt_opens:
        yield "unsealed", "no receipt in the ledger opens to its words"
    for kind, words in (
        ("unconsented", _unconsented(sent, standing)),
        ("over_cap", _over_cap(sent, standing)),
        ("too_soon", _too_soon(sent, standing)),
        ("night", _at_night(sent)),
        ("unsuitable", _unsuitable(sent, standing)),
        ("expired", _expired(sent, standing)),
        ("closing", _closing(sent, standing)),
        ("distress", _distressed(sent, standing)),
    ):
        if words:
            yield kind, words


def _unconsented(sent: _Sent, standing: _Standing) -> str:
    purposes = {sent.playbook.consent} - {"none"}
    if sent.playbook.nature is Nature.MARKETING:
        purposes.add("marketing")
    for purpose in sorted(purposes):
        given = [until for key, until in standing.consents.items() if key[0] == purpose and key[2] in OURS]
        if not given:
            return f"no consent to {purpose}"
        if not any(until is None or until >= sent.day for until in given):
            return f"consent to {purpose} had ended"
    return "" if sent.duty or standing.personalisation else "personalisation was off"


def _over_cap(sent: _Sent, standing: _Standing) -> str:
    if sent.playbook.nature is Nature.SERVICE:
        return ""
    at = sent.event.ts
    standing.proactive = [before for before in standing.proactive if at - before < WEEK] + [at]
    cap = sent.book.rules.number("touch_week_max", sent.day)
    count = len(standing.proactive)
    return f"touch {count} of a week, {cap} allowed" if count > cap else ""


def _too_soon(sent: _Sent, standing: _Standing) -> str:
    before = standing.last.get(sent.playbook.name)
    standing.last[sent.playbook.name] = sent.day
    if before is None or (sent.day - before).days >= sent.playbook.cooldown_days:
        return ""
    return f"sent {(sent.day - before).days} days ago, rests {sent.playbook.cooldown_days}"


def _at_night(sent: _Sent) -> str:
    """Nothing that rings, and no marketing anywhere, in the quiet hours; what is owed excepted."""
    marketing = sent.playbook.nature is Nature.MARKETING
    if sent.duty or not (marketing or Channel(str(sent.event.body["channel"])) in DISTURBING):
        return ""
    begins, ends = (
        time.fromisoformat(sent.book.rules.text(rule, sent.day)) for rule in ("quiet_from", "quiet_to")
    )
    clock = sent.event.ts.astimezone(BEIJING).time()
    night = begins <= clock < ends if begins <= ends else clock >= begins or clock < ends
    return f"{clock:%H:%M} is in the quiet hours" if night else ""


def _unsuitable(sent: _Sent, standing: _Standing) -> str:
    """Nothing about a product above the grade: by its page, its draft, and the names in its words."""
    risks = [(risk, "its page") for risk in (sent.playbook.risk,) if risk is not None]
    if sent.sealed is not None and sent.sealed.risk is not None:
        risks.append((sent.sealed.risk, "its draft"))
    if sent.sealed is not None and sent.playbook.nature is not Nature.SERVICE:
        risks += _named(sent.book, sent.sealed.text)
    most = ProductRisk.R1 if standing.grade is None else ProductRisk(max(int(standing.grade), 1))
    for risk, where in risks:
        if standing.grade is None or risk > most:
            grade = "no grade" if standing.grade is None else standing.grade.name
            return f"{risk.name} by {where} is above {grade}"
    return ""


def _named(book: Book, text: str) -> list[tuple[ProductRisk, str]]:
    return [
        (product.risk, f"the name {product.name}")
        for code, product in book.products.items()
        if product.name in text or code in text
    ]


def _expired(sent: _Sent, standing: _Standing) -> str:
    speaks_of_product = sent.playbook.risk is not None or (
        sent.sealed is not None and sent.sealed.risk is not None
    )
    if not speaks_of_product and sent.playbook.nature not in SELLING:
        return ""
    lapsed = standing.valid_to is None or standing.valid_to < sent.day
    return "no assessment in force" if lapsed else ""


def _closing(sent: _Sent, standing: _Standing) -> str:
    if sent.duty or standing.closing is None:
        return ""
    respected = timedelta(days=sent.book.rules.number("closing_days", sent.day))
    stands = sent.event.ts - standing.closing < respected
    return "the client had asked to close the account" if stands else ""


def _distressed(sent: _Sent, standing: _Standing) -> str:
    at = sent.event.ts
    if _within_a_day(standing.crisis, at) and not (sent.duty and sent.listed("crisis_playbooks")):
        return "a crisis within 24 hours: only the crisis script"
    if not _within_a_day(standing.distress, at):
        return ""
    names_product = sent.sealed is not None and sent.sealed.risk is not None
    if names_product or sent.playbook.nature in SELLING:
        return "speaks of a product within 24 hours of distress"
    return "" if sent.duty or sent.listed("distress_playbooks") else "within 24 hours of distress"


def _within_a_day(before: datetime | None, at: datetime) -> bool:
    return before is not None and at - before < DAY


def _learn(standing: _Standing, event: Event, book: Book) -> None:
    body = event.body
    if event.kind == "assessment_taken":
        standing.grade = Tolerance[str(body["grade"])]
        standing.valid_to = _day(body["valid_to"])
    elif event.kind in {"consent_given", "consent_withdrawn"}:
        key = (str(body["purpose"]), str(body.get("source") or "*"), str(body.get("receiver") or "house"))
        if event.kind == "consent_given":
            standing.consents[key] = _day(body.get("until"))
        else:
            standing.consents.pop(key, None)
    elif event.kind == "personalisation_set":
        standing.personalisation = body["on"] is True
    elif event.kind == "closing_requested":
        standing.closing = event.ts
    else:
        degree = str(body["degree"]) if event.kind == "distress_seen" else _degree(str(body["text"]), book)
        if degree:
            standing.distress = event.ts
        if degree == "crisis":
            standing.crisis = event.ts


def _degree(text: str, book: Book) -> str:
    """How grave the distress in somebody's own words is, by the word list, read as simply as possible."""
    read = text.lower()
    for word in sorted(book.words.distress_unless, key=len, reverse=True):
        read = read.replace(word.lower(), "…")
    for degree in ("crisis", "strong", "mild"):
        if any(word.lower() in read for word in book.words.distress.get(degree, ())):
            return degree
    return ""


def _day(value: object) -> date | None:
    return None if value is None else date.fromisoformat(str(value))


def _in_order(house: House) -> list[Event]:
    """All events that bear on a limit, by when the house learned of them."""
    found: list[StoredEvent] = []
    after = 0
    while page := house.store.events(after=after, limit=LOG_READ_MAX):
        found.extend(
            stored for stored in page if stored.event.kind == "touch_sent" or stored.event.kind in LEARNED
        )
        after = page[-1].seq
    found.sort(key=lambda stored: (stored.event.known_at, stored.seq))
    return [stored.event for stored in found]
