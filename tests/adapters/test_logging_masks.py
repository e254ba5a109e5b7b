import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from logged_lines import Terminal, logged
from planted import names, personal
from tongxing.adapters.logging_masks import FIELDS, MASK, mask, scrubbed
from tongxing.adapters.logging_output import LoggingError

AROUND = (
    "{}",
    "no such client {}",
    "{} is locked",
    "key ({}) already exists",
    "at {}, later",
    "名为{}的客户",
)
IDS = {"trace_id", "event_trace_id", "decision_id", "digest"}
"""Digests of ours: they are hexadecimal, as a key may be, and made by nobody else."""
ROUTE = "/v1/clients/{client_id}/next"
SAID = sorted(FIELDS.keys() - IDS)
UNLISTED = st.text("abcdefgh_", min_size=1, max_size=12).filter(lambda name: name not in FIELDS)


@given(value=personal, field=st.sampled_from(SAID), around=st.sampled_from(AROUND))
def test_nothing_personal_passes_a_field_that_is_listed(value: str, field: str, around: str) -> None:
    kept = mask(None, "info", {field: around.format(value)})
    assert value not in json.dumps(kept, ensure_ascii=False)


@given(value=personal, field=UNLISTED)
def test_a_field_nobody_listed_is_left_out_whole(value: str, field: str) -> None:
    assert mask(None, "info", {"event": "said", field: value}) == {"event": "said", "masked": 1}


@given(value=personal, around=st.sampled_from(AROUND), twice=personal)
def test_an_exception_is_told_without_its_text(value: str, around: str, twice: str) -> None:
    try:
        try:
            raise KeyError(value)  # noqa: TRY301 - the failure is made here
        except KeyError as first:
            raise ValueError(around.format(twice)) from first
    except ValueError as problem:
        kept = mask(None, "error", {"event": "failed", "exc_info": problem})
    assert kept["error"] == ["ValueError", "KeyError"]
    line = json.dumps(kept, ensure_ascii=False)
    assert value not in line
    assert twice not in line
    assert "test_logging_masks.py" in line


@given(number=st.integers(min_value=10**9))
def test_a_number_as_long_as_a_phone_is_masked(number: int) -> None:
    assert mask(None, "info", {"count": number, "ms": number}) == {"count": MASK, "ms": MASK}


@given(value=personal)
def test_a_line_of_a_library_goes_through_the_same_mask(value: str) -> None:
    with logged() as log:
        logging.getLogger("sqlalchemy.pool").error("could not bind %s", value)
        logging.getLogger("uvicorn.access").warning("GET /search?q=%s", value)
        logging.getLogger("uvicorn.error").error("broken", exc_info=ValueError(value))
    assert [line["logger"] for line in log.lines()] == ["sqlalchemy.pool", "uvicorn.error"]
    assert value not in log.text()
    assert value not in json.dumps(log.lines(), ensure_ascii=False)


@given(name=names)
def test_words_for_an_operator_stay_readable(name: str) -> None:
    said = f"database is locked: '{name}' waits for the disk"
    assert scrubbed(said) == f"database is locked: {MASK} waits for the disk"


def test_figures_and_names_of_the_book_are_kept() -> None:
    said = {
        "trace_id": "4b" * 16,
        "what": "sign:pension_searched",
        "rules": ["quiet_hours"],
        "ms": 1.5,
        "route": ROUTE,
    }
    with logged() as log:
        structlog.get_logger().info("decided", **said)
    (line,) = log.lines()
    assert {name: line[name] for name in said} == said
    assert line["level"] == "info"
    assert str(line["timestamp"]).endswith("Z")


def test_a_person_at_a_terminal_reads_text_and_only_what_matters() -> None:
    with logged(Terminal(), TONGXING_LOG="") as log:
        structlog.get_logger().info("request", route="/me")
        structlog.get_logger().error("the store fails; trying again", why="disk is full")
    assert "disk is full" in log.text()
    assert "/me" not in log.text()
    with pytest.raises(json.JSONDecodeError):
        log.lines()


@pytest.mark.parametrize("settings", [{"TONGXING_LOG": "xml"}, {"TONGXING_LOG_LEVEL": "loud"}])
def test_a_setting_that_means_nothing_is_refused(settings: dict[str, str]) -> None:
    with pytest.raises(LoggingError, match="json or text"), logged(**settings):
        pass


def test_what_became_of_a_key_file_is_told_and_what_a_key_is_never() -> None:
    assert scrubbed("the key file of store.db is missing") == "the key file of store.db is missing"
    assert scrubbed("the key is missing") == "the key is missing"
    for told in ("key=sesame", "key: sesame", "password sesame", "Bearer sesame", "session  sesame"):
        assert "sesame" not in scrubbed(told)
