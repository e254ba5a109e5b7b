"""`./run bench NAME… [--json]`: measure against a peer or a limit in the same run, as JSON lines."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator

from benchmarks import (
    advice,
    assistant,
    attribution,
    corridor,
    ledger,
    permutations,
    profiles,
    review,
    statements,
    timers,
    web,
    year,
)
from benchmarks.measure import Figure

BENCHES: dict[str, Callable[[argparse.Namespace], Iterator[Figure]]] = {
    "advice": advice.run,
    "attribution": attribution.run,
    "corridor": corridor.run,
    "ledger": ledger.run,
    "permutations": permutations.run,
    "profile": profiles.run,
    "import": statements.run,
    "review": review.run,
    "timers": timers.run,
    "assistant": assistant.run,
    "web": web.run,
    "year": year.run,
}


def main() -> int:
    """Run the named benches in order; each figure is printed as soon as it is known."""
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__)
    parser.add_argument(
        "names", nargs="+", choices=sorted(BENCHES), metavar="NAME", help=", ".join(sorted(BENCHES))
    )
    parser.add_argument("--json", action="store_true", help="JSON lines instead of a table")
    parser.add_argument("--clients", type=int, default=100_000, help="clients in the store (corridor)")
    parser.add_argument("--events", type=int, default=20_000, help="events measured (corridor)")
    parser.add_argument("--rows", type=int, default=2_000_000, help="rows of the all-client profile")
    parser.add_argument("--n", type=int, default=1_000_000, help="orders of arrival (permutations)")
    parser.add_argument("--lines", type=int, default=50_000, help="lines of the statement (import)")
    parser.add_argument("--timers", type=int, default=100_000, help="timers set (timers)")
    parser.add_argument("--people", type=int, default=2_000, help="invented clients (year)")
    parser.add_argument("--seconds", type=float, default=20.0, help="seconds under load (web)")
    arguments = parser.parse_args()
    for name in arguments.names:
        for figure in BENCHES[name](arguments):
            line = figure.as_json() | {"bench": name}
            if arguments.json:
                sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
            else:
                peer = (
                    f"  {figure.peer} {figure.peer_value:,.3g} (×{figure.ratio:.3g})" if figure.peer else ""
                )
                sys.stdout.write(
                    f"{name:9} {figure.metric:44} {figure.value:>14,.4g} {figure.unit}{peer}  {figure.note}\n"
                )
            sys.stdout.flush()
    return 0


sys.exit(main())
