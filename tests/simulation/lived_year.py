"""Live a simulated year on a store in a process of its own, to be killed: STORE CLIENTS DAYS SEED ENTROPY.

Prints a line after each session, and at the end the result as JSON.
"""

import json
import sys
from datetime import date
from pathlib import Path

import msgspec

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app.house import house_for
from tongxing.simulation.run import simulate

START = date(2025, 7, 1)


def main() -> None:
    path, clients, days, seed, entropy = sys.argv[1:]
    house = house_for(Path(path), entropy=SeededEntropy(int(entropy)))
    result = simulate(
        house,
        clients=int(clients),
        days=int(days),
        seed=int(seed),
        start=START,
        progress=lambda done, _total: _tell(str(done)),
    )
    _tell(json.dumps(msgspec.to_builtins(result.as_json())))
    house.store.close()


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
