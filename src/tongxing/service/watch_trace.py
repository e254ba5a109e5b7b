"""Trace ids: one number by which the log lines of one event are found, in every process it passes.

A trace id is derived from what made the house think (the key of an event, or a timer of ours), so nothing
more has to be stored: whoever has the decision record has the trace id, and the other way round by a look
through the latest decisions. A caller's own id (`traceparent`, W3C Trace Context) names a request instead;
the line `event taken` joins the two.
"""

import hashlib
import re

from tongxing.service.house import House
from tongxing.service.ports import DecisionRow

TRACE_ID = re.compile(r"[0-9a-f]{32}")
TRACE_BYTES = 16
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?")
_NOBODY = "0" * 32
LOOKED_THROUGH_MAX = 5_000
PAGE = 500


def trace_of(cause: str) -> str:
    """The trace id of a cause as a decision names it: `source/source_seq` of an event, or `timer:…`."""
    return hashlib.sha256(cause.encode()).hexdigest()[: 2 * TRACE_BYTES]


def cause_of(source: str, source_seq: str) -> str:
    """The cause that an event's key makes."""
    return f"{source}/{source_seq}"


def accepted(traceparent: str) -> str | None:
    """The trace id of a caller's `traceparent` header; None where there is none or it is malformed."""
    found = _TRACEPARENT.fullmatch(traceparent.strip().lower())
    if found is None or found[1] == _NOBODY:
        return None
    if traceparent.startswith("00") and found[2]:  # version 00 has four fields and no more
        return None
    return found[1]


def decisions_of_trace(house: House, trace_id: str, *, at_most: int = 50) -> tuple[DecisionRow, ...]:
    """Decisions that one event or timer led to, newest first, among the latest 5,000 of the house.

    An erased decision has no cause any more and is not found.
    """
    if not TRACE_ID.fullmatch(trace_id):
        return ()
    found: list[DecisionRow] = []
    before = ""
    for _ in range(LOOKED_THROUGH_MAX // PAGE):
        rows = house.store.decisions(before=before, limit=PAGE)
        found.extend(row for row in rows if row.cause and trace_of(row.cause) == trace_id)
        if len(rows) < PAGE or len(found) >= at_most:
            break
        before = rows[-1].decision_id
    return tuple(found[:at_most])
