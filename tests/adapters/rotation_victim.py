"""A rotation that kills itself: before the n-th step it takes at the store or the key file.

rotation_victim.py STORE N
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partialmethod
from pathlib import Path
from typing import Any

from tongxing.adapters.store.keys_kept import KeysKept
from tongxing.adapters.vault import key_file
from tongxing.app import keys

left = 0


def dying(step: Callable[..., Any]) -> Callable[..., Any]:
    """The same step, unless it is the last one of this process."""

    def taken(*given: Any, **named: Any) -> Any:
        global left  # noqa: PLW0603 - one process, one count
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return step(*given, **named)

    return taken


if __name__ == "__main__":
    left = int(sys.argv[2])
    keys.key_file.add_root = dying(key_file.add_root)  # type: ignore[attr-defined]
    rewrap = dying(KeysKept.rewrap)
    KeysKept.tell = dying(KeysKept.tell)  # type: ignore[method-assign]
    KeysKept.rewrap = partialmethod(rewrap, at_most=3)  # type: ignore[assignment]
    KeysKept.finish = dying(KeysKept.finish)  # type: ignore[method-assign]
    keys.rotate(Path(sys.argv[1]))
