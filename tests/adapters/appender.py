"""A second process: appends events one by one to a store and says how long each took."""

import sys
import time
from pathlib import Path

from store_kit import searched

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import open_store

store = open_store(Path(sys.argv[1]), entropy=OsEntropy())
sys.stdout.write("ready\n")
sys.stdout.flush()
for number in range(int(sys.argv[2])):
    started = time.perf_counter()
    store.append([searched(number, client_id=f"C{number % 7}")])
    sys.stdout.write(f"{time.perf_counter() - started}\n")
store.close()
