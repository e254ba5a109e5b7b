"""A client's plan as the own pages show it: the last one, judged anew for today, and what was chosen."""

from dataclasses import dataclass
from datetime import datetime

from tongxing.advice.goals import Goal, in_order
from tongxing.compliance.review import reopen, review
from tongxing.domain.clock import BEIJING
from tongxing.domain.draft import Author, Cleared, Draft, Part, Verdict
from tongxing.domain.event import Event
from tongxing.domain.grades import AuthorKind, Channel, Nature
from tongxing.domain.profile import Profile
from tongxing.service import client_acts
from tongxing.service.client_acts import ActRefusedError
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_doc import PlanDoc, PocketDoc, decode_plan
from tongxing.service.plan_lines import words_apart
from tongxing.service.plan_log import told_of
from tongxing.service.plan_names import pocket_name
from tongxing.service.plan_words import PLAYBOOK, as_parts, product_of
from tongxing.wording.draft import AI_LABEL

CLEARED_MAX = 2_000
_cleared: dict[tuple[str, str, str], Cleared] = {}
CHOICES = frozenset({"keep", "go", "undo"})


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanPage:
    """What the pages of a plan show; a plan that may not be shown has none of its figures here."""

    goals: tuple[Goal, ...]
    plan: PlanDoc | None
    parts: tuple[Part, ...]
    """The exact words, by role."""
    leaf_index: int | None
    held_back: tuple[str, ...]
    """Rules of compliance for which there is a plan that may not be shown today."""
    outdated: bool
    choice: str
    undoable: bool

    def said(self, role: str) -> tuple[str, ...]:
        """The lines of one role."""
        return tuple(
            line for part in self.parts if part.role == role for line in part.text.split("\n") if line
        )

    def apart(self) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
        """The lines of the whole plan, and those of each pocket."""
        body = next((part.text for part in self.parts if part.role == "body"), "")
        return ((), {}) if self.plan is None else words_apart(self.plan, body)


def plan_page(me: Mine, *, locale: str) -> PlanPage:
    """The last plan that was not taken back, and whether it may be shown as of now."""
    told = told_of(me.house, me.client_ids)
    goals = in_order(tuple(told.goals.values()))
    row = told.plan
    plan = None if row is None else decode_plan(row.plan)
    if row is None or plan is None:
        return PlanPage(
            goals=goals,
            plan=None,
            parts=(),
            leaf_index=None if row is None else row.leaf_index,
            held_back=() if row is None else ("plan_version",),
            outdated=False,
            choice="",
            undoable=False,
        )
    draft = draft_again(plan, me.profile(), me.now, me.house, locale=locale)
    verdict = _verdict(me.house, draft)
    may = bool(draft.parts) and isinstance(verdict, Cleared)
    against = () if isinstance(verdict, Cleared) else tuple(reason.rule for reason in verdict.reasons)
    return PlanPage(
        goals=goals,
        plan=plan if may else None,
        parts=draft.parts if may else (),
        leaf_index=row.leaf_index,
        held_back=() if may else tuple(rule for rule, _detail in plan.refused) or against or ("unworded",),
        outdated=told.outdated,
        choice=told.choice(row.plan_id),
        undoable=len(told.kept) > 1,
    )


def _verdict(house: House, draft: Draft) -> Verdict:
    """Whether the words may be said now; a clearance given before holds while nothing it saw has changed."""
    key = (draft.touch_id, draft.locale, house.book.digest)
    before = _cleared.get(key)
    if before is None:
        verdict = review(draft, book=house.book)
    else:
        verdict = reopen(
            before.draft,
            valid_until=before.valid_until,
            versions=(before.consent_version, before.grade_version, before.distress_version),
            current=draft.standing,
            now=draft.at,
            words_intact=before.draft.parts == draft.parts,
            book=house.book,
        )
    if isinstance(verdict, Cleared):
        if len(_cleared) >= CLEARED_MAX:
            _cleared.clear()
        _cleared[key] = verdict
    else:
        _cleared.pop(key, None)
    return verdict


def draft_again(plan: PlanDoc, profile: Profile, now: datetime, house: House, *, locale: str) -> Draft:
    """The kept words of a plan as a draft of today."""
    return Draft(
        touch_id=plan.plan_id,
        playbook=PLAYBOOK,
        parts=as_parts(plan.said(locale)),
        locale=locale if locale in dict(plan.words) else "zh-CN",
        channel=Channel.HOME,
        nature=Nature.ADVICE,
        author=Author(kind=AuthorKind.AI),
        standing=profile.standing,
        at=now.astimezone(BEIJING),
        product=product_of(plan, house.book),
        labels=(AI_LABEL,),
    )


def choose(house: House, client_id: str, choice: str, *, now: datetime, token: str = "") -> Event:
    """Keep what the client chose about the plan: `keep` things as they are, `go`, or `undo` it.

    Raises:
        ActRefusedError: `unknown_choice`, or there is no plan (`no_plan`).
        UnknownClientError: the store has folded nothing of such a client.
    """
    if choice not in CHOICES:
        raise ActRefusedError("unknown_choice")
    row = told_of(house, (client_id,)).plan
    if row is None:
        raise ActRefusedError("no_plan")
    said = [("plan_chosen", {"plan_id": row.plan_id, "choice": choice})]
    return client_acts.act(house, client_id, said, now=now, token=token)[0]


def pocket_words(house: House, pocket: PocketDoc, locale: str) -> str:
    """What a pocket is called."""
    return pocket_name(pocket, house.book, locale)
