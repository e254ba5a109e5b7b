"""A sign that the client hushed serves nobody, and goes on guarding what it guarded."""

from collections.abc import Callable
from dataclasses import replace

from tongxing.decision.applicability import applicability
from tongxing.domain.pages import Playbook
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Trigger


def hush(profile: Profile, sign: str) -> Profile:
    return replace(profile, standing=replace(profile.standing, hushed=frozenset({sign})))


def test_a_playbook_is_kept_back_by_a_hushed_sign_as_by_one_that_is_on(
    page: Callable[..., Playbook], profile: Callable[..., Profile], trigger: Callable[..., Trigger]
) -> None:
    guide, found = page(), profile("pension_searched")
    assert applicability(guide, found, trigger()) == ()
    (reason,) = applicability(guide, hush(found, "pension_account_open"), trigger())
    assert "pension_account_open was hushed" in reason
    assert applicability(guide, hush(found, "something_else"), trigger()) == ()
