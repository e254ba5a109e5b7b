"""`tongxing book products`: a broker's own product table becomes a page that the strict reader takes."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import tongxing
from tongxing.adapters.book_files import load
from tongxing.cli import app
from tongxing.profile.signs import NAMES

TABLE = Path(__file__).parents[1] / "fixtures" / "sources" / "products.csv"
BOOK = Path(tongxing.__file__).parent / "book"
GOOD = "产品代码,产品名称,产品类别,风险等级,行业,期限\n600519,贵州茅台,股票,中风险,食品饮料,\n"


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["book", "products", *(str(argument) for argument in arguments)])


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "book" / "products" / "counter.yaml"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    file = tmp_path / "good.csv"
    file.write_text(GOOD, encoding="utf-8")
    return file


def test_good_rows_become_a_page_and_rejects_are_listed_by_line(out: Path) -> None:
    result = run(TABLE, "--map", "products", "--out", out)
    assert result.exit_code == 3, result.output
    assert "5 products" in result.stdout
    assert "✗ line 5: duplicate of line 4" in result.stderr
    assert "✗ line 8: missing_field 风险等级: empty" in result.stderr
    assert '{code: "000012", name: "示例稳健债券A", kind: "bond_fund", risk: R2' in out.read_text("utf-8")
    assert [path.name for path in out.parent.iterdir()] == ["counter.yaml"]


def test_the_whole_book_reads_with_the_page_in_it(tmp_path: Path, good: Path) -> None:
    folder = tmp_path / "book"
    shutil.copytree(BOOK, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    result = run(good, "--book", folder, "--out", folder / "products" / "counter.yaml")
    assert result.exit_code == 0, result.output
    product = load(folder, sign_names=NAMES).products["600519"]
    assert (product.name, product.kind, product.risk.name) == ("贵州茅台", "stock", "R3")
    assert CliRunner().invoke(app, ["book", "check", str(folder)]).exit_code == 0


def test_a_product_that_another_page_holds_is_left_to_it(out: Path, good: Path) -> None:
    assert run(good, "--out", out).exit_code == 0
    other = out.with_name("other.yaml")
    result = run(good, "--out", other, "--json")
    assert result.exit_code == 2
    answer = json.loads(result.stdout)
    assert answer["page"] is None
    assert answer["rejected"][0]["detail"] == "600519 stands in counter.yaml"
    assert not other.exists()


def test_a_page_is_replaced_only_by_force(out: Path, good: Path) -> None:
    assert run(TABLE, "--out", out).exit_code == 3
    before = out.read_bytes()
    refused = run(good, "--out", out)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert out.read_bytes() == before
    assert run(good, "--out", out, "--force").exit_code == 0
    assert "示例" not in out.read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "empty"),
        (b"PK\x03\x04zip", "Excel"),
        (GOOD.replace("风险等级", "等级").encode(), "no column 风险等级 (line 1)"),
        (
            "产品代码,产品名称,产品类别,风险等级,行业,期限\n600519,甲,股票,,电子,\n".encode("gb18030"),
            "line 2",
        ),
    ],
)
def test_of_an_unusable_table_nothing_is_written(
    tmp_path: Path, out: Path, content: bytes, expected: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    result = run(file, "--out", out)
    assert result.exit_code == 2
    assert expected in result.stderr
    assert not out.exists()


def test_a_page_that_the_reader_would_refuse_is_not_written(tmp_path: Path, out: Path) -> None:
    rows = "".join(f"{number:06d},{'长' * 100},股票,R3,电子,\n" for number in range(1, 4_000))
    file = tmp_path / "many.csv"
    file.write_text(GOOD.splitlines()[0] + "\n" + rows, encoding="utf-8")
    result = run(file, "--out", out)
    assert result.exit_code == 2
    assert "split" in result.stderr
    assert not out.exists()


@pytest.mark.parametrize("name", ["products/counter.yml", "counter.yaml"])
def test_the_page_must_lie_where_the_reader_looks(tmp_path: Path, good: Path, name: str) -> None:
    assert run(good, "--out", tmp_path / name).exit_code == 2


def test_an_unknown_map_is_named_with_the_ones_there_are(out: Path, good: Path) -> None:
    result = run(good, "--map", "trades", "--out", out)
    assert result.exit_code == 2
    assert "there are: products" in result.stderr


def test_ingest_says_where_a_product_table_belongs(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["ingest", str(TABLE), "--map", "products", "--store", str(tmp_path / "store.db")]
    )
    assert result.exit_code == 2
    assert "tongxing book products" in result.stderr
