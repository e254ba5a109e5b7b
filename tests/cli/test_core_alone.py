"""A newcomer's first command has the libraries of `requirements/core.lock` and no others."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
LOCKED = re.compile(r"^([A-Za-z0-9._-]+)==", re.MULTILINE)
ALONE = """
import sys
from importlib.machinery import PathFinder
REFUSED = frozenset({refused!r})
class Core(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        return None if name.partition(".")[0] in REFUSED else super().find_spec(name, path, target)
sys.meta_path = [Core if one is PathFinder else one for one in sys.meta_path]
{code}
"""
COMMAND = "import sys; sys.argv = ['tongxing', *{words!r}]; from tongxing.cli import main; main()"
DEMO = """
from pathlib import Path
from tongxing.app import house_for
from tongxing.app.jobs import JOBS, fill
from tongxing.app.pages import pages_for
import tongxing.app.worker, tongxing.cli.demo
house = house_for(Path({store!r}))
fill(house, clients=2)
pages_for(house, demo=True, port=8600)
house.store.close()
"""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def beyond_core() -> list[str]:
    """Modules of what is installed here and not locked for a newcomer."""
    core = {
        _plain(name) for name in LOCKED.findall((HOUSE / "requirements" / "core.lock").read_text("utf-8"))
    }
    return sorted(
        module
        for module, of in packages_distributions().items()
        if core.isdisjoint(map(_plain, of)) and "tongxing" not in map(_plain, of) and module.isidentifier()
    )


def alone(code: str) -> "subprocess.CompletedProcess[str]":
    script = ALONE.format(refused=beyond_core(), code=code)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)  # noqa: S603


def test_what_is_refused_is_what_the_core_lacks() -> None:
    refused = beyond_core()
    assert {"pyarrow", "duckdb", "pytest"} <= set(refused)
    assert not {"numpy", "litestar", "msgspec", "typer"} & set(refused)
    assert alone("import pyarrow").returncode == 1


@pytest.mark.parametrize(
    "words", [["--help"], ["book", "check"], ["privacy", "--help"], ["converse", "--help"]]
)
def test_commands_answer_with_the_core_alone(words: list[str]) -> None:
    done = alone(f"import sys; sys.argv = ['tongxing', *{words!r}]; from tongxing.cli import main; main()")
    assert done.returncode == 0, done.stderr


def test_the_demo_is_filled_and_drawn_with_the_core_alone(tmp_path: Path) -> None:
    done = alone(DEMO.format(store=str(tmp_path / "demo.db")))
    assert done.returncode == 0, done.stderr


def test_a_parquet_file_that_cannot_be_read_is_no_clean_one(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1")
    done = alone(COMMAND.format(words=["privacy", "scan", str(tmp_path)]))
    assert done.returncode == 2
    assert "analytics" in done.stderr
