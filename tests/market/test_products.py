from pathlib import Path

import yaml

import tongxing
from tongxing.market.history import Market

BOOK = Path(tongxing.__file__).parent / "book"
SECTORS = frozenset(
    word
    for line in (
        "银行 非银金融 房地产 建筑材料 建筑装饰 钢铁 有色金属 基础化工 石油石化 煤炭 电力设备",
        "机械设备 国防军工 汽车 家用电器 电子 计算机 通信 传媒 医药生物 食品饮料 农林牧渔",
        "商贸零售 社会服务 交通运输 公用事业 环保 美容护理 轻工制造 纺织服饰 综合",
        "债券 黄金 境外股票 现金管理",
    )
    for word in line.split()
)


def products(name: str) -> list[dict[str, object]]:
    page = yaml.safe_load((BOOK / "products" / f"{name}.yaml").read_text(encoding="utf-8"))
    found: list[dict[str, object]] = page["products"]
    return found


def test_every_price_has_a_product_and_every_listed_product_a_price(market: Market) -> None:
    assert {product["code"] for product in products("listed")} == set(market.codes())
    assert {product["code"] for product in products("invented")} == {
        code for code in market.fund_codes() if code.startswith("F")
    }


def test_what_is_inside_a_product_adds_up_to_all_of_it() -> None:
    for product in products("listed") + products("invented"):
        inside = product.get("look_through")
        if inside is None:
            assert product["sector"] in SECTORS, product["code"]
            continue
        assert isinstance(inside, dict)
        assert sum(inside.values()) == 1_000_000, product["code"]
        assert set(inside) <= SECTORS, product["code"]


def test_invented_products_say_so_in_their_name() -> None:
    for product in products("invented"):
        assert product["invented"] is True
        assert "示例" in str(product["name"])
        assert "虚构" in str(product["name"])
    assert not any(product["invented"] for product in products("listed"))
