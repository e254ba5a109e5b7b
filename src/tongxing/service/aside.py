"""What was set aside, and taking it in again after the fault was repaired.

A release folds the client anew from the whole log. Triggers that were held meanwhile stay unanswered: their
silence is sealed, and what was right to say then may be wrong to say now. The client is served again from
the next event or timer on.
"""

import traceback
from pathlib import PurePath

from tongxing.profile import fold
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.service.states import reread


class StillAsideError(StoreError):
    """The client's log cannot be taken in yet, or nothing of it is set aside; nothing was changed."""


def client_of(house: House, seq: int) -> str:
    """Whose event this is among those set aside; raises `StillAsideError` where there is none."""
    for row in house.store.aside():
        if row.seq == seq and seq > 0:
            return row.client_id
    raise StillAsideError(f"event {seq} is not set aside")


def release(house: House, client_id: str) -> int:
    """Fold a client anew and set nothing of them aside any more: all of it or nothing; says how many rows."""
    with house.store.batch() as batch:
        seqs = {row.seq for row in batch.aside() if row.client_id == client_id}
        rows = batch.release(client_id)
        if not rows:
            raise StillAsideError(f"nothing of {client_id} is set aside")
        through = house.store.folded_through(client_id)
        try:
            state = reread(house, client_id, through=through, released=seqs)
        except Exception as problem:
            raise StillAsideError(
                f"{client_id} still cannot be taken in ({fault(problem)}): nothing was released"
            ) from problem
        batch.save_state(client_id, fold.pack(state), through)
    return rows


def fault(problem: BaseException) -> str:
    """A failure's name and place; its text may be personal."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f" at {PurePath(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(problem).__name__}{place}"
