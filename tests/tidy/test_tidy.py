"""The house stays in order: small functions, pure rooms, one room that clears, a scenario for each page."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "tongxing"
ROOMS = (
    "domain",
    "intake",
    "profile",
    "decision",
    "wording",
    "compliance",
    "ledger",
    "delivery",
    "measurement",
    "market",
    "advice",
)
FUNCTION_LINES_MAX = 50
FILE_LINES_MAX = 300
FILES = sorted(path for path in SOURCE.rglob("*.py") if "migrations/versions" not in path.as_posix())
FORBIDDEN_CALLS = {
    "open",
    "input",
    "print",
    "read_text",
    "read_bytes",
    "write_text",
    "write_bytes",
    "today",
    "utcnow",
    "urandom",
    "uuid1",
    "uuid4",
    "default_rng",
    "system",
}


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def rooms() -> Iterator[Path]:
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] in ROOMS:
            yield path


def test_functions_fit_on_one_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > FUNCTION_LINES_MAX
    ]
    assert long == []


def test_files_hold_one_noun() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path in FILES
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > FILE_LINES_MAX
        and path.name not in {"bodies.py", "ports.py"}  # fixed vocabularies, read as tables
    ]
    assert long == []


def called(node: ast.Call) -> str:
    function = node.func
    if isinstance(function, ast.Name):
        return function.id
    return function.attr if isinstance(function, ast.Attribute) else ""


def test_rooms_do_no_io_and_ask_for_no_time_or_chance() -> None:
    found = []
    for path in rooms():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call):
                name = called(node)
                is_now = (
                    name == "now"
                    and isinstance(node.func, ast.Attribute)
                    and isinstance(node.func.value, ast.Name)
                    and node.func.value.id in {"datetime", "dt"}
                )
                # `re.compile(...).open` and a vault's `open` are other things: only the builtin counts
                if name == "open" and isinstance(node.func, ast.Attribute):
                    continue
                if name in FORBIDDEN_CALLS or is_now:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {name}")
    assert found == []


def test_only_compliance_builds_a_clearance() -> None:
    builders = {
        path.relative_to(SOURCE).parts[0]
        for path in FILES
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and called(node) == "Cleared"
    }
    assert builders == {"compliance"}


def test_words_for_clients_live_in_the_book() -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]{6,}")
    found = []
    for path in FILES:
        if path.relative_to(SOURCE).parts[0] not in {"wording", "delivery", "decision", "ledger", "service"}:
            continue
        tree = tree_of(path)
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        found += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.value[:20]}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in docstrings
            and chinese.search(node.value)
        ]
    assert found == []


PLAYBOOKS = sorted(path.stem for path in (SOURCE / "book" / "playbooks").rglob("*.yaml"))


@pytest.mark.parametrize("name", PLAYBOOKS)
def test_every_playbook_has_a_scenario_that_sends_one_that_refuses_and_one_that_is_silent(name: str) -> None:
    page = yaml.safe_load((ROOT / "scenarios" / f"{name}.yaml").read_text(encoding="utf-8"))
    expected = [scenario["expect"] for scenario in page]
    assert any(name in expect.get("sent", []) for expect in expected), "no scenario sends"
    assert any(name in expect.get("refused", {}) for expect in expected), "no scenario refuses"
    assert any(expect.get("silent") for expect in expected), "no scenario stays silent"


def test_there_are_playbooks_to_check() -> None:
    assert len(PLAYBOOKS) >= 13


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: an archive has nothing tracked")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def test_nothing_committed_names_a_machine_or_a_package_host() -> None:
    words = [
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        (".lib", "rary"),
        ("registry.npm", "js"),
        ("files.python", "hosted"),
    ]
    bad = []
    for path in tracked():
        if path.suffix in {".png", ".woff2", ".parquet"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        bad += [f"{path.relative_to(ROOT)}: {a}{b}" for a, b in words if a + b in text]
    assert bad == []


def test_no_built_or_third_party_page_file_is_committed() -> None:
    bad = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.name.endswith((".min.js", ".min.css"))
        or "node_modules" in path.parts
        or "static" in path.parts
    ]
    assert bad == []


def test_no_two_files_of_tests_share_a_name() -> None:
    """They are imported by their bare names: the second would not be collected."""
    names = [path.name for path in tracked() if path.parts[-1].startswith("test_") and path.suffix == ".py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []
