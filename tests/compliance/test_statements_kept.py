"""Statements about what the house keeps and knows: personal data, prices, days, erasure, figures."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from statement_house import (
    DAY,
    HOUR,
    ID_NUMBER,
    MINUTE,
    NAME,
    NOW,
    OPENED,
    PENSION,
    PHONE,
    cards,
    event,
    happens,
    home,
    opening,
    trade,
)

from tongxing.adapters import market_files
from tongxing.adapters.book_files import load
from tongxing.adapters.entropy import SeededEntropy
from tongxing.app import house_for, temporary_house
from tongxing.domain.clock import BEIJING
from tongxing.domain.market import CalendarError
from tongxing.market import calendar
from tongxing.measurement.lives import Life, terms
from tongxing.measurement.rates import annual_ppm
from tongxing.measurement.retention import churn_by_month, churn_pooled, retained
from tongxing.profile.signs import NAMES
from tongxing.service.close_day import close_day, previous_close
from tongxing.service.file_doors import profile_lines
from tongxing.service.house import House

ROOT = Path(__file__).parents[2]
CHIPS, SHORT_BONDS = "512480", "F00002"


@pytest.fixture
def house() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        yield found


TOLD = (NAME, PHONE, ID_NUMBER, PENSION, "1990-01-01", "D1-0900", "123000")
"""What the client of these tests told the house or did, as it was written."""


def test_statement_20_no_plain_personal_data_stand_in_ledger_store_or_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    house = house_for(tmp_path / "store.db", entropy=SeededEntropy(7))
    happens(house, *opening(), trade(CHIPS, "1.23"), event("searched", {"text": PENSION}))
    assert home(house).name == NAME
    assert cards(house) == {"pension_guide"}
    leaves = b"".join(leaf.encoded for leaf in house.store.leaves())
    house.store.close()
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"C000001" in written, "the right files are looked at"
    assert leaves
    logged = caplog.text + "".join(capfd.readouterr())
    for told in TOLD:
        assert told.encode() not in leaves, told
        assert told.encode() not in written, told
        assert told not in logged, told


def test_statement_20_test_data_hold_no_identity_number_of_a_real_area() -> None:
    weights, checks = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), "10X98765432"
    pages = [
        path
        for folder in ("tests", "scenarios", "src", "docs", "tools", "benchmarks")
        for path in sorted((ROOT / folder).rglob("*"))
        if path.suffix in {".py", ".yaml", ".md", ".csv", ".txt", ".json", ".jsonl"}
        and "data" not in path.parts
    ]
    assert len(pages) > 300
    found: dict[str, str] = {}
    for page in pages:
        text = page.read_bytes().decode("utf-8", errors="ignore")
        for number in re.findall(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9X](?![0-9A-Za-z])", text):
            total = sum(weight * int(digit) for weight, digit in zip(weights, number[:17], strict=True))
            if checks[total % 11] == number[17] and not number.startswith("999999"):
                found[number[:6]] = str(page.relative_to(ROOT))
    assert found == {}


class UpTo:
    """A market that knows nothing after a day: whoever asks for later is found out."""

    def __init__(self, market: object, last: date) -> None:
        self.market, self.last = market, last
        self.asked: list[tuple[str, date]] = []

    def __getattr__(self, name: str) -> object:
        found = getattr(self.market, name)
        if not callable(found):
            return found

        def ask(*given: object, **named: object) -> object:
            for value in given:
                if isinstance(value, date):
                    self.asked.append((name, value))
                    assert value <= self.last, f"{name} was asked for {value}"
            return found(*given, **named)

        return ask


def test_statement_33_a_close_is_valued_by_what_was_known_at_that_close(house: House) -> None:
    happens(house, *opening(), trade(CHIPS, "1.00"), trade(SHORT_BONDS, "1.05", OPENED + MINUTE))
    day = NOW.date()
    watched = UpTo(house.market, day)
    assert close_day(replace(house, market=watched), day) == 1  # type: ignore[arg-type]
    assert {name for name, _ in watched.asked} >= {"last_close"}
    nav = house.market.last_close(SHORT_BONDS, day)
    close = house.market.last_close(CHIPS, day)
    assert nav is not None
    assert close is not None
    assert nav[1] == house.market.previous_session(day), "a fund's value of the day comes out in the evening"
    assert close[1] == day
    valued = [stored.event.body for stored in house.store.events_of("C000001")][-1]
    cash = int(str(valued["cash_fen"]))
    assert int(str(valued["value_fen"])) - max(cash, 0) == int(close[0] * 100_000) + int(nav[0] * 100_000)


def test_statement_33_no_price_of_the_shipped_history_is_given_before_its_day() -> None:
    market = market_files.load()
    days = market.sessions(date(2026, 3, 2), date(2026, 4, 30))
    for code in market.codes():
        assert all(found[1] <= day for day in days if (found := market.last_close(code, day)) is not None)
    for fund in market.fund_codes():
        assert all(found[1] < day for day in days if (found := market.last_close(fund, day)) is not None)


def test_statement_33_a_profile_of_a_day_does_not_know_the_next(house: House) -> None:
    before = [*opening(), event("searched", {"text": PENSION}, NOW - DAY)]
    late = replace(event("searched", {"text": PENSION}, NOW - 2 * HOUR), known_at=NOW + HOUR)
    after = [late, event("assessment_taken", {"grade": "C5", "valid_to": "2028-01-01"}, NOW + MINUTE)]
    (then,) = profile_lines(before, as_of=NOW, book=house.book)
    assert list(profile_lines([*before, *after], as_of=NOW, book=house.book)) == [then]
    assert list(profile_lines([*before, *after], as_of=NOW + DAY, book=house.book)) != [then]


def test_statement_34_a_day_the_exchange_is_shut_is_no_session() -> None:
    market = market_files.load()
    assert not market.is_session(date(2024, 2, 9)), "shut, though the public worked"
    assert not market.is_session(date(2026, 10, 1))
    assert not market.is_session(date(2026, 2, 14)), "a working weekend does not open the exchange"
    assert market.next_session(date(2026, 9, 30)) == date(2026, 10, 8)


def test_statement_34_a_year_without_its_notice_stops_the_house(house: House) -> None:
    shipped = (files("tongxing.book") / "calendars" / "xshg.csv").read_text(encoding="utf-8")
    lines = shipped.splitlines(keepends=True)
    short = calendar.parse("".join(line for line in lines if not line.startswith("2026")))
    assert calendar.parse(shipped).is_session(NOW.date())
    for ask in (short.is_session, short.next_session, short.previous_session):
        with pytest.raises(CalendarError, match="2026"):
            ask(NOW.date())
    with pytest.raises(CalendarError):
        short.next_session(date(2025, 12, 31))
    with pytest.raises(CalendarError, match="2027"):
        previous_close(house, datetime(2027, 1, 4, 16, 0, tzinfo=BEIJING))
    with pytest.raises(CalendarError, match="2027"):
        house.market.is_session(date(2027, 1, 4))


def test_statement_39_no_share_of_leavers_is_without_formula_cohort_and_interval() -> None:
    rules = load(None, sign_names=NAMES).rules
    by, through = terms(rules, date(2026, 5, 6)), date(2026, 3, 31)
    opened = date(2025, 1, 6)
    lives = [
        Life(
            client_id=f"C{number:06d}",
            opened_on=opened,
            assets_fen=((opened, 5_000_000),),
            closed_on=date(2026, 2, 10) if number < 3 else None,
        )
        for number in range(50)
    ]
    months = churn_by_month(lives, first=date(2026, 1, 1), through=through, by=by)
    stayed = retained(lives, days=30, opened=(opened, opened), through=through, by=by)
    figures = [churn_pooled(months), stayed]
    for month in months:
        figures += [month.monthly, month.annual]
    for figure in figures:
        assert figure.formula, figure.name
        assert figure.cohort, figure.name
        assert figure.interval, figure.name
        assert figure.value_ppm is not None
        assert figure.low_ppm is not None
        assert figure.high_ppm is not None
        assert figure.low_ppm <= figure.value_ppm <= figure.high_ppm
        assert figure.low_ppm < figure.high_ppm, "fifty clients do not make a certainty"
    assert (months[1].monthly.part, months[1].monthly.whole) == (3, 50)
    assert months[1].annual.value_ppm == annual_ppm(60_000) > 500_000


def test_statement_39_nobody_is_paid_by_trading_volume() -> None:
    rules = load(None, sign_names=NAMES).rules
    assert rules.number("scorecard_volume_weight_bp", date(2026, 5, 6)) == 0
    parts = rules.words("scorecard_parts", date(2026, 5, 6))
    assert parts == ("satisfaction", "client_asset_result", "repurchase", "community")
