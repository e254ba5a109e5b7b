"""The client's own labels: see them with their reasons, correct, delete, let back in, switch them all off.

Every act is an event of the log, and the same act twice is one. Duties (grade, age, an expired document, care
owed) are shown and cannot be spoken away: an assessment, a document or time changes them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal

from tongxing.domain.clock import BEIJING, seconds
from tongxing.domain.event import Event
from tongxing.domain.profile import Label
from tongxing.profile import fold
from tongxing.profile.assemble import profile
from tongxing.profile.catalogue import CATALOGUE, FIXED, UNCLAIMED, shown_order
from tongxing.profile.tags import Said, canonical, pairs
from tongxing.profile.view import View, view
from tongxing.service import client_acts
from tongxing.service.client_acts import SOURCE, UnknownClientError
from tongxing.service.client_story import evidence_view
from tongxing.service.house import House
from tongxing.service.states import state_of
from tongxing.service.unfolded import take_in
from tongxing.service.views import EvidenceView

TagState = Literal["shown", "corrected", "deleted", "off"]
KEY_BYTES = 16


class TagRefusedError(ValueError):
    """The act cannot be taken; `reason` says why.

    `duty`: a fact the house must keep. `account_fact`: nobody makes it true by saying so. `unknown_label`,
    `empty`, `too_long`, `unreadable`: the words themselves.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class TagView:
    """One label as its client sees it."""

    label: str
    meaning: str
    """What it says, in the words of the book; empty for a word of the client's own."""
    confidence_bp: int
    """How sure we are, in basis points; 0 for a deleted one."""
    evidence: tuple[EvidenceView, ...]
    """The events it rests on, each with its kind and day; for a deleted one the deletion."""
    state: TagState
    duty: bool
    """Whether it is a fact that the client cannot delete or correct."""


def tags(house: House, client_id: str, at: datetime) -> tuple[TagView, ...]:
    """Every label of a client as of an instant, and those the client removed; in order of the catalogue.

    Raises:
        UnknownClientError: the store has folded nothing of such a client.
    """
    state, as_of = _known(house, client_id, at)
    found = profile(state, as_of=as_of, book=house.book)
    client = view(state, seconds(as_of), house.book)
    meanings = pairs(client.words("label_meaning"))
    on = found.standing.personalisation
    shown = [
        TagView(
            label=label.name,
            meaning=meanings.get(label.name, ""),
            confidence_bp=label.confidence_bp,
            evidence=tuple(evidence_view(ref) for ref in label.evidence),
            state=_state_of(label, on=on),
            duty=label.name in FIXED,
        )
        for label in found.labels
    ]
    names = {tag.label for tag in shown}
    gone = [_removed(word, meanings.get(word.label, "")) for word in client.tags if word.label not in names]
    return tuple(sorted((*shown, *gone), key=lambda tag: shown_order(tag.label)))


def _state_of(label: Label, *, on: bool) -> TagState:
    """With personalisation off only duties are used; the rest stands in the list and does nothing."""
    if not on and label.name not in FIXED:
        return "off"
    return "corrected" if label.source == "client" else "shown"


def _removed(word: Said, meaning: str) -> TagView:
    return TagView(
        label=word.label,
        meaning=meaning,
        confidence_bp=0,
        evidence=(evidence_view(word.entry.ref),),
        state="deleted",
        duty=False,
    )


def correct(house: House, client_id: str, label: str, value: str, *, now: datetime) -> Event | None:
    """The client says what is right: another label, an own word, or the label itself; None: said already.

    Raises:
        TagRefusedError: a duty, a fact of the account, or words that cannot be taken.
        UnknownClientError: the store has folded nothing of such a client.
    """
    client, at = _seen(house, client_id, now)
    name, own = _label(client, label), _words(client, value)
    instead = canonical(own, client.words("label_also"))
    if instead != name and instead in UNCLAIMED:
        raise TagRefusedError("duty" if instead in FIXED else "account_fact")
    last = _last_word(client, name)
    if last is not None and last.value == instead:
        return None
    return _append(house, client, "tag_corrected", {"label": name, "value": own}, last, at)


def restore(house: House, client_id: str, label: str, *, now: datetime) -> Event | None:
    """The client lets a removed label back in; None: it was not removed. Raises as `correct` does."""
    client, at = _seen(house, client_id, now)
    name = _label(client, label)
    last = _last_word(client, name)
    if last is None or last.confirms:
        return None
    return _append(house, client, "tag_corrected", {"label": name, "value": name}, last, at)


def delete(house: House, client_id: str, label: str, *, now: datetime) -> Event | None:
    """The client wants a label gone, and with it what rests on it alone; None: it is gone already.

    Raises:
        TagRefusedError: a duty, or a label that neither the catalogue nor this client knows.
        UnknownClientError: the store has folded nothing of such a client.
    """
    client, at = _seen(house, client_id, now)
    name = _label(client, label)
    last = _last_word(client, name)
    if last is not None and last.value is None:
        return None
    return _append(house, client, "tag_deleted", {"label": name}, last, at)


def switch_off(house: House, client_id: str, *, now: datetime) -> Event | None:
    """No label is used for service any more, duties apart; None: it was off. Raises `UnknownClientError`."""
    return _switch(house, client_id, on=False, now=now)


def switch_on(house: House, client_id: str, *, now: datetime) -> Event | None:
    """Labels may be used again; None: they were. Raises `UnknownClientError`."""
    return _switch(house, client_id, on=True, now=now)


def _switch(house: House, client_id: str, *, on: bool, now: datetime) -> Event | None:
    client, _at = _seen(house, client_id, now)
    if client.permission.on is on:
        return None
    return client_acts.set_personalisation(house, client_id, on=on, now=now)


def _known(house: House, client_id: str, at: datetime) -> tuple[fold.State, datetime]:
    """The state, and the instant asked for or the first one after all that is known.

    What the client said a moment ago counts, though the worker has not folded it yet.
    """
    folded = house.store.folded_through(client_id)
    blob = house.store.state(client_id)
    if blob is None:
        raise UnknownClientError(client_id)
    state = state_of(house, client_id, blob)
    take_in(house, state, after=folded, now=at)
    return state, max(at, fold.known_until(state) + timedelta(seconds=1))


def _seen(house: House, client_id: str, now: datetime) -> tuple[View, datetime]:
    state, at = _known(house, client_id, now)
    return view(state, seconds(at), house.book), at.astimezone(BEIJING)


def _label(client: View, name: str) -> str:
    """The label meant; refused where it is a duty or nobody knows it."""
    label = canonical(name.strip(), client.words("label_also"))
    if label in FIXED:
        raise TagRefusedError("duty")
    own = {word.instead for word in client.tags} | {word.label for word in client.tags}
    if label not in CATALOGUE and label not in own:
        raise TagRefusedError("unknown_label")
    return label


def _words(client: View, value: str) -> str:
    own = " ".join(value.split())
    if not own:
        raise TagRefusedError("empty")
    if len(own) > client.rule("tag_value_length_max"):
        raise TagRefusedError("too_long")
    if not own.isprintable():
        raise TagRefusedError("unreadable")
    return own


def _last_word(client: View, label: str) -> Said | None:
    return next((word for word in client.tags if word.label == label), None)


def _append(
    house: House, client: View, kind: str, body: dict[str, object], last: Said | None, at: datetime
) -> Event | None:
    """Append the act under a key of what was said before it, so that two hands at once make one event."""
    before = "" if last is None else last.entry.source_seq
    consents = str(client.state.consent_version)
    said = "\x01".join((client.state.client_id, kind, *map(str, body.values()), before, consents))
    event = Event(
        source=SOURCE,
        source_seq=f"tag-{blake2b(said.encode(), digest_size=KEY_BYTES).hexdigest()}",
        client_id=client.state.client_id,
        ts=at,
        known_at=at,
        kind=kind,
        body=body,
    )
    return event if house.store.append((event,)).accepted else None
