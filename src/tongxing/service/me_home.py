"""A client's home: the account in one line, what was prepared, and the entries in this client's order."""

from dataclasses import dataclass
from datetime import date

from tongxing.service.account_view import AccountView, account_view
from tongxing.service.card_view import cards
from tongxing.service.me_habits import Habits, habits
from tongxing.service.me_who import Mine
from tongxing.service.phrases import tier_words
from tongxing.service.views import CardView


@dataclass(frozen=True, slots=True, kw_only=True)
class HomePage:
    """The home."""

    account: AccountView
    cards: tuple[CardView, ...]
    habits: Habits
    tier: str
    grade: str
    grade_valid_to: date | None
    grade_over: bool
    """The assessment has run out."""
    personalisation: bool
    newcomer_day: int | None


def home_page(me: Mine, *, locale: str, elder: bool) -> HomePage:
    """The home of one client as of now."""
    found = me.profile()
    valid_to = found.risk.assessment_valid_to
    return HomePage(
        account=account_view(me.house, me.state, now=me.now, locale=locale),
        cards=cards(me.house, found, now=me.now),
        habits=habits(me, elder=elder),
        tier=tier_words(me.house.book, found.tier),
        grade="" if found.risk.grade is None else found.risk.grade.name,
        grade_valid_to=valid_to,
        grade_over=valid_to is not None and valid_to < me.now.date(),
        personalisation=found.standing.personalisation,
        newcomer_day=found.newcomer_day,
    )


def cards_shown(me: Mine) -> tuple[CardView, ...]:
    """The cards alone."""
    return cards(me.house, me.profile(), now=me.now)
