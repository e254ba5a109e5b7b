"""The assistant: what it understands of wording it never saw, and what a turn of the chat costs."""

import argparse
from collections.abc import Iterator

from benchmarks import talk, understand
from benchmarks.measure import Figure


def run(arguments: argparse.Namespace) -> Iterator[Figure]:
    """Understanding first, then whole turns."""
    yield from understand.run(arguments)
    yield from talk.run()
