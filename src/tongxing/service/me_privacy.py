"""What a client has agreed to, how they may be reached, and what an erasure would destroy and leave."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tongxing.domain.bodies import BODIES
from tongxing.domain.clock import BEIJING
from tongxing.domain.event import Retention
from tongxing.service.erasure import Kept, kept
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.phrases import phrase

MODEL = "language_model|"
NIGHT = ("quiet_from", "quiet_to")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChoice:
    """One way to be reached; `allowed` as the client set it, else as it is without a word."""

    channel: str
    allowed: bool
    was_set: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentLine:
    """One consent: given and in force, or one that may be given."""

    key: str
    """`purpose|source|receiver`."""
    purpose: str
    words: str
    """What it is for, in the words of the book."""
    source: str
    receiver: str
    given: bool
    until: date | None
    since: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureLine:
    """One class of records: how many there are, and what a wish to erase it would do today."""

    retention: Retention
    count: int
    last: date | None
    kept: Kept | None
    """What the law keeps; None: destroyed at once."""
    because: tuple[tuple[str, str, str], ...]
    """(rule id, instrument, article) of what keeps it."""
    restricted: bool
    """The client asked before: it is kept by law alone and not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasureDone:
    """What became of an earlier wish."""

    at: datetime
    asked: tuple[str, ...]
    erased: tuple[str, ...]
    kept: tuple[tuple[str, date | None], ...]
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivacyPage:
    """The page of choices."""

    personalisation: bool
    channels: tuple[ChannelChoice, ...]
    quiet_from: str
    quiet_to: str
    consents: tuple[ConsentLine, ...]
    withdrawn: tuple[ConsentLine, ...]
    """Taken back or run out, and no longer offered."""
    erasure: tuple[ErasureLine, ...]
    wishes: tuple[ErasureDone, ...]


def privacy_page(me: Mine, *, locale: str) -> PrivacyPage:
    """Every choice as it stands now."""
    rules, on = me.house.book.rules, me.now.date()
    contact = {thing: bool(entry.value[0]) for thing, entry in me.seen().named("contact")}
    consents = _consents(me, locale)
    offered = set(offers(me.house, on))
    return PrivacyPage(
        personalisation=me.seen().permission.on,
        channels=tuple(
            ChannelChoice(channel=one, allowed=contact.get(one, True), was_set=one in contact)
            for one in rules.words("contact_channels", on)
        ),
        quiet_from=rules.text(NIGHT[0], on),
        quiet_to=rules.text(NIGHT[1], on),
        consents=tuple(one for one in consents if one.given or one.key in offered),
        withdrawn=tuple(one for one in consents if not one.given and one.key not in offered),
        erasure=tuple(_erasure(me, retention) for retention in Retention),
        wishes=_wishes(me),
    )


def offers(house: House, on: date) -> tuple[str, ...]:
    """Consents that can be given here: for a language model only where the house has one."""
    listed = house.book.rules.words("consent_offers", on)
    return listed if house.language_model is not None else tuple(one for one in listed if MODEL not in one)


def _consents(me: Mine, locale: str) -> tuple[ConsentLine, ...]:
    """Those in force, those offered and not given, and those taken back."""
    in_force = {
        f"{grant.purpose}|{grant.source}|{grant.receiver}": grant for grant in me.seen().permission.grants
    }
    said = {
        "|".join(name.split("\x01")[1:]): entry
        for name, entry in me.state.last.items()
        if name.startswith("consent\x01")
    }
    offered = offers(me.house, me.now.date())
    found = []
    for key in dict.fromkeys((*offered, *sorted(in_force), *sorted(said))):
        purpose, source, receiver = key.split("|")
        grant, entry = in_force.get(key), said.get(key)
        found.append(
            ConsentLine(
                key=key,
                purpose=purpose,
                words=phrase(me.house.book, f"purpose_{purpose}", locale)
                or phrase(me.house.book, "purpose_other", locale),
                source=source,
                receiver=receiver,
                given=grant is not None,
                until=None if grant is None else grant.until,
                since=None if entry is None else datetime.fromtimestamp(entry.ts, BEIJING),
            )
        )
    return tuple(found)


def _erasure(me: Mine, retention: Retention) -> ErasureLine:
    """What a wish to erase this class would do today."""
    kinds = [kind for kind, (_body, of) in BODIES.items() if of is retention]
    span = me.house.store.own.span((me.client_id,), kinds)
    last = None if span is None else span.last.astimezone(BEIJING).date()
    found = kept(me.house, retention, on=me.now.date(), last=last)
    rules, on = me.house.book.rules, me.now.date()
    because = [rules.row(name, on) for name in (found.because if found is not None else ())]
    return ErasureLine(
        retention=retention,
        count=0 if span is None else span.count,
        last=last,
        kept=found,
        because=tuple(
            (name, row.instrument, row.article)
            for name, row in zip(found.because if found is not None else (), because, strict=True)
        ),
        restricted=f"restricted:{retention.value}" in me.state.last,
    )


def _wishes(me: Mine) -> tuple[ErasureDone, ...]:
    """Earlier wishes with what became of them, newest first."""
    found, _more = me.house.store.own.events((me.client_id,), ("erasure_requested", "erasure_done"), limit=40)
    done: dict[str, Mapping[str, object]] = {
        str(one.event.body["request"]): one.event.body for one in found if one.event.kind == "erasure_done"
    }
    wishes = []
    for stored in found:
        event = stored.event
        if event.kind != "erasure_requested" or event.source == "house.erasure":
            continue
        answer = done.get(f"{event.client_id}|{event.source}|{event.source_seq}")
        wishes.append(
            ErasureDone(
                at=event.ts.astimezone(BEIJING),
                asked=_words(event.body["classes"]),
                erased=_words(answer["erased"]) if answer is not None else (),
                kept=_kept(answer["kept"]) if answer is not None else (),
                done=answer is not None,
            )
        )
    return tuple(wishes)


def _words(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _kept(value: object) -> tuple[tuple[str, date | None], ...]:
    listed = [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
    return tuple(
        (str(one["retention"]), date.fromisoformat(str(one["until"])) if one.get("until") else None)
        for one in listed
    )
