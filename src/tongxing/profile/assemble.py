"""The live profile of one client at one instant: need, risk, preference, each with its evidence."""

from datetime import datetime

from tongxing.domain.book import Book
from tongxing.domain.clock import seconds
from tongxing.domain.profile import Label, Preference, Profile, RiskView, Standing
from tongxing.profile.catalogue import PREFERENCES
from tongxing.profile.debts import Repayment, repayment
from tongxing.profile.drift import drifts
from tongxing.profile.found import EXPIRED, FACT, Found, confidence_bp
from tongxing.profile.holdings import largest_sector
from tongxing.profile.labels import labels
from tongxing.profile.labels_person import tier_of
from tongxing.profile.needs import needs
from tongxing.profile.record import State
from tongxing.profile.restriction import restricted, rests_on
from tongxing.profile.signs import find_signs
from tongxing.profile.standing import standing
from tongxing.profile.tags import removed
from tongxing.profile.view import View, view


class AsOfPastError(ValueError):
    """The state knows of later events than the instant asked for: refold from the log (`fold.refold`)."""


def profile(state: State, *, as_of: datetime, book: Book) -> Profile:
    """Who this client is to the house, as of an instant after every event of the state.

    Raises:
        AsOfPastError: the instant is not after the last event the state was folded from.
    """
    at = seconds(as_of)
    if at <= state.until:
        raise AsOfPastError("the state is newer than the instant asked for: refold from the log")
    client = view(state, at, book)
    owed = repayment(client)
    silent = restricted(client)
    found = tuple(label for label in labels(client, owed) if not rests_on(label.evidence, silent))
    known = standing(client)
    features = {
        **client.features,
        "income_month_fen": owed.income_month_fen,
        "repayment_month_fen": owed.month_fen,
        "repayment_to_income_bp": owed.to_income_bp,
    }
    return Profile(
        client_id=state.client_id,
        as_of=at,
        age=client.age,
        tier=tier_of(client),
        newcomer_day=client.newcomer_day,
        labels=found,
        needs=tuple(need for need in needs(client) if not rests_on(need.evidence, silent)),
        risk=_risk(client, known, owed),
        preferences=_preferences(found),
        signs=find_signs(client),
        sector_ppm=client.held.sector_ppm,
        features=features,
        standing=known,
        tags_removed=removed(client.tags),
    )


def _risk(client: View, known: Standing, owed: Repayment) -> RiskView:
    """What the client may carry, by the assessment, and what is carried now, by the holdings."""
    largest = largest_sector(client.held.sector_ppm, client.book, client.on)
    against = drifts(client, owed)
    return RiskView(
        grade=known.grade,
        assessment_valid_to=known.assessment_valid_to,
        confidence_bp=_confidence(client, known, len(against)),
        drawdown_90d_ppm=client.features["drawdown_90d_ppm"],
        turnover_annual_bp=client.features["turnover_annual_bp"],
        max_sector=None if largest is None else largest[0],
        max_sector_ppm=None if largest is None else largest[1],
        repayment_to_income_bp=owed.to_income_bp,
        drift=against,
    )


def _confidence(client: View, known: Standing, against: int) -> int:
    """An assessment that has run out or is contradicted may describe a person who no longer exists."""
    assessment = client.last("assessment")
    if assessment is None or known.assessment_valid_to is None:
        return 0
    kind = FACT if known.assessment_valid_to >= client.on else EXPIRED
    return confidence_bp(client, Found("", kind, (assessment.ref,), against))


def _preferences(found: tuple[Label, ...]) -> tuple[Preference, ...]:
    """The labels that say how a client likes to invest or to learn."""
    return tuple(
        Preference(name=label.name, confidence_bp=label.confidence_bp, evidence=label.evidence)
        for label in found
        if label.name in PREFERENCES
    )
