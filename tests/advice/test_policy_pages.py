"""The policy: strictly read, signed, and its episodes are what really happened."""

from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from allocation_kit import VERSION, book, policy

from tongxing.adapters.book_files import page_texts
from tongxing.advice.policy_seal import digest, why_unsigned
from tongxing.app import temporary_house
from tongxing.book.policy_pages import in_force
from tongxing.book.reader import read
from tongxing.profile.signs import NAMES

PAGE = f"policies/{VERSION}.yaml"
REAL_BOND = "SHORTBONDC"


def test_the_shipped_policy_is_signed_by_a_key_in_force() -> None:
    assert why_unsigned(policy(), book().policy_keys) == ""


def test_a_policy_changed_by_one_figure_is_not_the_signed_one() -> None:
    grades = dict(policy().grades)
    grade = next(iter(grades))
    grades[grade] = replace(grades[grade], loss_bp=grades[grade].loss_bp + 1)
    changed = replace(policy(), grades=grades)
    assert why_unsigned(changed, book().policy_keys) == "policy_signature_wrong"
    assert digest(changed) != digest(policy())
    assert why_unsigned(replace(policy(), signature="A" * 86 + "=="), book().policy_keys)
    assert why_unsigned(replace(policy(), signature="?"), book().policy_keys) == "policy_signature_wrong"
    assert why_unsigned(replace(policy(), key="nobody"), book().policy_keys) == "policy_key_unknown"
    late = tuple(replace(one, starts=policy().starts + timedelta(days=1)) for one in book().policy_keys)
    assert why_unsigned(policy(), late) == "policy_key_not_in_force"


def test_the_latest_version_that_has_begun_is_in_force() -> None:
    both = {"2026-05": policy(), "2026-07": replace(policy(), version="2026-07", starts=date(2026, 7, 1))}
    assert in_force(both, date(2026, 4, 30)) is None
    assert in_force(both, date(2026, 6, 30)) is policy()
    found = in_force(both, date(2026, 7, 1))
    assert found is not None
    assert found.version == "2026-07"


def test_episodes_are_what_the_history_shows() -> None:
    with temporary_house(seed=1) as house:
        for episode in policy().episodes:
            for block in policy().blocks:
                if block.name in episode.assumed:
                    continue
                code = REAL_BOND if block.name == "short_bond" else block.code
                found = house.market.total_return_ppm(code, episode.first, episode.last)
                assert found is not None, (episode.name, block.name)
                assert abs(found / 100 - episode.change_bp[block.name]) <= 1, (episode.name, block.name)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("kind: money,", "kind: gems,", "none of"),
        ("code: F00002", "code: F00001", "stands here twice"),
        ('code: "510300"', 'code: "519999"', "no product"),
        ("risk: R4", "risk: R1", "its product is R4"),
        ("treasury_10y|csi_300", "csi_300|treasury_10y", "no pair"),
        ("loss_bp: 500", "loss_bp: 5", "may not carry less"),
        ("last: 2015-08-26", "last: 2015-01-01", "ends before it begins"),
        ("gold: 578}", "silver: 578}", "a change of every block"),
        ("relax: [turnover, duration, tickets]", "relax: [turnover, stress]", "none of"),
        ("step_bp: 100", "step_bp: 250", "one of 100 and 500"),
        ("mean_bp: 140", "mean_bp: 1.4", "no whole number"),
        ("owner: 合规部", "owner: 合规部\nhidden: 1", "unknown key"),
    ],
)
def test_a_faulty_policy_is_named_with_its_line(old: str, new: str, complaint: str) -> None:
    pages, unreadable = page_texts(Path(str(files("tongxing.book"))))
    assert not unreadable
    assert old in pages[PAGE]
    found = read({**pages, PAGE: pages[PAGE].replace(old, new, 1)}, sign_names=NAMES)
    assert isinstance(found, list)
    assert any(one.path == PAGE and complaint in one.what and one.line for one in found), found
