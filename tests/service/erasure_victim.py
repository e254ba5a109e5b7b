"""A worker that kills itself while it carries out an erasure: at the n-th salt it is given in that work.

erasure_victim.py STORE N
"""

import os
import signal
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from people import at

from tongxing.adapters.entropy import OsEntropy
from tongxing.app import house_for
from tongxing.service.work import work


@dataclass(slots=True)
class Killer:
    """Entropy until the end."""

    left: int

    def token(self, length: int) -> bytes:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return OsEntropy().token(length)


if __name__ == "__main__":
    house = replace(house_for(Path(sys.argv[1])), entropy=Killer(int(sys.argv[2])))
    work(house, now=at(60))
