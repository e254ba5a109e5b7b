"""The console shows the log with national algorithms, and never calls it certified."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from console_app import browser

from tongxing.adapters.tlog.log import TileLog
from tongxing.adapters.tlog.published import KEY_FILE, PublishedLog
from tongxing.adapters.tlog.sm2 import sm2_key
from tongxing.app import temporary_house
from tongxing.ledger.note_keys import ED25519, SigningKey
from tongxing.service.console_log import log_view
from tongxing.service.house import House

PLAIN = SigningKey("log.example/records", ED25519, bytes(range(32)))
NATIONAL = sm2_key("log.example/records-gm")


@pytest.fixture(scope="module")
def plain() -> Iterator[House]:
    with temporary_house(seed=7) as found:
        yield found


@pytest.fixture
def both(plain: House, tmp_path: Path) -> House:
    logs = {}
    for key in (PLAIN, NATIONAL):
        logs[key] = tmp_path / key.name.rpartition("/")[2]
        with TileLog(logs[key], key) as log:
            log.append([b"a", b"b", b"c"])
        (logs[key] / KEY_FILE).write_text(key.verifier.line)
    return replace(
        plain, log=PublishedLog(logs[PLAIN]), national_log=PublishedLog(logs[NATIONAL]), witnesses=None
    )


def page_of(house: House) -> str:
    with browser(house) as client:
        return client.get("/console/log").text


def test_it_is_listed_with_size_root_and_key_and_said_not_to_be_certified(both: House) -> None:
    assert both.national_log is not None
    view, page = log_view(both), page_of(both)
    assert view.national is not None
    assert (view.national.size, len(view.national.root)) == (3, 64)
    assert view.national.root != view.root
    for words in ("国密日志", "未经商用密码产品认证", NATIONAL.verifier.line, view.national.root, view.root):
        assert words in page, words
    assert 'href="/log/records-gm/checkpoint"' in page


def test_nobody_sees_it_where_nobody_asked_for_it(both: House) -> None:
    alone = replace(both, national_log=None)
    assert log_view(alone).national is None
    assert "国密" not in page_of(alone)


def test_before_it_is_begun_and_without_its_library_the_page_says_so(
    both: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = replace(both, national_log=PublishedLog(tmp_path / "nothing"))
    assert "还没有开始写存证日志" in page_of(empty)
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)
    page = page_of(both)
    assert "本机没有安装国密算法库" in page
    assert NATIONAL.verifier.line in page
    assert "国密日志" in page
