"""Facts for the words of one touch: each value with its source and time, fetched before wording."""

from collections.abc import Iterable
from datetime import date, timedelta

from tongxing.domain.book import Book, RuleMissingError
from tongxing.domain.clock import BEIJING, instant
from tongxing.domain.draft import Fact, FactSheet
from tongxing.domain.grades import Tolerance
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Touch
from tongxing.service.facts_life import facts_of_life
from tongxing.service.facts_money import facts_of_money
from tongxing.service.plan_card import facts_of_plan
from tongxing.service.ports import Market

LINES_OF_HELP = ("crisis_line", "crisis_ambulance", "crisis_police")
"""Telephone numbers for a client in a crisis."""


def facts_for(
    touch: Touch, *, names: Iterable[str], profile: Profile, book: Book, market: Market, locale: str
) -> FactSheet:
    """The facts an approved text asks for; one that is not known is left out, never invented."""
    found = _of_signs(touch, profile) | _of_profile(profile)
    on = touch.trigger.at.astimezone(BEIJING).date()
    found |= _of_book(profile, book, on)
    found |= facts_of_life(touch, profile, book, locale)
    found |= facts_of_money(touch, profile, book, market)
    found |= facts_of_plan(touch, profile, book, locale)
    wanted = frozenset(names)
    if "benchmark_change_ppm" in wanted:
        found |= _of_benchmark(found, book, market, on)
    return FactSheet(facts={name: fact for name, fact in found.items() if name in wanted})


def _of_signs(touch: Touch, profile: Profile) -> dict[str, Fact]:
    """What the signs that made the touch applicable rest on."""
    at = instant(profile.as_of)
    return {
        name: Fact(name=name, value=value, source=f"profile:{sign.name}", at=at)
        for sign in touch.signs
        for name, value in sign.detail.items()
    }


def _of_profile(profile: Profile) -> dict[str, Fact]:
    at = instant(profile.as_of)
    facts = {
        name: Fact(name=name, value=value, source="profile:features", at=at)
        for name, value in profile.features.items()
        if value is not None
    }
    facts["as_of"] = Fact(name="as_of", value=at.date().isoformat(), source="profile", at=at)
    drawdown = profile.risk.drawdown_90d_ppm
    if drawdown is not None:
        facts["max_drawdown_ppm"] = Fact(
            name="max_drawdown_ppm", value=drawdown, source="profile:features", at=at
        )
    if profile.standing.grade is not None:
        grade = profile.standing.grade.name
        facts["grade"] = Fact(name="grade", value=grade, source="assessment", at=at)
    return facts


def _of_book(profile: Profile, book: Book, on: date) -> dict[str, Fact]:
    """Choices and names that the book keeps as dated rows; without a grade, the choices of the lowest."""
    at = instant(profile.as_of)
    facts: dict[str, Fact] = {}
    grade = profile.standing.grade or Tolerance.C1L
    rules = {"benchmark_name": "benchmark_name", "hedge_choices": f"hedge_choices_{grade.name.lower()}"}
    rules |= {name: name for name in LINES_OF_HELP}
    for name, rule_id in rules.items():
        try:
            value = book.rules.row(rule_id, on).value
        except RuleMissingError:
            continue
        if isinstance(value, (str, tuple)):
            facts[name] = Fact(name=name, value=value, source=f"rule:{rule_id}", at=at)
    return facts


def _of_benchmark(found: dict[str, Fact], book: Book, market: Market, on: date) -> dict[str, Fact]:
    """The benchmark over the same sessions as the client's own change."""
    days, priced = found.get("days"), found.get("price_date")
    if days is None or priced is None or not isinstance(days.value, int):
        return {}
    end = date.fromisoformat(str(priced.value))
    sessions = market.sessions(end - timedelta(days=days.value * 3 + 10), end)
    if len(sessions) <= days.value:
        return {}
    code = book.rules.text("benchmark_code", on)
    change = market.index_change_ppm(code, sessions[-1 - days.value], end)
    if change is None:
        return {}
    return {
        "benchmark_change_ppm": Fact(
            name="benchmark_change_ppm", value=change, source=f"market:{code}", at=priced.at
        )
    }
