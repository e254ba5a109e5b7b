"""Appends trades, one batch after another, until somebody kills it; says how many batches were acknowledged.

sealing_victim.py STORE
"""

import sys
from datetime import timedelta
from pathlib import Path

from tongxing.app import house_for
from tongxing.domain.event import Event

BATCH, BATCHES = 20, 2_000


if __name__ == "__main__":
    house = house_for(Path(sys.argv[1]))
    at = house.clock.now() - timedelta(days=1)
    for batch in range(BATCHES):
        events = [
            Event(
                source="core",
                source_seq=f"{batch}-{number}",
                client_id=f"C{number:06d}",
                ts=at,
                known_at=at,
                kind="trade" if number % 2 else "searched",
                body={"code": "510300", "side": "buy", "quantity": "1", "price": "4", "gross_fen": 400}
                if number % 2
                else {"text": "etf"},
            )
            for number in range(BATCH)
        ]
        house.store.append(events)
        sys.stdout.write(f"{batch + 1}\n")
        sys.stdout.flush()
