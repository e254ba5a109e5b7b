"""`tongxing ledger policy` and `witnesses`: name the witnesses of a store's log, and see how they stand."""

from typing import Annotated

import typer

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.tlog.exchange import ask
from tongxing.adapters.tlog.files import replace_file_durably
from tongxing.adapters.tlog.head import LogError
from tongxing.app.sequencing import log_directory, log_key
from tongxing.app.witnessing import policy_file
from tongxing.cli.opening import StorePath, opened, place_named
from tongxing.cli.output import DONE, PARTLY, print_line, stop
from tongxing.domain.leaf import ACCESS
from tongxing.ledger.lines import TextError
from tongxing.ledger.quorum import Party, parse_policy
from tongxing.service.console_log import log_view

NO_QUORUM = 1
GROUP = "enough"
SECONDS_MAX = 3.0


def register(app: typer.Typer) -> None:
    """Add the commands to `tongxing ledger`."""
    app.command()(policy)
    app.command()(witnesses)


def policy(
    witness: Annotated[
        list[str], typer.Option("--witness", help='"NAME VKEY URL" of one witness; repeat for each')
    ],
    need: Annotated[int, typer.Option("--need", help="how many of them must cosign")],
    *,
    store: StorePath = None,
    replace: Annotated[bool, typer.Option("--replace", help="take the place of a policy there is")] = False,
) -> None:
    """Write the policy (C2SP tlog-policy) beside the log of a store. 0 written, 2 not, 3 a witness is silent.

    The worker reads it when it starts next, and asks these witnesses about every checkpoint.

    Example: tongxing ledger policy --witness "clearing w1.example+89d3dde6+BI… https://w1.example" --need 1

    prints {"witness":"clearing","reachable":true} for each, then {"policy":"…/policy","vkey":"…",
    "access_vkey":"…"}: the keys of the logs of records and of looks, which each witness is told.
    """
    directory = log_directory(place_named(store))
    if directory is None:
        stop("no log is kept for this store: name its directory in TONGXING_LOG_DIR")
    path = policy_file(directory)
    if path.exists() and not replace:
        stop(f"{path}: there is a policy; --replace takes its place")
    try:
        key = log_key(directory, OsEntropy()).verifier
        looks = log_key(directory.parent / ACCESS, OsEntropy()).verifier
        text = _text((key.line, looks.line), witness, need)
        parties = parse_policy(text.encode()).witnesses
        silent = [name for name, party in parties.items() if not _reachable(name, party)]
        replace_file_durably(path, text.encode())
    except (LogError, TextError, OSError) as wrong:
        stop(str(wrong))
    print_line({"policy": str(path), "vkey": key.line, "access_vkey": looks.line})
    raise typer.Exit(PARTLY if silent else DONE)


def witnesses(store: StorePath = None) -> None:
    """How the witnesses of a store's log stand. 0 a quorum, 1 none for too long, 2 no policy.

    Example: tongxing ledger witnesses --store house.db

    prints {"witness":"clearing","answer":"cosigned","size":327,"seconds":12,"words":"cosigned"} for each,
    then {"size":327,"quorum_seconds":12,"without_quorum_since":""}.
    """
    with opened(store) as (house, _path):
        view = log_view(house)
    if view.quorum is None:
        stop("this store's log has no policy: nobody is asked to witness it")
    for one in view.witnesses:
        line = one.line
        told = {"answer": line.answer, "size": line.cosigned_size, "seconds": one.cosigned}
        print_line({"witness": line.name, **told, "words": line.words})
    quorum = view.quorum
    print_line({"size": view.size, "quorum_seconds": quorum.reached, "without_quorum_since": quorum.lost})
    raise typer.Exit(NO_QUORUM if quorum.lost else DONE)


def _text(logs: tuple[str, ...], given: list[str], need: int) -> str:
    lines, names = [f"log {log}" for log in logs], []
    for one in given:
        words = one.split()
        if len(words) != len(("name", "vkey", "url")):
            raise TextError(f'--witness {one[:80]!r}: not of the form "NAME VKEY URL"')
        lines.append(f"witness {one}")
        names.append(words[0])
    return "\n".join((*lines, f"group {GROUP} {need} {' '.join(names)}", f"quorum {GROUP}", ""))


def _reachable(name: str, party: Party) -> bool:
    """Whether anybody answers at its address; what it answers is seen when the worker asks."""
    try:
        ask(party.url or "", seconds=SECONDS_MAX)
        answers = True
    except OSError:
        answers = False
    print_line({"witness": name, "reachable": answers})
    return answers
