"""Labels of what a client told or showed: debts, learning, needs; from consented sources only."""

from collections.abc import Iterator

from tongxing.domain.clock import DAY_SECONDS, beijing_day
from tongxing.profile.debts import Repayment
from tongxing.profile.features import BP
from tongxing.profile.found import HINT, RECORD, STATED, Found, stated_refs
from tongxing.profile.heard import COURSES
from tongxing.profile.needs import hints_of, life_hints
from tongxing.profile.view import View

NEED_LABELS = {"养老需求": "pension", "购房需求": "house", "子女教育需求": "child_education"}
MENTION_DAYS = 30
COURSE_DAYS = 90


def of_debts(client: View, repayment: Repayment) -> Iterator[Found]:
    """A regular repayment, and one that presses."""
    if repayment.month_fen > 0:
        yield Found("有稳定负债", STATED, repayment.evidence)
    income_fen = repayment.income_month_fen
    if income_fen and repayment.month_fen * BP > client.rule("repayment_pressure_bp") * income_fen:
        refs = stated_refs(client, "income", "income_stated")
        yield Found("高负债压力", STATED, (*repayment.evidence, *refs))


def of_learning(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Several different courses passed; the same one passed again counts once."""
    passed = client.state.recent.get(COURSES, ())
    first_day = client.today - COURSE_DAYS + 1
    refs = tuple(
        one.ref
        for one in passed
        if beijing_day(one.ts) >= first_day and client.permission.own_record(one.source, one.kind)
    )
    if len(refs) >= client.rule("courses_90d_min"):
        yield Found("学习能力强", RECORD, refs)


def of_needs(client: View, _repayment: Repayment) -> Iterator[Found]:
    """Repeated, explicit words of the client's own, or a life event the client stated."""
    since = client.as_of - MENTION_DAYS * DAY_SECONDS
    for label, need in NEED_LABELS.items():
        hints = [ref for ref in hints_of(client, need) if ref.ts > since]
        lives = life_hints(client, need)
        if lives or len(hints) >= client.rule("need_mentions_min"):
            yield Found(label, STATED if lives else HINT, (*lives, *hints))
