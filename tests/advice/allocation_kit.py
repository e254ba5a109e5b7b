"""What tests of allocation share: the packaged policy, the table's policy, and purses."""

from dataclasses import replace
from datetime import date
from functools import cache

from tongxing.adapters.book_files import load
from tongxing.advice.facts import Purse
from tongxing.advice.limits import Model, model_of
from tongxing.domain.book import Book
from tongxing.domain.grades import ProductRisk, Tolerance
from tongxing.domain.policy import Policy
from tongxing.profile.signs import NAMES

VERSION = "2026-05"
DAY = date(2026, 5, 6)
WHO = Purse(grade=Tolerance.C4, debt_bp=3_333, turnover_bp=20_000, months=60)
"""The report's client: 5,000 of 15,000 a month is owed, everything is traded twice a year."""


@cache
def book() -> Book:
    return load(sign_names=NAMES)


@cache
def policy() -> Policy:
    return book().policies[VERSION]


@cache
def house() -> Model:
    return model_of(policy())


@cache
def table() -> Model:
    """The policy of the table: 10 % gold for every grade, no product above a grade, no fees."""
    grades = {one: replace(page, commodity_bp=1_000) for one, page in policy().grades.items()}
    free = [replace(one, risk=ProductRisk.R1, buy_ppm=0, sell_ppm=0) for one in policy().blocks]
    return model_of(replace(policy(), grades=grades, blocks=tuple(free)))
