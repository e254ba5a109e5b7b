"""`tongxing demo`: a filled demo store, a worker beside it, and pages on the loopback address."""

import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from tongxing.adapters.book_files import BookError
from tongxing.app.house import HouseError, default_home, house_for, place_of
from tongxing.app.jobs import JOBS, fill, filled, forget_restarts
from tongxing.app.lock import worker_lock
from tongxing.app.ready import ready_to_serve
from tongxing.app.worker import UNUSABLE, run_worker
from tongxing.cli.output import screen, stop
from tongxing.service.house import House
from tongxing.service.ports import StoreError
from tongxing.simulation.demo import demo_over

HOST = "127.0.0.1"
PORT = 8600
PORTS_TRIED_MAX = 20
RESTARTS_MAX = 5
LIVED_SECONDS = 60.0
"""A worker that lived so long did not die at once: its death begins a new count."""
MOVED_MAX = 9
GRACE_SECONDS = 2.0
"""How long a worker may take to end its turn."""
StorePath = Annotated[Path | None, typer.Option("--store", help="store file; default: .tongxing/demo.db")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    app.command("demo")(demo)
    app.command("worker")(worker)


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
    try:
        if fresh:
            _remove(path)
        house = house_for(path)
        if house.store.setting("clock") != "market":
            stop(f"{path}: a live store is not shown as a demo: pages without sign-in are for demo stores")
        _fill(house, path, clients)
    except (StoreError, HouseError, BookError, ValueError) as problem:
        stop(str(problem))
    except OSError as problem:
        stop(f"{problem.filename or path}: {problem.strerror or problem}")
    import uvicorn  # noqa: PLC0415 - pages are heavy to import, and other commands do without

    from tongxing.app.pages import pages_for  # noqa: PLC0415

    free = _free_port(port)
    stopping = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(path, stopping), daemon=True)
    keeper.start()
    screen.print(f"\n  同行 Tongxing → [bold]http://{HOST}:{free}[/bold]   (Ctrl+C 停止)\n")
    if free != port:
        screen.print(f"  端口 {port} 已被占用，改用 {free}\n", markup=False)
    pages = pages_for(house, demo=True, port=free, over=demo_over)
    ready_to_serve(house)
    try:
        uvicorn.run(pages, host=HOST, port=free, log_level="warning")
    finally:
        stopping.set()
        keeper.join(timeout=2 * GRACE_SECONDS)
        house.store.close()


def worker(store: Annotated[str, typer.Option("--store", help="store file or PostgreSQL URL")]) -> None:
    """Fold a store and do the jobs its pages ask for: one on a file (`demo` starts it), many on PostgreSQL.

    Example: tongxing worker --store postgresql://tongxing@db.example/house
    """
    raise typer.Exit(run_worker(place_of(store), JOBS))


def _fill(house: House, path: Path, clients: int) -> None:
    """Bring the store up to its first morning, once; an interrupted filling is taken up again."""
    if filled(house):
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
            fill(
                house,
                clients=clients,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        forget_restarts(house)


def _keep_worker(path: Path, stopping: threading.Event) -> None:
    """Run the worker process; start it again when it dies, a bounded number of times."""
    deaths = 0
    while deaths < RESTARTS_MAX:
        started = time.monotonic()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "tongxing.cli", "worker", "--store", str(path)]
        )
        while process.poll() is None and not stopping.wait(0.1):
            pass
        if stopping.is_set():
            _end(process)
            return
        if process.returncode == UNUSABLE:
            screen.print("工作进程无法工作（原因见上），页面仍可阅读，但本次启动不处理新事件", markup=False)
            return
        deaths = 1 if time.monotonic() - started > LIVED_SECONDS else deaths + 1
        stopping.wait(min(deaths - 1, RESTARTS_MAX))
    screen.print("工作进程多次退出，页面仍可阅读，但不再处理新事件", markup=False)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the worker to stop; one in the middle of a long job is killed, which loses and repeats nothing."""
    process.terminate()
    try:
        process.wait(timeout=GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


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
    """Remove a demo store; one that cannot be opened, and so may be no demo, is moved beside itself."""
    if not path.exists():
        return
    with worker_lock(path) as mine:
        if not mine:
            stop(f"{path}: a demo is running on this store: stop it first")
        unreadable = _unreadable(path)
        if unreadable:
            _move_beside(path, unreadable)
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)


def _move_beside(path: Path, why: str) -> None:
    """Keep a store that cannot be opened, with its key, under the first free name."""
    numbers = range(1, MOVED_MAX + 1)
    names = (f"{path.name}.before{number}" for number in numbers)
    name = next((name for name in names if not path.with_name(name).exists()), None)
    if name is None:
        stop(f"{path}: {why}; {MOVED_MAX} such stores lie beside it: remove some")
    for suffix in ("", "-wal", "-shm", ".key"):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.replace(path.with_name(name + suffix))
    screen.print(f"{why}\n→ {name}", markup=False)


def _unreadable(path: Path) -> str:
    """Why a store cannot be opened, empty where it can; a live one is not thrown away."""
    try:
        house = house_for(path)
    except (StoreError, HouseError) as problem:
        return str(problem)
    clock = house.store.setting("clock")
    house.store.close()
    if clock != "market":
        stop(f"{path}: a live store is not thrown away")
    return ""
