"""Which labels there are, in the order they are shown, and what a client may do with them.

What each means and what else it is called stands in the book (`label_meaning`, `label_also`).
"""

from tongxing.domain.grades import Tolerance

GRADE_LABELS = {
    Tolerance.C1L: "风险偏好低",
    Tolerance.C1: "风险偏好低",
    Tolerance.C4: "风险偏好中高",
    Tolerance.C5: "风险偏好高",
}
CATALOGUE = (
    *dict.fromkeys(GRADE_LABELS.values()),
    "短期交易型",
    "长期持有型",
    "有稳定负债",
    "高负债压力",
    "学习能力强",
    "行业集中",
    "单票集中",
    "ETF偏好",
    "养老需求",
    "购房需求",
    "子女教育需求",
    "沉睡客户",
    "深度沉睡",
    "定投型",
    "新客户",
    "老年客户",
    "高净值",
    "私行客户",
    "测评过期",
    "测评异常",
    "证件将到期",
    "需要关怀",
    "流失预警",
    "两融客户",
    "打新偏好",
    "跨境投资偏好",
    "疑似诈骗接触",
    "专业投资者候选",
)
"""The order in which labels are shown."""
PREFERENCES = frozenset(
    {"短期交易型", "长期持有型", "学习能力强", "ETF偏好", "定投型", "打新偏好", "跨境投资偏好"}
)
FIXED = frozenset(
    {
        *GRADE_LABELS.values(),
        "老年客户",
        "测评过期",
        "测评异常",
        "证件将到期",
        "需要关怀",
        "两融客户",
        "疑似诈骗接触",
    }
)
"""Facts of duty: a client cannot delete or claim them; an assessment, a document or time changes them."""
UNCLAIMED = FIXED | {
    "新客户",
    "高净值",
    "私行客户",
    "行业集中",
    "单票集中",
    "沉睡客户",
    "深度沉睡",
    "流失预警",
    "专业投资者候选",
}
"""Facts of the account: a client may hide some of them, and can make none true by saying so."""
_PLACES = {name: place for place, name in enumerate(CATALOGUE)}


def shown_order(name: str) -> tuple[int, str]:
    """Where a label stands in a list; words of a client's own come last, by name."""
    return _PLACES.get(name, len(CATALOGUE)), name
