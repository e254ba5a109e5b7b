"""The book as compliance sees it: the real pages it judges by, and the smallest stand-ins for the others."""

import pytest
from compliance_cases import BOOK

from tongxing.domain.book import Book


@pytest.fixture(scope="session")
def book() -> Book:
    return BOOK
