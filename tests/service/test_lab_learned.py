"""What was learned in the lab is kept with consent, when the client says so, and nothing before."""

import pytest
from desk_house import CLIENT, NOW, bodies, fill, minutes

from tongxing.service.client_acts import ActRefusedError, set_personalisation
from tongxing.service.house import House
from tongxing.service.lab_learned import may_remember, remember, remembered
from tongxing.service.lab_play import episodes
from tongxing.service.lab_stage import LabError, episode_of
from tongxing.service.me_who import Mine, mine
from tongxing.service.work import work


def right(house: House, name: str) -> tuple[str, ...]:
    return tuple(str(one.right) for one in episode_of(house, name).told("zh-CN").quiz)


def me(house: House, minute: int = 61) -> Mine:
    return mine(house, CLIENT, now=minutes(minute))


def keep(house: House, name: str, given: tuple[str, ...], token: str, minute: int = 61) -> None:
    remember(me(house, minute), name, given, now=minutes(minute), token=token)
    work(house, now=minutes(minute))


def test_three_episodes_learned_make_the_label_and_two_do_not(house: House) -> None:
    fill(house)
    for number, one in enumerate(episodes(house)[:3]):
        names = [label.name for label in me(house).profile().labels]
        assert "学习能力强" not in names
        keep(house, one.name, right(house, one.name), f"{number:016x}")
    found = next(one for one in me(house, 62).profile().labels if one.name == "学习能力强")
    assert len(found.evidence) == 3
    assert remembered(me(house, 62)) == {one.name: 100 for one in episodes(house)[:3]}


def test_the_best_score_stands_and_a_form_counts_once(house: House) -> None:
    fill(house)
    given = right(house, "crash_2015")
    worse = ("9", *given[1:])
    keep(house, "crash_2015", given, "a" * 16)
    keep(house, "crash_2015", given, "a" * 16, 62)
    keep(house, "crash_2015", worse, "b" * 16, 63)
    assert [body["score"] for body in bodies(house, "course_done")] == [100, 66]
    assert remembered(me(house, 64)) == {"crash_2015": 100}


def test_without_consent_nothing_is_kept(house: House) -> None:
    fill(house, consents=())
    assert not may_remember(me(house))
    with pytest.raises(ActRefusedError, match="no_consent"):
        keep(house, "crash_2015", right(house, "crash_2015"), "a" * 16)
    assert bodies(house, "course_done") == []


def test_switched_off_it_is_neither_kept_nor_shown(house: House) -> None:
    fill(house)
    keep(house, "crash_2015", right(house, "crash_2015"), "a" * 16)
    set_personalisation(house, CLIENT, on=False, now=minutes(62))
    assert remembered(me(house, 63)) == {}
    with pytest.raises(ActRefusedError, match="no_consent"):
        keep(house, "slow_2018", right(house, "slow_2018"), "b" * 16, 63)


@pytest.mark.parametrize("given", [(), ("1",), ("1", "", "2"), ("1", "x", "2"), ("1", "²", "2")])
def test_a_quiz_not_answered_is_not_kept(house: House, given: tuple[str, ...]) -> None:
    fill(house)
    with pytest.raises(ActRefusedError, match="unanswered"):
        keep(house, "crash_2015", given, "a" * 16)


def test_an_unknown_episode_is_no_course(house: House) -> None:
    fill(house)
    with pytest.raises(LabError):
        remember(me(house), "nothing", ("1",), now=NOW, token="")
