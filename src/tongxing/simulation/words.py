"""What invented clients type: searches by topic, and questions calm or distressed. Never shown as ours."""

SEARCHES: dict[str, tuple[str, ...]] = {
    "pension": ("个人养老金 怎么开户", "养老金账户 一年能存多少", "养老金 提前取", "退休金 规划"),
    "house": ("买房 首付 怎么攒", "房贷 提前还款 划算吗", "明年买房的钱放哪里"),
    "child_education": ("教育金 怎么准备", "孩子上学 基金定投", "子女教育 规划"),
    "etf": ("ETF和场外基金的区别", "沪深300ETF", "红利ETF 分红", "ETF 怎么买"),
    "fund_basics": ("基金 手续费", "净值 什么时候更新", "基金定投 怎么开始"),
    "hedge": ("行业占比太高 怎么分散", "半导体 仓位 太重", "持仓 分散"),
    "market": ("今日行情", "纳指ETF", "黄金ETF", "证券ETF", "煤炭ETF", "成交量 怎么看"),
    "chasing": ("打板 怎么做", "追涨停 技巧", "踏空了 现在追高 行不行"),
    "safety": ("密码忘了怎么办", "怎么识别非法荐股", "大字版 怎么开"),
}

QUESTIONS = (
    "ETF今天买的明天能卖吗",
    "基金赎回几天到账",
    "佣金是怎么算的",
    "测评过期了怎么弄",
    "分红什么时候到账",
    "怎么设置定投",
    "银证转账限额是多少",
)

DISTRESSED = (
    "这几天亏得睡不着，怎么办",
    "跌成这样我真的受不了了",
    "又亏了，心里很焦虑",
    "不敢跟家里人说亏了多少",
    "看到账户就心慌",
)

CRISIS = ("亏成这样真的不想活了", "活着没意思，什么都没了")

PAGES = ("/home", "/holdings", "/market", "/learn", "/me", "/fees")
DEVICES = ("ios", "android", "harmony", "web")
LEAVING = ("佣金太高我换别家了", "不想做了", "资金另有用处")
COURSES = ("基金入门", "ETF基础", "读懂风险等级", "资产配置第一课", "识别非法荐股", "定投的道理")
