"""Pages that map product tables, and the pages that are made of them."""

from collections.abc import Callable

import pytest

from tongxing.adapters.book_files import load
from tongxing.book.product_page import problems_of, product_page, read_page
from tongxing.domain.grades import ProductRisk
from tongxing.domain.pages import Product
from tongxing.profile.signs import NAMES

PATH = "sources/products.yaml"
PAGE = (
    "kind: product\n"
    "columns: {code: 代码, name: 名称, kind: 类别, risk: 等级}\n"
    "constants: {sector: 未知}\n"
    "values: {risk: {中: R3}, kind: {股票: stock}}\n"
)
Complain = Callable[[dict[str, str]], list[str]]


def test_a_map_of_products_is_no_map_of_events(pages: dict[str, str], complaints: Complain) -> None:
    assert complaints(pages | {PATH: PAGE}) == []


def test_the_packaged_book_maps_a_product_table() -> None:
    packaged = load(sign_names=NAMES)
    found = packaged.product_maps["products"]
    assert found.columns["code"] == "产品代码"
    assert set(found.values["risk"].values()) == {risk.name for risk in ProductRisk}
    assert "products" not in packaged.sources


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("risk: 等级", "risk: 等级, look_through: 穿透", "columns: a product has no field 'look_through'"),
        (", risk: 等级", "", f"{PATH}:2: columns: no column says 'risk'"),
        ("code: 代码, ", "", f"{PATH}:2: columns: no column says 'code'"),
        ("sector: 未知", "term: open", "columns: no column says 'sector'"),
        ("sector: 未知", "sector: 未知, risk: R1", f"{PATH}:3: constants: 'risk' is told by each row"),
        ("中: R3", "中: R6", f"{PATH}:4: values risk: '中': 'R6' is none of R1 to R5"),
        ("股票: stock", "股票: 股票", f"{PATH}:4: values kind: '股票' is not of the form"),
        ("values:", "client_id: 客户号\nvalues:", f"{PATH}:4: unknown key 'client_id'"),
    ],
)
def test_a_mistake_in_a_map_is_named_with_its_line(
    pages: dict[str, str], complaints: Complain, right: str, wrong: str, expected: str
) -> None:
    assert right in PAGE
    found = complaints(pages | {PATH: PAGE.replace(right, wrong)})
    assert any(expected in complaint for complaint in found), found


def test_a_page_made_of_products_reads_back_as_the_same_products() -> None:
    products = tuple(
        Product(code=code, name=name, kind="stock", risk=ProductRisk.R4, sector=sector, term="3个月")
        for code, name, sector in (
            ("000001", "平安银行", "银行"),
            ("600000", "yes", "null"),
            ("F00001", '引号"与\\反斜线: {花括号} #井号', "2026-05-06"),
            ("SQ1234", "𠮷野家", "~"),
        )
    )
    text = product_page(products, map_name="products")
    assert read_page("products/x.yaml", text) == (products, [])


def test_a_page_larger_than_the_reader_takes_is_found_before_it_is_written() -> None:
    many = [
        Product(code=f"{number:06d}", name="长" * 60, kind="stock", risk=ProductRisk.R4, sector="银行")
        for number in range(6_000)
    ]
    problems = problems_of("products/x.yaml", product_page(many, map_name="products"))
    assert len(problems) == 1
    assert "bytes: at most" in problems[0].what
