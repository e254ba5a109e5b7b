"""Names, phone numbers and ID numbers of people who do not exist."""

from datetime import date

import numpy as np

from tongxing.simulation.chance import one_of

AREA = "999999"
"""An area code no authority issues: these numbers belong to nobody."""
SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈"
    "任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷黎史龙陶贺顾毛郝龚邵万钱严武莫孔向汤"
)
GIVEN_MALE = (
    "志强",
    "建国",
    "文博",
    "浩然",
    "子轩",
    "明哲",
    "俊杰",
    "海涛",
    "立新",
    "国栋",
    "家辉",
    "天佑",
    "永康",
    "学文",
    "少华",
    "思远",
    "一鸣",
    "景行",
    "启航",
    "伟民",
    "振华",
    "德明",
    "光耀",
    "晓峰",
    "鹏飞",
    "维安",
    "泽宇",
    "承志",
    "敬之",
    "安邦",
)
GIVEN_FEMALE = (
    "桂英",
    "秀兰",
    "淑珍",
    "雨桐",
    "思琪",
    "佳怡",
    "晓燕",
    "美玲",
    "静怡",
    "丽华",
    "若曦",
    "欣然",
    "慧敏",
    "雅琴",
    "玉梅",
    "婉清",
    "书瑶",
    "亦菲",
    "巧云",
    "素芬",
    "春梅",
    "语嫣",
    "诗涵",
    "明月",
    "念慈",
    "如意",
    "可欣",
    "文静",
    "海棠",
    "知夏",
)
BRANCHES = ("城东营业部", "城西营业部", "滨江营业部", "大学路营业部")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
"""Check characters by remainder (GB 11643)."""


def name(chance: np.random.Generator, sex: str) -> str:
    """A common surname with a common given name."""
    given = GIVEN_FEMALE if sex == "female" else GIVEN_MALE
    return one_of(chance, SURNAMES) + one_of(chance, given)


def id_number(birth: date, sex: str, serial: int) -> str:
    """An ID number of area 999999 with the right check character; odd serials are male."""
    order = serial % 500 * 2 % 1000 + (1 if sex == "male" else 0)
    body = f"{AREA}{birth:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + CHECKS[total % 11]


def phone(serial: int) -> str:
    """A number in a block kept for these examples."""
    return f"1900000{serial % 10_000:04d}"
