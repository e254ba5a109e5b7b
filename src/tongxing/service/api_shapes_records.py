"""What other systems are told of what was said, decided and is to be done."""

from datetime import datetime
from typing import Annotated, Literal

import msgspec

from tongxing.service.api_shapes import GateAnswer, Ref, RuleReason, Shape, Signed


class TouchLine(Shape, frozen=True, kw_only=True):
    """Something that was said to the client."""

    touch_id: str
    playbook: str
    title: str
    channel: str
    nature: str
    slot: str
    sent_at: datetime
    valid_until: datetime
    dismissed: bool
    leaf_index: int
    """Leaf of the verdict."""
    receipt_index: int
    """Leaf of the receipt."""


class Touches(Shape, frozen=True, kw_only=True):
    items: list[TouchLine]
    next: str | None


class VerdictLine(Shape, frozen=True, kw_only=True):
    """A decision in a list."""

    decision_id: str
    client_id: str
    at: datetime
    outcome: Literal["sent", "refused", "silent", "erased"]
    trigger: str
    playbooks: list[str]
    reasons: list[str]
    leaf_index: int
    href: str


class Verdicts(Shape, frozen=True, kw_only=True):
    items: list[VerdictLine]
    next: str | None


class WordsVerdict(Shape, frozen=True, kw_only=True):
    """What compliance said of the words of one touch."""

    playbook: str
    touch_id: str
    channel: str
    cleared: bool
    reasons: list[RuleReason]
    words: str | None
    """The exact words; None for roles that may not read them."""


class VerdictDetail(Shape, frozen=True, kw_only=True):
    """Why something was said, or was not: one decision with every answer that was given."""

    decision_id: str
    client_id: str
    at: datetime
    outcome: Literal["sent", "refused", "silent", "erased"]
    trigger: str
    cause: Ref | None
    signs: list[Signed]
    considered: list[GateAnswer]
    verdicts: list[WordsVerdict]
    features: dict[str, int]
    book_digest: str
    code_version: str
    leaf_index: int
    receipts: dict[str, int]
    """Touch -> leaf of the receipt that it was delivered."""


class CommitmentAnswer(Shape, frozen=True, kw_only=True):
    group: str
    digest: str
    opened: bool | None
    """True: the stored fields match; False: they do not; None: not opened here."""


class ProofAnswer(Shape, frozen=True, kw_only=True):
    """One leaf of the ledger, checked anew for this answer."""

    leaf_index: int
    log_index: int
    """Index of its entry in its log, which the receipt, `tree_size` and `root` are of."""
    kind: str
    at: datetime
    leaf: str
    """The exact bytes that are hashed, base64."""
    leaf_hash: str
    """RFC 6962 leaf hash, hex."""
    tree_size: int
    root: str
    """RFC 6962 Merkle root over that many leaves, hex."""
    commitments: list[CommitmentAnswer]
    intact: bool
    erased: bool
    """The keys are gone: that it was sealed can be seen, what it said cannot be read."""
    receipt: str = ""
    """C2SP tlog-proof under the published checkpoint, as text; empty while none covers it."""
    log: str = ""
    """Public key line of the log; empty where none is kept."""


class TaskAnswer(Shape, frozen=True, kw_only=True):
    """What a person of the house has to do for a client."""

    task_id: str
    client_id: str
    kind: str
    state: Literal["open", "taken", "done", "declined", "expired"]
    assignee: str | None
    duty: int
    good_bp: int
    made_at: datetime
    due_at: datetime | None
    title: str
    words: str


class TaskList(Shape, frozen=True, kw_only=True):
    items: list[TaskAnswer]
    next: str | None


class TaskAct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is done with a task."""

    act: Literal["take", "give_back", "done", "declined"]
    why: Annotated[str, msgspec.Meta(max_length=2000)] = ""
    """Asked for when a task is declined."""
