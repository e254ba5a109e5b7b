"""A broker's own product table, mapped by a page of the book."""

from dataclasses import replace
from pathlib import Path

import pytest

from tongxing.domain.event import Rejected
from tongxing.domain.grades import ProductRisk
from tongxing.domain.pages import Product, ProductMap
from tongxing.intake.listing import UnreadableFileError, listing, need
from tongxing.intake.products import product_rows

Answer = tuple[tuple[Product, ...], tuple[Rejected, ...]]
HEADINGS = "产品代码,产品名称,产品类别,风险等级,行业,期限\n"


def mapped(text: str, source: ProductMap, encoding: str = "utf-8") -> Answer:
    return product_rows(listing((HEADINGS + text).encode(encoding)).rows, source)


def test_a_product_table_becomes_products(fixtures: Path, product_map: ProductMap) -> None:
    table = listing((fixtures / "sources" / "products.csv").read_bytes())
    products, rejected = product_rows(table.rows, product_map)
    assert products[0] == Product(
        code="000012", name="示例稳健债券A", kind="bond_fund", risk=ProductRisk.R2, sector="债券"
    )
    assert [(one.code, one.risk.name, one.sector, one.term) for one in products[1:]] == [
        ("F10001", "R1", "未知", "open"),
        ("600519", "R3", "食品饮料", "open"),
        ("F10002", "R2", "未知", "3个月"),
        ("000034", "R4", "医药生物", "open"),
    ]
    assert [(entry.line, entry.reason, entry.of) for entry in rejected] == [
        (5, "duplicate", 4),
        (7, "bad_field", None),
        (8, "missing_field", None),
        (9, "conflict", 10),
        (10, "conflict", 9),
        (11, "missing_field", None),
        (12, "missing_field", None),
        (13, "bad_field", None),
        (16, "bad_field", None),
    ]
    assert [(entry.line, entry.reason) for entry in table.rejected] == [(15, "missing_field")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_table_comes_in_any_usual_encoding(product_map: ProductMap, encoding: str) -> None:
    products, rejected = mapped("600519,贵州茅台,股票,中风险,食品饮料,\n", product_map, encoding)
    assert [one.name for one in products] == ["贵州茅台"]
    assert rejected == ()


@pytest.mark.parametrize(
    ("row", "reason", "detail"),
    [
        ("600519,贵州茅台,股票,,食品饮料,", "missing_field", "风险等级: empty"),
        ("600519,贵州茅台,股票,--,食品饮料,", "missing_field", "风险等级: empty"),
        ("600519,贵州茅台,股票,R6,食品饮料,", "bad_field", "风险等级: no grade of ours for 'R6'"),
        ("600519,贵州茅台,股票,三级,食品饮料,", "bad_field", "风险等级: no grade of ours for '三级'"),
        ("600519,贵州茅台,信托,R3,食品饮料,", "bad_field", "产品类别: no word of ours for '信托'"),
        ("600519,贵州茅台,股票,R3,食品饮料,18天", "bad_field", "期限: no word of ours for '18天'"),
        ("茅台,贵州茅台,股票,R3,食品饮料,", "bad_field", "产品代码: '茅台' is no code"),
        (f"600519,{'长' * 201},股票,R3,食品饮料,", "bad_field", "产品名称: at most 200 printable characters"),
        ("600519,贵\x7f茅台,股票,R3,食品饮料,", "bad_field", "产品名称: at most 200 printable characters"),
    ],
)
def test_what_a_row_does_not_say_is_not_guessed(
    product_map: ProductMap, row: str, reason: str, detail: str
) -> None:
    products, rejected = mapped(f"{row}\n", product_map)
    assert products == ()
    assert [(entry.line, entry.reason, entry.detail) for entry in rejected] == [(2, reason, detail)]


def test_without_words_of_the_page_a_grade_is_r1_to_r5(product_map: ProductMap) -> None:
    plain = replace(product_map, values={})
    products, rejected = mapped("600519,甲,stock,R3,电子,\n600518,乙,stock,中风险,电子,\n", plain)
    assert [one.risk for one in products] == [ProductRisk.R3]
    assert [(entry.line, entry.reason) for entry in rejected] == [(3, "bad_field")]


def test_rows_that_contradict_one_another_are_all_refused(product_map: ProductMap) -> None:
    rows = "600519,甲,股票,R2,电子,\n600519,甲,股票,R4,电子,\n600519,甲,股票,R2,电子,\n"
    products, rejected = mapped(rows, product_map)
    assert products == ()
    assert [(entry.line, entry.reason) for entry in rejected] == [
        (2, "conflict"),
        (3, "conflict"),
        (4, "duplicate"),
    ]


def test_a_product_of_another_page_stays_as_it_is_there(product_map: ProductMap) -> None:
    rows = listing(f"{HEADINGS}510300,沪深300ETF,ETF,R2,宽基,\n".encode()).rows
    products, rejected = product_rows(rows, product_map, elsewhere={"510300": "listed.yaml"})
    assert products == ()
    assert rejected == (Rejected(line=2, reason="known", detail="510300 stands in listed.yaml"),)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("产品代码,产品代码\n1,2\n", "产品代码 stands twice (line 1)"),
        ("\n甲,乙\n", "no column 产品代码 (line 2)"),
    ],
)
def test_headings_that_cannot_be_used_are_named_with_their_line(text: str, expected: str) -> None:
    with pytest.raises(UnreadableFileError) as problem:
        need(listing(text.encode()), ["产品代码"])
    assert expected in str(problem.value)


def test_a_lost_quote_harms_its_own_line_only(product_map: ProductMap) -> None:
    products, _ = mapped('600519,"甲,股票,R3,电子,\n600518,乙,股票,R3,电子,\n', product_map)
    assert [one.code for one in products] == ["600518"]


def test_a_file_cut_off_inside_a_character_loses_its_last_line(product_map: ProductMap) -> None:
    whole = f"{HEADINGS}600519,甲,股票,R3,电子,\n600518,乙,股票,R3,电子,开放".encode()
    table = listing(whole[:-1])
    assert [one.code for one in product_rows(table.rows, product_map)[0]] == ["600519"]
    assert [(entry.line, entry.reason) for entry in table.rejected] == [(3, "bad_field")]
