"""What ends on a day and is made anew: identity documents, assessments, consents; and minds that change."""

from datetime import date, timedelta

import numpy as np

from tongxing.simulation import questionnaire
from tongxing.simulation.assumptions import Assumptions
from tongxing.simulation.chance import happens, one_of
from tongxing.simulation.diary import APP, CORE, Diary
from tongxing.simulation.mind import Mind
from tongxing.simulation.person import Person

DAY_FROM, DAY_TO = 9 * 3_600 + 2_400, 14 * 3_600
DOCUMENT_NOTICE, MONTH, YEAR = timedelta(days=90), timedelta(days=30), timedelta(days=365)
DOCUMENT_YEARS, ASSESSMENT_YEARS = 20, 2
SERVICE, MARKETING = "personalised_service", "marketing"


def sign_papers(mind: Mind, person: Person) -> None:
    """What the person has at the house on the day the account enters its log."""
    mind.id_to = person.id_valid_to
    mind.grade, mind.assessed_to = person.grade, person.assessment_valid_to
    mind.answers = dict(person.answers)
    until = dict(person.consents_until)
    mind.consents = {purpose: until.get(purpose) for purpose in person.consents}
    mind.personalised = person.personalisation


def keep_papers(
    person: Person, mind: Mind, chance: np.random.Generator, diary: Diary, assume: Assumptions
) -> None:
    """One day: what is about to end is sometimes renewed, and sometimes somebody chooses otherwise."""
    document, retest, consent, choice = (
        happens(chance, assume[name])
        for name in ("document_renew_bp", "retest_bp", "consent_renew_bp", "choice_bp")
    )
    if document and _ends_within(mind.id_to, diary.day, DOCUMENT_NOTICE):
        _new_document(mind, chance, diary)
    if retest and mind.answers and _ends_within(mind.assessed_to, diary.day, MONTH):
        _new_assessment(person, mind, chance, diary, assume)
    if consent:
        _renew_consent(mind, chance, diary)
    if choice:
        _choose(mind, chance, diary)


def _ends_within(day: date | None, today: date, ahead: timedelta) -> bool:
    """Whether it ends soon or has ended."""
    return day is not None and day <= today + ahead


def _new_document(mind: Mind, chance: np.random.Generator, diary: Diary) -> None:
    mind.id_to = diary.day + DOCUMENT_YEARS * YEAR
    body = {"type": "id_card", "valid_to": mind.id_to.isoformat()}
    diary.note(_second(chance), CORE, "id_document", body)


def _new_assessment(
    person: Person, mind: Mind, chance: np.random.Generator, diary: Diary, assume: Assumptions
) -> None:
    """Some answers have changed since the last time, and with them perhaps the grade."""
    age = (diary.day - person.birth).days // 366
    mind.answers = questionnaire.answered_again(chance, mind.answers)
    mind.grade, score = questionnaire.grade(mind.answers, age=age, scores_from=assume.grade_scores_from)
    mind.assessed_to = diary.day + ASSESSMENT_YEARS * YEAR
    body = {
        "grade": mind.grade,
        "score": score,
        "answers": dict(mind.answers),
        "valid_to": mind.assessed_to.isoformat(),
    }
    diary.note(_second(chance), CORE, "assessment_taken", body)


def _renew_consent(mind: Mind, chance: np.random.Generator, diary: Diary) -> None:
    for purpose, until in sorted(mind.consents.items()):
        if until is not None and until <= diary.day + MONTH:
            _give(mind, purpose, diary.day + YEAR, chance, diary)


def _choose(mind: Mind, chance: np.random.Generator, diary: Diary) -> None:
    """Take one thing back that was allowed, or allow it again."""
    what = one_of(chance, (SERVICE, MARKETING, "personalisation"))
    if what == "personalisation":
        mind.personalised = not mind.personalised
        diary.note(_second(chance), APP, "personalisation_set", {"on": mind.personalised})
    elif what in mind.consents:
        del mind.consents[what]
        body = {"purpose": what, "source": "*", "receiver": "house"}
        diary.note(_second(chance), APP, "consent_withdrawn", body)
    else:
        _give(mind, what, None, chance, diary)


def _give(mind: Mind, purpose: str, until: date | None, chance: np.random.Generator, diary: Diary) -> None:
    mind.consents[purpose] = until
    body: dict[str, object] = {"purpose": purpose, "source": "*", "receiver": "house"}
    if until is not None:
        body["until"] = until.isoformat()
    diary.note(_second(chance), APP, "consent_given", body)


def _second(chance: np.random.Generator) -> int:
    return int(chance.integers(DAY_FROM, DAY_TO))
