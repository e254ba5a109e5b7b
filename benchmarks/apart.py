"""Run one measurement in a process of its own: cold caches, and a peak of memory that is its alone."""

import multiprocessing
import resource
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

STATUS = Path("/proc/self/status")
KIB_A_MIB = 1024


def apart(action: Callable[Given, Answer], *given: Given.args, **named: Given.kwargs) -> tuple[Answer, float]:
    """What a function of a module answers in a fresh process, and the peak memory of that process in MiB."""
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        answer = pool.submit(action, *given, **named).result()
        return answer, pool.submit(own_peak_mib).result()


def own_peak_mib() -> float:
    """Largest resident size of this process; on Linux without what its parent had when it was started."""
    if STATUS.exists():
        for line in STATUS.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / KIB_A_MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_MIB
