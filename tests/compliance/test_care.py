from compliance_cases import draft, product, rules

from tongxing.domain.draft import Part
from tongxing.domain.grades import Initiative, Nature, ProductRisk

CRISIS = "请先停下来。您可以拨打全国统一心理援助热线12356，我们的同事马上陪您通话，也可以转人工。"
RISK = "该产品可能亏损。"


def test_care_and_education_may_speak_to_a_distressed_client() -> None:
    assert rules(draft(distressed_24h=True)) == set()
    assert rules(draft(distressed_24h=True, nature=Nature.SERVICE)) == set()


def test_nothing_is_sold_to_a_distressed_client() -> None:
    for nature in (Nature.MARKETING, Nature.ADVICE):
        for initiative in Initiative:
            words = draft(RISK, distressed_24h=True, nature=nature, initiative=initiative)
            assert "distress_hold" in rules(words)


def test_no_product_and_no_market_news_reaches_a_distressed_client_unasked() -> None:
    named = draft(RISK, distressed_24h=True, product=product(ProductRisk.R1))
    assert rules(named) == {"distress_hold"}
    assert "distress_hold" in rules(draft(distressed_24h=True, nature=Nature.INFORMATION))


def test_a_distressed_client_who_asks_gets_an_answer() -> None:
    words = draft(
        RISK,
        distressed_24h=True,
        nature=Nature.INFORMATION,
        product=product(),
        initiative=Initiative.CLIENT,
    )
    assert rules(words) == set()


def test_no_order_page_is_offered_in_distress() -> None:
    buttons = (Part(role="body", text="看看短课。"), Part(role="action", text="去看看", page="/trade/510300"))
    assert "distress_hold" in rules(draft(distressed_24h=True, parts=buttons))
    assert rules(draft(parts=buttons)) == set()


def test_in_a_crisis_only_the_crisis_script_is_said() -> None:
    crisis = {"crisis_24h": True, "consent": "none", "nature": Nature.SERVICE}
    assert rules(draft(CRISIS, **crisis)) == set()
    assert rules(draft("请拨打12356。", **crisis)) == {"crisis_script"}
    assert rules(draft("转人工客服，我们的同事陪您。", **crisis)) == {"crisis_script"}
    assert "crisis_script" in rules(draft(CRISIS, crisis_24h=True))
    assert "crisis_script" in rules(draft(CRISIS + RISK, product=product(), **crisis))


def test_the_crisis_script_answers_at_any_hour_and_count() -> None:
    words = draft(CRISIS, crisis_24h=True, nature=Nature.SERVICE, consent="none", touches_this_week=99)
    assert rules(words) == set()
