"""The file door of compliance: a draft with its context as JSON, and the verdict as JSON.

Strict both ways: an unknown field is an error that names it, and a missing one is never guessed except
where `contracts.md` states a default.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Literal, TypeAlias

import msgspec

from tongxing.domain.draft import (
    Author,
    Draft,
    Licence,
    Part,
    ProductFacts,
    Refused,
    Verdict,
    WarningStep,
)
from tongxing.domain.grades import AuthorKind, Channel, Initiative, Nature, ProductRisk, Tolerance
from tongxing.domain.profile import ConsentGrant, Standing

Text = Annotated[str, msgspec.Meta(max_length=20_000)]
Word = Annotated[str, msgspec.Meta(max_length=200)]
Zoned = Annotated[datetime, msgspec.Meta(tz=True)]
Grade: TypeAlias = Literal["C1L", "C1", "C2", "C3", "C4", "C5"]
Risk: TypeAlias = Literal["R1", "R2", "R3", "R4", "R5"]
LIST_MAX = 200
VALID_FOR_EVER = date.max
EXPIRED = date.min


class DoorError(ValueError):
    """The line is not a draft; the message names the field."""


class _Strict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common strictness."""


class _Licence(_Strict, frozen=True, kw_only=True):
    number: Word
    scopes: Annotated[tuple[Word, ...], msgspec.Meta(max_length=LIST_MAX)] = ()
    valid_to: date


class _Author(_Strict, frozen=True, kw_only=True):
    kind: AuthorKind
    licence: _Licence | None = None


class _Consent(_Strict, frozen=True, kw_only=True):
    purpose: Word
    source: Word | None = "*"
    receiver: Word | None = "house"
    until: date | None = None


_GIVEN = (_Consent(purpose="personalised_service"), _Consent(purpose="marketing"))


class _Client(_Strict, frozen=True, kw_only=True):
    grade: Grade | None = None
    assessment_valid: bool = True
    age: Annotated[int, msgspec.Meta(ge=0, le=150)] | None = None
    professional: bool = False
    accepted_terms: Annotated[tuple[Word, ...], msgspec.Meta(max_length=LIST_MAX)] = ()
    accepted_kinds: Annotated[tuple[Word, ...], msgspec.Meta(max_length=LIST_MAX)] = ()
    consents: Annotated[tuple[_Consent, ...], msgspec.Meta(max_length=LIST_MAX)] = _GIVEN
    contact: dict[Word, bool] = {}
    personalisation: bool = True
    distressed_24h: bool = False
    crisis_24h: bool = False
    goal: Word | None = None
    touches_this_week: Annotated[int, msgspec.Meta(ge=0, le=1_000_000)] = 0


class _Product(_Strict, frozen=True, kw_only=True):
    id: Word
    kind: Word = "unknown"
    risk: Risk | None = None
    term: Word | None = None
    admission_met: bool = True


class _Step(_Strict, frozen=True, kw_only=True):
    step: Word
    at: Zoned


class _Line(_Strict, frozen=True, kw_only=True):
    text: Text
    locale: Word = "zh-CN"
    channel: Channel
    nature: Nature
    author: _Author
    client: _Client
    product: _Product | None = None
    initiative: Initiative
    warning_chain: Annotated[tuple[_Step, ...], msgspec.Meta(max_length=LIST_MAX)] = ()
    labels: Annotated[tuple[Word, ...], msgspec.Meta(max_length=LIST_MAX)] = ()
    at: Zoned


def draft_from(raw: Mapping[str, object]) -> Draft:
    """The draft a JSON object describes; raises `DoorError` naming what is wrong."""
    try:
        line = msgspec.convert(raw, _Line)
    except (msgspec.ValidationError, OverflowError) as problem:
        raise DoorError(str(problem)) from problem
    return Draft(
        touch_id="",
        playbook="",
        parts=(Part(role="body", text=line.text),),
        locale=line.locale,
        channel=line.channel,
        nature=line.nature,
        author=_author(line.author),
        standing=_standing(line.client),
        at=line.at,
        initiative=line.initiative,
        product=None if line.product is None else _product(line.product),
        warning_chain=tuple(WarningStep(step=step.step, at=step.at) for step in line.warning_chain),
        labels=line.labels,
        consent=_purpose(line.nature),
        touches_this_week=line.client.touches_this_week,
    )


def answer(verdict: Verdict) -> dict[str, object]:
    """The verdict as the door prints it."""
    reasons = verdict.reasons if isinstance(verdict, Refused) else ()
    return {
        "cleared": not isinstance(verdict, Refused),
        "reasons": [{"rule": reason.rule, "detail": reason.detail} for reason in reasons],
    }


def _purpose(nature: Nature) -> str:
    """What such words rest on when nobody asked for them."""
    if nature is Nature.SERVICE:
        return "none"
    return "marketing" if nature is Nature.MARKETING else "personalised_service"


def _author(author: _Author) -> Author:
    held = author.licence
    if held is None:
        return Author(kind=author.kind)
    return Author(
        kind=author.kind,
        licence=Licence(number=held.number, scopes=held.scopes, valid_to=held.valid_to),
    )


def _standing(client: _Client) -> Standing:
    return Standing(
        client_id="",
        grade=None if client.grade is None else Tolerance[client.grade],
        assessment_valid_to=VALID_FOR_EVER if client.assessment_valid else EXPIRED,
        accepted_kinds=client.accepted_kinds,
        accepted_terms=client.accepted_terms,
        age=client.age,
        professional=client.professional,
        consents=tuple(
            ConsentGrant(
                purpose=grant.purpose,
                source=grant.source or "*",
                receiver=grant.receiver or "house",
                until=grant.until,
            )
            for grant in client.consents
        ),
        contact=client.contact,
        personalisation=client.personalisation,
        distressed_24h=client.distressed_24h,
        crisis_24h=client.crisis_24h,
        goal=client.goal,
    )


def _product(product: _Product) -> ProductFacts:
    return ProductFacts(
        product_id=product.id,
        kind=product.kind,
        risk=None if product.risk is None else ProductRisk[product.risk],
        term=product.term,
        admission_met=product.admission_met,
    )
