"""Runs one scenario through the real house: the client opens an account, things happen, the worker works."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal

import yaml

from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Event
from tongxing.domain.touch import Answer
from tongxing.intake.events import parse
from tongxing.service.append import append
from tongxing.service.house import House
from tongxing.service.stored import decode_decision
from tongxing.service.value_client import value_client
from tongxing.service.work import work

CLIENT_KEYS = {
    "grade",
    "birth",
    "opened_on",
    "consents",
    "personalisation",
    "contact",
    "assessment_valid_to",
    "sex",
    "name",
}
SHORT_FORMS = {
    "searched": "text",
    "asked": "text",
    "logged_in": "device",
    "course_done": "course",
    "viewed": "page",
    "closing_requested": "reason",
}
"""Kind -> the one field a short form gives."""
DECISIONS_MAX = 10_000
OPENING_TIME = time(9, 0)
KNOWN_FOR = timedelta(days=60)
"""How long before its first event a scenario's client is known to the house, unless opened later."""
LONG_AGO = "2020-01-06"


class ScenarioError(ValueError):
    """The scenario itself is not written as scenarios are."""


class ScenarioLoader(yaml.SafeLoader):
    """Plain YAML without the traps: `15:00`, `000300` and `no` stay the words that were written."""


ScenarioLoader.yaml_implicit_resolvers = {
    first: [(tag, found) for tag, found in resolvers if tag.endswith((":null", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
ScenarioLoader.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(r"-?(?:0|[1-9][0-9]*)$"), list("-0123456789")
)
ScenarioLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"(?:true|false)$"), list("tf"))


def scenarios(text: str) -> list[dict[str, object]]:
    """The scenarios of a page."""
    found = yaml.load(text, Loader=ScenarioLoader)  # noqa: S506 - derived from SafeLoader
    if not isinstance(found, list):
        raise ScenarioError("a page of scenarios is a list")
    return [_mapped(scenario) for scenario in found]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scenario's client received, and what was kept back and why."""

    sent: tuple[tuple[str, str], ...]
    """(playbook, all words of its message), in the order in which they were sent."""
    refused: Mapping[str, tuple[str, ...]]
    """Playbook -> the reasons of the gate that stopped it or of the rules that refused its words."""
    chosen: tuple[str, ...]
    """Playbooks that got as far as words."""


def run(scenario: Mapping[str, object], house: House, *, client_id: str) -> Outcome:
    """Live through a scenario as one client of a house."""
    events = _listed(scenario.get("events", []))
    if not events:
        raise ScenarioError("a scenario has at least one event")
    first = _at(events[0])
    opening = tuple(_opening(_mapped(scenario.get("client", {})), client_id, first))
    _happens(house, opening, opening[-1].known_at)
    for number, raw in enumerate(events, start=1):
        at = _at(raw)
        if "holdings" in raw:
            _happens(house, (_snapshot(raw, house, client_id, number),), at)
            value_client(house, client_id, at=at)
            work(house, now=at)
        else:
            _happens(house, (_event(raw, client_id, number),), at)
    return _outcome(house, client_id)


def disappointments(expect: Mapping[str, object], outcome: Outcome) -> list[str]:
    """What an outcome lacks of what the page promised; empty when it is as promised."""
    unknown = set(expect) - {"sent", "refused", "silent", "words_contain"}
    if unknown or not expect:
        raise ScenarioError(f"unknown or empty expectation: {sorted(unknown)}")
    wanted = Counter(map(str, _listed(expect.get("sent", []))))
    sent = Counter(name for name, _words in outcome.sent)
    found = [f"{name} was not sent; {_why(outcome, name)}" for name in sorted(wanted - sent)]
    if set(expect) != {"words_contain"}:
        found += [f"{name} was sent and is not expected" for name in sorted((sent - wanted).elements())]
    for name, prefixes in _mapped(expect.get("refused", {})).items():
        for prefix in map(str, _listed(prefixes)):
            reasons = outcome.refused.get(name, ())
            if not any(reason.startswith(prefix) for reason in reasons):
                found.append(f"{name} was not refused for {prefix!r} but for {list(reasons)}")
    if expect.get("silent") and outcome.chosen:
        found.append(f"{', '.join(outcome.chosen)} was chosen: the house is not silent")
    words = "\n".join(text for _name, text in outcome.sent)
    missing = [word for word in map(str, _listed(expect.get("words_contain", []))) if word not in words]
    return found + [f"the words do not contain {word!r}: {words}" for word in missing]


def _why(outcome: Outcome, playbook: str) -> str:
    reasons = outcome.refused.get(playbook)
    return f"kept back: {list(reasons)}" if reasons else "never considered"


def _happens(house: House, events: tuple[Event, ...], now: datetime) -> None:
    appended = append(house, events)
    if len(appended.accepted) != len(events):
        raise ScenarioError(f"the log refused an event: {appended}")
    work(house, now=now)


def _opening(client: Mapping[str, object], client_id: str, first: datetime) -> Iterator[Event]:
    """What the house knows of the client when the scenario begins."""
    unknown = set(client) - CLIENT_KEYS
    if unknown:
        raise ScenarioError(f"unknown client keys {sorted(unknown)}")
    opened_on = date.fromisoformat(str(client.get("opened_on", LONG_AGO)))
    opened_at = datetime.combine(opened_on, OPENING_TIME, BEIJING)
    at = min(max(opened_at, first - KNOWN_FOR), first - timedelta(minutes=1))
    bodies: list[tuple[str, dict[str, object]]] = [
        (
            "client_registered",
            {
                "name": str(client.get("name", "张示例")),
                "birth": str(client.get("birth", "1985-03-01")),
                "sex": str(client.get("sex", "unknown")),
                "opened_on": opened_on.isoformat(),
            },
        )
    ]
    if client.get("grade", "C3") is not None:
        valid_to = client.get("assessment_valid_to", (first + timedelta(days=365)).date())
        taken: dict[str, object] = {"grade": str(client.get("grade", "C3")), "valid_to": str(valid_to)}
        bodies.append(("assessment_taken", taken))
    bodies += [
        ("consent_given", {"purpose": str(purpose)}) for purpose in _listed(client.get("consents", []))
    ]
    if "personalisation" in client:
        bodies.append(("personalisation_set", {"on": client["personalisation"]}))
    bodies += [
        ("contact_set", {"channel": channel, "allowed": allowed})
        for channel, allowed in _mapped(client.get("contact", {})).items()
    ]
    for number, (kind, body) in enumerate(bodies):
        yield _parsed(kind, body, client_id, f"opening-{number}", at)


def _event(raw: Mapping[str, object], client_id: str, number: int) -> Event:
    """An event of the scenario: `{at, kind, body}`, or a short form `{at, searched: text}`."""
    at, seq = _at(raw), f"event-{number}"
    if "kind" in raw:
        _only(raw, {"at", "kind", "body"})
        return _parsed(str(raw["kind"]), _mapped(raw.get("body", {})), client_id, seq, at)
    kinds = sorted(set(raw) - {"at"})
    if len(kinds) != 1:
        raise ScenarioError(f"event {number}: one kind is needed, not {kinds}")
    value = raw[kinds[0]]
    if isinstance(value, Mapping):
        return _parsed(kinds[0], _mapped(value), client_id, seq, at)
    if kinds[0] not in SHORT_FORMS:
        raise ScenarioError(f"event {number}: {kinds[0]} has no short form")
    return _parsed(kinds[0], {SHORT_FORMS[kinds[0]]: str(value)}, client_id, seq, at)


def _snapshot(raw: Mapping[str, object], house: House, client_id: str, number: int) -> Event:
    """Holdings by value: as many shares as the value buys at the last close, looked up in the book."""
    _only(raw, {"at", "holdings", "cash_fen"})
    at = _at(raw)
    holdings = []
    for name, fen in _mapped(raw["holdings"]).items():
        code = name.zfill(6)
        product = house.book.products.get(code)
        priced = house.market.last_close(code, at.date() - timedelta(days=1))
        if product is None or priced is None:
            raise ScenarioError(f"{code} is not shipped")
        shares = (Decimal(str(fen)) / 100 / priced[0]).quantize(Decimal(1), ROUND_DOWN)
        holdings.append(
            {
                "code": code,
                "name": product.name,
                "kind": product.kind,
                "quantity": str(shares),
                "price": str(priced[0]),
                "value_fen": int(shares * priced[0] * 100),
                "sector": product.sector,
                "look_through": dict(product.look_through_ppm),
            }
        )
    body = {"as_of": at.date().isoformat(), "cash_fen": raw.get("cash_fen", 0), "holdings": holdings}
    return _parsed("holding_snapshot", body, client_id, f"event-{number}", at)


def _parsed(kind: str, body: Mapping[str, object], client_id: str, seq: str, at: datetime) -> Event:
    """The event through the real door of intake."""
    raw = {
        "source": "scenario",
        "source_seq": f"{client_id}-{seq}",
        "client_id": client_id,
        "ts": at.isoformat(),
        "known_at": at.isoformat(),
        "kind": kind,
        "body": {name: _plain(value) for name, value in body.items()},
    }
    event = parse(raw, line=1, now=at)
    if not isinstance(event, Event):
        raise ScenarioError(f"{kind}: {event.reason} {event.detail}")
    return event


def _outcome(house: House, client_id: str) -> Outcome:
    rows = house.store.decisions(client_id=client_id, limit=DECISIONS_MAX)
    refused: dict[str, list[str]] = {}
    chosen: list[str] = []
    words: dict[str, str] = {}
    for row in reversed(rows):
        record = decode_decision(row.payload)
        for answer in record.decision.considered:
            if answer.answer is Answer.STOP:
                refused.setdefault(answer.playbook, []).extend(answer.reasons)
        for verdict in record.verdicts:
            reasons = [f"{reason.rule}: {reason.detail}" for reason in verdict.reasons]
            refused.setdefault(verdict.playbook, []).extend(reasons)
        words |= {draft.touch_id: draft.text for draft in record.drafts}
        chosen += [touch.playbook for touch in record.decision.touches]
    touches = [
        (str(stored.event.body["touch_id"]), str(stored.event.body["playbook"]))
        for stored in house.store.events_of(client_id)
        if stored.event.kind == "touch_sent"
    ]
    return Outcome(
        sent=tuple((playbook, words[touch_id]) for touch_id, playbook in touches),
        refused={name: tuple(reasons) for name, reasons in refused.items()},
        chosen=tuple(chosen),
    )


def _at(raw: Mapping[str, object]) -> datetime:
    found = raw.get("at")
    at = datetime.fromisoformat(found) if isinstance(found, str) else found
    if not isinstance(at, datetime) or at.tzinfo is None:
        raise ScenarioError(f"`at` is an instant with zone, not {found!r}")
    return at.astimezone(BEIJING)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _only(raw: Mapping[str, object], known: set[str]) -> None:
    if set(raw) - known:
        raise ScenarioError(f"unknown keys {sorted(set(raw) - known)}")


def _listed(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, list):
        raise ScenarioError(f"a list is needed, not {value!r}")
    return value


def _mapped(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise ScenarioError(f"a mapping is needed, not {value!r}")
    return {str(key): found for key, found in value.items()}
