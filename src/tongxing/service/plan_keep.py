"""A plan on record: its words are judged, all of it is sealed, and the log keeps it; one transaction."""

from dataclasses import dataclass, replace
from hashlib import blake2b

from tongxing.compliance.review import review
from tongxing.domain.draft import Cleared, Draft, Verdict
from tongxing.domain.event import Event, Retention
from tongxing.domain.profile import Profile
from tongxing.domain.touch import Decision
from tongxing.ledger.leaves import leaf
from tongxing.service.house import House
from tongxing.service.me_who import Mine
from tongxing.service.plan_doc import ADVICE, PlanDoc, encode_plan, plan_groups
from tongxing.service.plan_facts import plan_facts
from tongxing.service.plan_make import Drafted, PlanRefused, draft_plan
from tongxing.service.plan_weights import PlanPolicy
from tongxing.service.plan_words import parts_of, plan_draft, plan_touch
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.recording import record
from tongxing.service.serve import Served
from tongxing.service.stored import StoredVerdict
from tongxing.wording.draft import Unworded

SOURCE = "house.plan"
LOCALES = ("zh-CN", "en")
RECORD_KEY_BYTES = 32
ID_BYTES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A plan with its words, each locale judged by itself."""

    plan: PlanDoc
    drafts: tuple[Draft, ...]
    verdicts: tuple[Verdict, ...]


def make_plan(me: Mine, policy: PlanPolicy) -> PlanDoc | PlanRefused:
    """Make a plan for a client who asked, put it on record, and say what it is.

    What compliance objects to is kept and sealed as well; the plan then has no words to show.
    """
    found = draft_plan(me, plan_facts(me), policy)
    if isinstance(found, PlanRefused):
        return found
    profile = me.profile()
    judged = judge(me.house, found, profile)
    keep(me.house, judged, profile)
    return judged.plan


def judge(house: House, found: Drafted, profile: Profile) -> Judged:
    """Word the plan in each locale and let compliance read it; one locale refused is refused alone."""
    drafts: list[Draft] = []
    verdicts: list[Verdict] = []
    unworded: list[tuple[str, str]] = []
    for locale in LOCALES:
        made = plan_draft(
            found.plan,
            sentences=found.sentences.get(locale, {}),
            pension=found.pension,
            profile=profile,
            book=house.book,
            locale=locale,
        )
        if isinstance(made, Unworded):
            unworded.append(("unworded", made.reason))
            continue
        drafts.append(made)
        verdicts.append(review(made, book=house.book))
    cleared = [(verdict.draft.locale, parts_of(verdict.draft)) for verdict in verdicts if _clear(verdict)]
    refused = {
        (reason.rule, reason.detail): None
        for verdict in verdicts
        if not isinstance(verdict, Cleared)
        for reason in verdict.reasons
    }
    plan = replace(found.plan, words=tuple(cleared), refused=(*unworded, *refused))
    return Judged(plan=plan, drafts=tuple(drafts), verdicts=tuple(verdicts))


def _clear(verdict: Verdict) -> bool:
    return isinstance(verdict, Cleared)


def keep(house: House, judged: Judged, profile: Profile) -> None:
    """Seal the words with their verdicts, then the plan itself, and append it to the log."""
    plan = judged.plan
    with house.store.batch() as batch:
        served = _served(judged, house, profile)
        record(
            batch,
            house.entropy.token(RECORD_KEY_BYTES),
            served,
            profile=profile,
            book=house.book,
            cause=None,
        )
        key = house.entropy.token(RECORD_KEY_BYTES)
        sealed = batch.add_leaf(
            leaf(ADVICE, at=plan.at, groups=plan_groups(plan), record_key=key),
            plan.client_id,
            key,
            retention=Retention.ADVICE,
            source=SOURCE,
        )
        batch.append((_event(plan, sealed.index),))


def _event(plan: PlanDoc, leaf_index: int) -> Event:
    return Event(
        source=SOURCE,
        source_seq=plan.plan_id,
        client_id=plan.client_id,
        ts=plan.at,
        known_at=plan.at,
        kind="plan_made",
        body={
            "plan_id": plan.plan_id,
            "policy": plan.policy,
            "leaf_index": leaf_index,
            "plan": encode_plan(plan),
        },
    )


def _served(judged: Judged, house: House, profile: Profile) -> Served:
    """The record of the words in the form of every other decision; nothing of it is sent by itself."""
    plan = judged.plan
    decision = Decision(
        decision_id=blake2b(f"plan|{plan.plan_id}".encode(), digest_size=ID_BYTES).hexdigest(),
        client_id=plan.client_id,
        trigger=plan_touch(plan).trigger,
        considered=(),
        touches=(plan_touch(plan),),
        features=profile.features,
        book_digest=house.book.digest,
        code_version=house.code_version,
    )
    verdicts = tuple(
        StoredVerdict(
            playbook=draft.playbook,
            touch_id=f"{draft.touch_id}:{draft.locale}",
            cleared=isinstance(verdict, Cleared),
            reasons=() if isinstance(verdict, Cleared) else verdict.reasons,
        )
        for draft, verdict in zip(judged.drafts, judged.verdicts, strict=True)
    )
    return Served(
        decision=decision,
        drafts=judged.drafts,
        verdicts=verdicts,
        cleared=(),
        without_quorum=without_quorum(house),
    )
