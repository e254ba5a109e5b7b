"""`tongxing simulate`: invented clients over the real history, twice the same with one seed."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from tongxing.adapters.entropy import SeededEntropy
from tongxing.app import temporary_house
from tongxing.app.house import house_for
from tongxing.cli.output import NOTHING, errors, print_line, screen, stop
from tongxing.domain.market import CalendarError
from tongxing.service.house import House
from tongxing.simulation.run import Result
from tongxing.simulation.run import simulate as run_simulation


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("simulate")(simulate)


def simulate(
    clients: Annotated[int, typer.Option("--clients", help="invented clients", min=1)] = 200,
    days: Annotated[int, typer.Option("--days", help="sessions to live", min=1)] = 20,
    seed: Annotated[int, typer.Option("--seed", help="the same seed gives the same run", min=0)] = 1,
    start: Annotated[str, typer.Option("--start", help="first day")] = "2025-03-03",
    *,
    json: Annotated[bool, typer.Option("--json", help="one JSON object")] = False,
    store: Annotated[Path | None, typer.Option("--store", help="keep the store in this new file")] = None,
) -> None:
    """Let invented clients trade the real history under the real service, and count what happened.

    With --json the line is the same for the same seed, book and code; timing goes to standard error.

    Example: tongxing simulate --clients 200 --days 20 --seed 7 --json
    """
    try:
        first = date.fromisoformat(start)
    except ValueError:
        stop(f"--start {start!r} is not a day like 2025-03-03")
    if store is not None:
        if store.exists():
            stop(f"{store}: exists already; a simulation needs a new store")
        house = house_for(store, entropy=SeededEntropy(seed))
        result = _run(house, clients, days, seed, first)
        house.store.close()
    else:
        with temporary_house(seed=seed) as house:
            result = _run(house, clients, days, seed, first)
    if json:
        plain = result.as_json()
        timing = plain.pop("timing")
        errors.print(f"timing {timing}", markup=False)
        print_line(plain)
    else:
        _show(result)
    if result.violations:
        raise typer.Exit(1)


def _run(house: House, clients: int, days: int, seed: int, start: date) -> Result:
    with Progress(console=errors, transient=True) as bar:
        task = bar.add_task("simulating", total=days)
        try:
            return run_simulation(
                house,
                clients=clients,
                days=days,
                seed=seed,
                start=start,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        except (ValueError, CalendarError) as problem:
            bar.stop()
            errors.print(f"✗ {problem}", markup=False)
            raise typer.Exit(NOTHING) from problem


def _show(result: Result) -> None:
    screen.print(
        f"{result.clients} clients, {result.sessions} sessions {result.start} … {result.through}, "
        f"seed {result.seed}",
        markup=False,
    )
    screen.print(f"events {sum(result.events_by_kind.values())} · decisions {result.decisions}", markup=False)
    for name, count in result.sent_by_playbook.items():
        screen.print(f"  sent {name}: {count}", markup=False)
    for name, count in result.refused_by_rule.items():
        screen.print(f"  refused by {name}: {count}", markup=False)
    screen.print(f"log {result.log_digest[:16]} · root {result.ledger_root[:16]}", markup=False)
    screen.print(f"violations: {len(result.violations)}", markup=False)
