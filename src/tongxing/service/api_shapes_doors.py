"""What other systems are told, and ask, at the doors that change something: consents, receivers, keys."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

from tongxing.service.api_shapes import Count, Name, Shape


class Grant(Shape, frozen=True, kw_only=True):
    """One consent in force."""

    purpose: str
    source: str
    receiver: str
    until: date | None


class Consents(Shape, frozen=True, kw_only=True):
    client_id: str
    version: Count
    """Moves with every word of the client on consents or contacts."""
    personalisation: bool
    items: list[Grant]


Part = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.*:-]+$")]


class ConsentAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A consent that the client gave or withdrew."""

    act: Literal["give", "withdraw"]
    purpose: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    source: Part = "*"
    receiver: Part = "house"
    until: date | None = None
    """Its last day."""


class Written(Shape, frozen=True, kw_only=True):
    """An event that was written; whoever folds the log takes it in within seconds."""

    source: str
    source_seq: str
    client_id: str
    kind: str
    ts: datetime


class Me(Shape, frozen=True, kw_only=True):
    """Whom a key or a session belongs to."""

    person_id: str
    name: str
    role: str
    team: str | None
    client_id: str | None


class WebhookAsk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A receiver to be called."""

    url: Annotated[str, msgspec.Meta(min_length=8, max_length=500)]
    kinds: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=50)]


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What changes about a receiver; what is left out stays."""

    url: Annotated[str, msgspec.Meta(min_length=8, max_length=500)] | msgspec.UnsetType = msgspec.UNSET
    kinds: Annotated[list[Name], msgspec.Meta(min_length=1, max_length=50)] | msgspec.UnsetType = (
        msgspec.UNSET
    )
    active: bool | msgspec.UnsetType = msgspec.UNSET
    new_secret: bool = False
    """Make a new secret; it is shown in this answer alone."""


class WebhookAnswer(Shape, frozen=True, kw_only=True, omit_defaults=True):
    """A receiver."""

    webhook_id: str
    url: str
    kinds: list[str]
    active: bool
    made_at: datetime
    secret: str | None = None
    """`whsec_…`, shown once: when it is made."""


class WebhookList(Shape, frozen=True, kw_only=True):
    items: list[WebhookAnswer]
    next: str | None


class CallAnswer(Shape, frozen=True, kw_only=True):
    """One call to a receiver."""

    call_id: str
    kind: str
    state: Literal["waiting", "sent", "dead"]
    tries: int
    made_at: datetime
    next_at: datetime | None
    last: str
    payload: Any


class CallList(Shape, frozen=True, kw_only=True):
    items: list[CallAnswer]
    next: str | None
