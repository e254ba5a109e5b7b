"""An explanation that a client was shown goes on record: its words with their verdict, then the log."""

from hashlib import blake2b

from tongxing.advice.attribution_life import Cause
from tongxing.domain.draft import Cleared
from tongxing.domain.event import Event
from tongxing.domain.touch import Decision, Touch, Trigger
from tongxing.service.explain_client import Answer
from tongxing.service.me_who import Mine
from tongxing.service.quorum_standing import without_quorum
from tongxing.service.recording import record
from tongxing.service.serve import Served
from tongxing.service.stored import StoredVerdict

SOURCE = "house.why"
KIND = "holding_explained"
SLOT = "why"
RECORD_KEY_BYTES = 32
ID_BYTES = 10
WORDS_KEPT_MAX = 4_000


def keep(me: Mine, shown: Answer) -> bool:
    """Seal what was shown, refusals as well; False where the same words are on record already.

    The worker that reads the event opens a task for the adviser where too much is unexplained.
    """
    decision = _decision(me, shown)
    if me.house.store.decision(decision.decision_id) is not None:
        return False
    event = _event(me, shown, decision.decision_id)
    with me.house.store.batch() as batch:
        if not batch.append((event,)).accepted:
            return False
        record(
            batch,
            me.house.entropy.token(RECORD_KEY_BYTES),
            _served(decision, shown, without_quorum(me.house)),
            profile=me.profile(),
            book=me.house.book,
            cause=None,
        )
    return True


def _decision_id(shown: Answer) -> str:
    """The same words to the same client about the same days are one record."""
    draft = shown.verdict.draft
    said = f"{draft.touch_id}|{draft.locale}|{draft.text}"
    return blake2b(said.encode(), digest_size=ID_BYTES).hexdigest()


def _decision(me: Mine, shown: Answer) -> Decision:
    draft, named = shown.verdict.draft, _decision_id(shown)
    trigger = Trigger(name="why:asked", cause=f"why:{named}", at=me.now)
    touch = Touch(
        touch_id=draft.touch_id,
        client_id=me.client_id,
        playbook=draft.playbook,
        nature=draft.nature,
        channel=draft.channel,
        slot=SLOT,
        trigger=trigger,
        signs=(),
        net_bp=0,
    )
    return Decision(
        decision_id=named,
        client_id=me.client_id,
        trigger=trigger,
        considered=(),
        touches=(touch,),
        features=me.profile().features,
        book_digest=me.house.book.digest,
        code_version=me.house.code_version,
    )


def _served(decision: Decision, shown: Answer, without_quorum: str) -> Served:
    """The record of the words in the form of every other decision; the page has shown them already."""
    draft, cleared = shown.verdict.draft, isinstance(shown.verdict, Cleared)
    verdict = StoredVerdict(
        playbook=draft.playbook,
        touch_id=draft.touch_id,
        cleared=cleared,
        reasons=() if isinstance(shown.verdict, Cleared) else shown.verdict.reasons,
    )
    return Served(
        decision=decision,
        drafts=(draft,),
        verdicts=(verdict,),
        cleared=(),
        without_quorum=without_quorum,
    )


def _event(me: Mine, shown: Answer, decision_id: str) -> Event:
    found, said = shown.found, () if shown.told is None else shown.told.sentences
    return Event(
        source=SOURCE,
        source_seq=decision_id,
        client_id=me.client_id,
        ts=me.now,
        known_at=me.now,
        kind=KIND,
        body={
            "code": shown.code,
            "start": found.first.isoformat(),
            "end": found.as_of.isoformat(),
            "decision_id": decision_id,
            "result_fen": found.result_fen,
            "unexplained_fen": found.parts_fen[Cause.UNEXPLAINED],
            "hand_over": found.hand_over,
            "words": "\n".join(said)[:WORDS_KEPT_MAX],
        },
    )
