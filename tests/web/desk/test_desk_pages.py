"""The desk as people use it: read, take, write, note, hand over; and what is answered to bad input."""

import re

import pytest
from desk_people import NOW, WHO, happened
from page_house import Browser

from tongxing.service.house import House
from tongxing.service.work import work

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
KIND = "我会先核对清楚，下午三点前给您打电话说明。"


def task_id(house: House, kind: str = "event") -> str:
    return next(one.task_id for one in house.store.tasks.of_client("C1") if one.kind == kind)


def send(desk: Browser, path: str, who: str = "adviser-1", **fields: str) -> tuple[int, str, str]:
    answer = desk.post(path, data={"form": "1", **fields}, headers={WHO: who}, follow_redirects=False)
    return answer.status_code, answer.headers.get("location", ""), answer.text


def said(text: str, number: str, *, product: str = "") -> dict[str, str]:
    """The form with words to the client."""
    return {"text": text, "nature": "service", "product": product, "token": number}


def read(desk: Browser, path: str, who: str = "adviser-1") -> tuple[int, str]:
    answer = desk.get(path, headers={WHO: who})
    return answer.status_code, answer.text


def test_a_manager_arranges_who_stands_in_and_ends_it(desk: Browser) -> None:
    days = {"first": NOW.date().isoformat(), "last": NOW.date().isoformat()}
    form = {"absent": "adviser-1", "substitute": "adviser-2", **days}
    assert read(desk, "/desk/clients/C1", "adviser-2")[0] == 404
    assert send(desk, "/desk/team/substitutes", "manager-1", **form)[:2] == (
        303,
        "/desk/team?ok=substitute_set",
    )
    status, page = read(desk, "/desk/team", "manager-1")
    assert (status, "周予安 代 林知行" in page) == (200, True)
    assert "周予安 代 林知行" in read(desk, "/desk", "adviser-2")[1]
    assert read(desk, "/desk/clients/C1", "adviser-2")[0] == 200
    (number,) = re.findall(r"/desk/team/substitutes/(\d+)/end", page)
    end = f"/desk/team/substitutes/{number}/end"
    assert send(desk, end, "manager-1")[1] == "/desk/team?ok=substitute_ended"
    assert send(desk, end, "manager-1")[1] == "/desk/team?no=ended"
    assert read(desk, "/desk/clients/C1", "adviser-2")[0] == 404


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"first": "soon"}, "no=form"),
        ({"last": "2099-01-01"}, "no=substitute_days&who=92"),
        ({"substitute": "adviser-1"}, "no=substitute_self"),
        ({"substitute": "adviser-3"}, "no=no_such_adviser"),
        ({"substitute": "adviser-4"}, "no=substitute_licence"),
    ],
)
def test_an_absence_that_cannot_be_arranged_is_answered_with_why(
    desk: Browser, change: dict[str, str], said: str
) -> None:
    day = NOW.date().isoformat()
    form = {"absent": "adviser-1", "substitute": "adviser-2", "first": day, "last": day}
    assert send(desk, "/desk/team/substitutes", "manager-1", **{**form, **change})[1] == f"/desk/team?{said}"
    assert 'role="alert"' in read(desk, f"/desk/team?{said}", "manager-1")[1]
    assert send(desk, "/desk/team/substitutes/99x/end", "manager-1")[1] == "/desk/team?no=ended"


def test_the_desk_says_what_to_do_first_and_for_whom(desk: Browser, desk_house: House) -> None:
    status, words = read(desk, "/desk")
    assert status == 200
    assert "客户投诉：请在时限内答复" in words
    assert f"/desk/tasks/{task_id(desk_house)}" in words
    assert "林晓晓" in words


def test_every_page_speaks_both_languages(desk: Browser, desk_house: House) -> None:
    for path in ("/desk", f"/desk/tasks/{task_id(desk_house)}", "/desk/clients/C1"):
        assert 'lang="en"' in read(desk, f"{path}?lang=en")[1]
        assert "desk." not in re.sub(r"desk\.css|class=\"[^\"]*\"", "", read(desk, path)[1])


def test_a_task_is_taken_worked_on_and_finished(desk: Browser, desk_house: House) -> None:
    page = f"/desk/tasks/{task_id(desk_house)}"
    assert "费用一直没有人答复" not in read(desk, page)[1]
    assert send(desk, f"{page}/take")[:2] == (303, f"{page}?ok=taken")
    assert "费用一直没有人答复" in read(desk, page)[1]
    assert send(desk, f"{page}/take", "manager-1")[:2][1].startswith(f"{page}?no=taken")
    assert send(desk, f"{page}/finish", outcome="declined", why="不想办")[1] == f"{page}?no=duty"
    assert send(desk, f"{page}/finish", outcome="done")[1] == f"{page}?ok=finished"
    assert send(desk, f"{page}/finish", outcome="done")[1] == f"{page}?no=ended"
    assert send(desk, f"{page}/finish", outcome="perhaps")[1] == f"{page}?no=choice"


def test_cleared_words_are_sent_and_refused_ones_come_back_with_the_law(
    desk: Browser, desk_house: House
) -> None:
    page = f"/desk/tasks/{task_id(desk_house)}"
    assert send(desk, f"{page}/words", **said("稳赚不赔", "1"))[1] == f"{page}?no=unsaid"
    words = read(desk, page)[1]
    assert "证券法第一百三十五条" in words
    assert ">稳赚不赔</textarea>" in words
    assert send(desk, f"{page}/words", **said(KIND, "2"))[1] == f"{page}?ok=sent"
    assert "等待送达" in read(desk, page)[1]
    work(desk_house, now=NOW)
    assert "已送达" in read(desk, page)[1]
    assert KIND in read(desk, "/desk/clients/C1")[1]


def test_words_that_cannot_be_judged_are_shown_again_as_typed(desk: Browser, desk_house: House) -> None:
    page = f"/desk/tasks/{task_id(desk_house)}/words"
    status, _to, words = send(desk, page, **said("一" * 1001, "1"))
    assert status == 422
    assert "一" * 1001 in words
    for fields in ({"nature": "service"}, {"text": KIND, "nature": "poetry"}, {"text": KIND}):
        assert send(desk, page, **fields)[0] == 422
    status, _to, words = send(desk, page, **said(KIND, "1", product="ABCDE"))
    assert (status, "产品库里没有这个代码" in words) == (422, True)


def test_a_text_of_ten_megabytes_is_turned_away(desk: Browser, desk_house: House) -> None:
    page = f"/desk/tasks/{task_id(desk_house)}/words"
    answer = desk.post(page, content=b"text=" + b"a" * 10_000_000, headers=FORM)
    assert answer.status_code == 413


@pytest.mark.parametrize("path", ["/desk/tasks/nobodys", "/desk/tasks/%00", "/desk/tasks/" + "x" * 3000])
def test_an_unknown_task_and_one_of_somebody_else_are_answered_alike(
    path: str, desk: Browser, desk_house: House
) -> None:
    status, unknown = read(desk, path, "adviser-3")
    foreign_status, foreign = read(desk, f"/desk/tasks/{task_id(desk_house)}", "adviser-3")
    assert (status, foreign_status) == (404, 404)
    assert unknown == foreign
    assert send(desk, f"{path}/take")[0] == 404


def test_a_client_of_somebody_else_is_as_if_not_there(desk: Browser) -> None:
    status, foreign = read(desk, "/desk/clients/C2")
    assert (status, read(desk, "/desk/clients/C404")) == (404, (404, foreign))
    for act, fields in (
        ("notes", {"outcome": "reached", "text": "x"}),
        ("contact", {"why": "x"}),
        ("appointments", {"at": "2026-05-08T10:00", "minutes": "30", "way": "phone"}),
        ("hand-over", {"to": "adviser-2", "why": "x"}),
        ("reveal", {"field": "phone", "reason": "x"}),
    ):
        assert send(desk, f"/desk/clients/C2/{act}", **fields)[0] == 404


def test_a_masked_field_opens_for_a_reason_and_only_in_that_answer(desk: Browser) -> None:
    number = "13900000001"
    assert number not in read(desk, "/desk/clients/C1")[1]
    status, _to, words = send(desk, "/desk/clients/C1/reveal", field="phone", reason=" ")
    assert (status, number in words) == (422, False)
    status, _to, words = send(desk, "/desk/clients/C1/reveal", field="phone", reason="回访投诉")
    assert (status, number in words, "999999199001010013" in words) == (200, True, False)
    assert number not in read(desk, "/desk/clients/C1")[1]


def test_the_clients_own_words_and_sensitive_notes_are_sealed_on_the_page(desk: Browser) -> None:
    note = {"outcome": "reached", "text": "家里有人住院", "sensitive": "1", "token": "n"}
    assert send(desk, "/desk/clients/C1/notes", **note)[1] == "/desk/clients/C1?ok=noted"
    words = read(desk, "/desk/clients/C1")[1]
    assert "家里有人住院" not in words
    assert "费用一直没有人答复" not in words
    ref = re.search(r'name="field" value="(desk\|call_noted[^"]+)"', words)
    assert ref is not None
    opened = send(desk, "/desk/clients/C1/reveal", field=ref.group(1), reason="准备回访")[2]
    assert "家里有人住院" in opened
    assert "费用一直没有人答复" not in opened


def test_an_appointment_is_kept_and_downloaded(desk: Browser) -> None:
    made = {"at": "2026-05-08T10:00", "minutes": "30", "way": "phone", "token": "a"}
    assert send(desk, "/desk/clients/C1/appointments", **made)[1] == "/desk/clients/C1?ok=agreed"
    link = re.search(r'href="([^"]+\.ics)"', read(desk, "/desk/clients/C1")[1])
    assert link is not None
    file = desk.get(link.group(1))
    assert file.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20260508T020000Z" in file.text
    assert desk.get(link.group(1), headers={WHO: "adviser-3"}).status_code == 404
    for wrong, reason in (
        ({"at": "soon"}, "form"),
        ({"minutes": "ten"}, "form"),
        ({"minutes": "9" * 400}, "form"),
        ({"at": "1999-01-01T10:00"}, "past"),
        ({"way": "pigeon"}, "choice"),
    ):
        answer = send(desk, "/desk/clients/C1/appointments", **{**made, **wrong})
        assert answer[1] == f"/desk/clients/C1?no={reason}"


def test_a_hand_over_goes_from_one_hand_to_another(desk: Browser, desk_house: House) -> None:
    asked = {"to": "adviser-2", "why": "休假", "token": "h"}
    assert send(desk, "/desk/clients/C1/hand-over", **asked)[1] == "/desk/clients/C1?ok=asked"
    page = f"/desk/tasks/{task_id(desk_house, 'handover')}"
    assert "确认交接</button>" not in read(desk, page)[1]
    assert send(desk, f"{page}/confirm")[1] == "/desk?no=author"
    assert read(desk, "/desk/clients/C1", "adviser-2")[0] == 404
    assert "确认交接</button>" in read(desk, page, "adviser-2")[1]
    assert send(desk, f"{page}/confirm", "adviser-2")[1] == "/desk?ok=moved"
    assert read(desk, "/desk/clients/C1", "adviser-2")[0] == 200
    assert read(desk, "/desk/clients/C1")[0] == 404


def test_an_adviser_whose_licence_ended_is_told_and_sends_nothing(desk: Browser, desk_house: House) -> None:
    with desk_house.store.batch() as batch:
        batch.tasks.assign("C1", "adviser-4", since=NOW)
    page = f"/desk/tasks/{task_id(desk_house)}"
    assert "您的执业资格已于" in read(desk, page, "adviser-4")[1]
    answer = send(desk, f"{page}/words", "adviser-4", **said(KIND, "1"))
    assert answer[1] == f"{page}?no=unsaid"
    assert "缺少执业资格" in read(desk, page, "adviser-4")[1]


def test_one_form_sent_twice_is_one_act(desk: Browser, desk_house: House) -> None:
    asked = {"why": "问候", "token": "c"}
    first = send(desk, "/desk/clients/C1/contact", **asked)
    assert send(desk, "/desk/clients/C1/contact", **asked) == first
    assert sum(one.kind == "contact" for one in desk_house.store.tasks.of_client("C1")) == 1


def test_the_team_page_shows_load_and_no_trading(desk: Browser) -> None:
    status, words = read(desk, "/desk/team", "manager-1")
    assert status == 200
    assert "林知行" in words
    assert "尚未测量" in words
    for word in ("佣金", "成交额", "销量"):
        assert word not in words


def test_a_client_asks_for_a_person_and_the_desk_has_a_task(desk: Browser, desk_house: House) -> None:
    assert read(desk, "/me/human", "C1")[0] == 200
    assert send(desk, "/me/human", "C1", words="想问费用")[1] == "/me/human?ok=person"
    assert send(desk, "/me/human", "C1", words="想问费用")[1] == "/me/human?ok=person"
    assert sum(one.kind == "wish" for one in desk_house.store.tasks.of_client("C1")) == 1
    assert send(desk, "/me/human", "C1", words="字" * 1700)[1] == "/me/human?no=too_long"


def test_what_stands_in_the_address_is_never_said_by_the_page(desk: Browser) -> None:
    words = read(desk, "/desk?no=<script>alert(1)</script>&ok=%3Cb%3E")[1]
    assert "alert(1)" not in words
    assert "<b>" not in words.partition("<main")[2].partition("counters")[0]


def test_a_merged_record_leads_to_the_one_it_is_part_of(desk: Browser, desk_house: House) -> None:
    desk_house.store.append((happened(90, "merged_away", {"other_client_id": "C2"}),))
    work(desk_house, now=NOW)
    status, words = read(desk, "/desk/clients/C1")
    assert (status, "C2" in words) == (200, True)
    page = f"/desk/tasks/{task_id(desk_house)}"
    assert read(desk, page)[0] == 200
    assert send(desk, f"{page}/words", **said(KIND, "1"))[1].startswith(f"{page}?no=merged")
