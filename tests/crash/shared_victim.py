"""One of several real workers on PostgreSQL, made to be killed: folds its share in small batches.

shared_victim.py URL        with TONGXING_KEY; says how many events it folded, until it is killed
"""

import sys
import time

import house_victim

from tongxing.app.house import house_for
from tongxing.app.part import Part
from tongxing.service.ports import StoreError
from tongxing.service.work import work

LEASE_SECONDS = 2.5
"""Longer than a batch takes on a busy machine: who loses the lease in every batch gets nothing done."""
BATCH = 10

if __name__ == "__main__":
    house = house_for(sys.argv[1])
    part = Part(house, lease_seconds=LEASE_SECONDS)
    sys.stdout.write("ready\n")
    while True:
        folded = 0
        try:
            if part.ready():
                folded = work(house, now=house_victim.NOW, batch_size=BATCH, steps=1).events
        except StoreError as problem:
            sys.stderr.write(f"{problem}\n")
            part.doubt()
        if folded:
            sys.stdout.write(f"folded {folded}\n")
        else:
            time.sleep(0.02)
        sys.stdout.flush()
