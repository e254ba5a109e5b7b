"""A real PostgreSQL for the suite: one named by TEST_DATABASE_URL, or one started here and stopped again.

Binaries are taken from PATH, from Debian's folders or from the pgserver package. PostgreSQL refuses to run
as root: started by root it runs as the user `postgres`, or as `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from tongxing.adapters.entropy import OsEntropy
from tongxing.adapters.store import SqlStore, open_store

TEMPLATE = f"tongxing_template_{os.getpid()}"
SETTINGS = "-c listen_addresses= -c max_connections=200 -c shared_buffers=64MB"
FASTER = "-c fsync=off"
"""For test data, which a power cut may take."""
_numbers = count()


class NoPostgresError(RuntimeError):
    """There is no PostgreSQL on this machine."""


@cache
def binaries() -> Path:
    """The folder of initdb and pg_ctl."""
    beside = shutil.which("initdb")
    folders = [Path(beside).resolve().parent] if beside else []
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    packaged = find_spec("pgserver")
    if packaged is not None and packaged.origin is not None:
        folders.append(Path(packaged.origin).parent / "pginstall" / "bin")
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise NoPostgresError("no PostgreSQL: set TEST_DATABASE_URL, or install Debian's postgresql or pgserver")


def user() -> str | None:
    """Whom the server runs as; None: as ourselves."""
    if os.getuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def run(folder: Path, program: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs to its end, quietly."""
    command = [str(binaries() / program), *arguments]
    with (folder / "said").open("ab") as said:
        done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
            command,
            cwd=folder,
            stdout=said,
            stderr=said,
            user=user(),
            check=False,
            extra_groups=[] if user() else None,
        )
    if done.returncode:
        raise NoPostgresError(f"{program} failed: {(folder / 'said').read_text()[-2_000:]}")


@contextmanager
def server(*, durable: bool = False) -> Iterator[URL]:
    """The URL of a server where databases may be made; unless `durable`, fast before safe."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield make_url(named).set(drivername="postgresql+psycopg")
        return
    with tempfile.TemporaryDirectory(prefix="tongxing-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if user():
            shutil.chown(folder, user=user())
        data = str(folder / "data")
        run(folder, "initdb", "-D", data, "-U", "tongxing", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {folder} {SETTINGS} {'' if durable else FASTER}"
        run(folder, "pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield URL.create(
                "postgresql+psycopg", username="tongxing", database="postgres", query={"host": str(folder)}
            )
        finally:
            run(folder, "pg_ctl", "-D", data, "-m", "immediate", "stop")


@contextmanager
def fresh_database(url: URL, *, template: str = "template0") -> Iterator[URL]:
    """A database of its own, gone afterwards."""
    name = f"tongxing_test_{os.getpid()}_{next(_numbers)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template} ENCODING 'UTF8'"))
    try:
        yield url.set(database=name)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def named(url: URL) -> str:
    """A URL as the command line takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def template(url: URL, folder: Path) -> Path:
    """Make the tables once, in a database that others are copied from; answers its key file."""
    key = folder / "template.key"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'"))
    engine.dispose()
    open_store(named(url.set(database=TEMPLATE)), entropy=OsEntropy(), key_path=key).close()
    return key


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """A store's database as the command line names it, with the store's key file."""

    url: str
    key: Path

    def open(self) -> SqlStore:
        """The store, folding nothing yet."""
        return open_store(self.url, entropy=OsEntropy(), key_path=self.key)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[URL, Path]]:
    """A server, and the key file of the store in its template."""
    try:
        with server() as url:
            yield url, template(url, tmp_path_factory.mktemp("postgres"))
    except NoPostgresError as missing:
        if os.environ.get("CI"):
            pytest.fail(str(missing))
        pytest.skip(str(missing))


@pytest.fixture
def database(postgres: tuple[URL, Path]) -> Iterator[Database]:
    """A new and empty store on PostgreSQL."""
    url, key = postgres
    with fresh_database(url, template=TEMPLATE) as made:
        yield Database(url=named(made), key=key)
