"""`tongxing demo`: a filled demo store, a worker beside it, and pages on the loopback address."""

import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tongxing.app.house import default_home, house_for
from tongxing.app.jobs import CLOCK, JOBS
from tongxing.app.lock import worker_lock
from tongxing.app.worker import run_worker
from tongxing.cli.output import screen, stop
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.simulation.demo import demo_over, demo_start

HOST = "127.0.0.1"
PORT = 8600
PORTS_TRIED_MAX = 20
RESTARTS_MAX = 5
StorePath = Annotated[Path | None, typer.Option("--store", help="store file; default: .tongxing/demo.db")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("demo")(demo)
    app.command("worker", hidden=True)(worker)


def demo(
    port: Annotated[int, typer.Option("--port", help="first port to try", min=1024, max=65_000)] = PORT,
    *,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="throw the demo store away and build it anew")
    ] = False,
    clients: Annotated[int, typer.Option("--clients", help="invented people", min=12, max=5_000)] = 120,
    store: StorePath = None,
) -> None:
    """Serve a demo store: real market history, invented people, on 127.0.0.1 only.

    Example: tongxing demo --port 8600
    """
    path = store or default_home() / "demo.db"
    if fresh:
        _remove(path)
    try:
        house = house_for(path)
        if house.store.setting("clock") != "market":
            stop(f"{path}: a live store is not shown as a demo: pages without sign-in are for demo stores")
        _fill(house, path, clients)
    except (StoreError, ValueError) as problem:
        stop(str(problem))
    import uvicorn  # noqa: PLC0415 - pages are heavy to import, and other commands do without

    from tongxing.web.app import create  # noqa: PLC0415

    free = _free_port(port)
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(path, stopping), daemon=True)
    keeper.start()
    screen.print(f"\n  同行 Tongxing → [bold]http://{HOST}:{free}[/bold]   (Ctrl+C 停止)\n")
    if free != port:
        screen.print(f"  端口 {port} 已被占用，改用 {free}\n", markup=False)
    try:
        uvicorn.run(
            create(house, demo=True, port=free, over=demo_over), host=HOST, port=free, log_level="warning"
        )
    finally:
        stopping.set()
        keeper.join(timeout=10)
        house.store.close()


def worker(store: Annotated[Path, typer.Option("--store", help="store file")]) -> None:
    """Fold a store and do the jobs its pages ask for (started by `demo`)."""
    raise typer.Exit(run_worker(store, JOBS))


def _fill(house: House, path: Path, clients: int) -> None:
    """Bring the store up to its first morning, once; an interrupted filling is taken up again."""
    if house.store.setting("filled") == "yes":
        return
    with worker_lock(path) as mine:
        if not mine:
            stop(f"{path}: another process is filling this store")
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed}/{task.total} 天"),
        )
        with Progress(*columns, TimeElapsedColumn(), console=screen) as bar:
            task = bar.add_task("回放真实行情，生成演示客户", total=None)
            morning = demo_start(
                house,
                count=clients,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        house.store.set_setting(CLOCK, morning.isoformat())
        house.store.set_setting("filled", "yes")


def _keep_worker(path: Path, stopping: threading.Event) -> None:
    """Run the worker process; start it again when it dies, a bounded number of times."""
    for _ in range(RESTARTS_MAX):
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tongxing.cli", "worker", "--store", str(path)]
        )
        while process.poll() is None and not stopping.wait(0.2):
            pass
        if stopping.is_set():
            process.terminate()
            process.wait(timeout=10)
            return
    screen.print("工作进程多次退出，页面仍可阅读，但不再处理新事件", markup=False)


def _free_port(first: int) -> int:
    for port in range(first, first + PORTS_TRIED_MAX):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    return stop(f"ports {first} to {first + PORTS_TRIED_MAX - 1} are all taken: name another with --port")


def _remove(path: Path) -> None:
    """Remove a demo store and what lies beside it."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(name).unlink(missing_ok=True)
