"""Words that describe a solicitation are read as one; look-alikes of everyday service are not."""

import pytest
from profile_events import Make
from profile_people import names, of

from tongxing.domain.book import Book
from tongxing.profile.words import reader

LABEL = "疑似诈骗接触"
SOLICITED = [
    "群里老师带我买原始股是真的吗",
    "说验证码发他就能返佣",
    "有人让我把屏幕共享给他",
    "客服让我把钱转到安全账户",
    "微信群里有个导师天天推荐股票，说跟着他稳赚",
    "拉我进了一个炒股群，助理让我下载app跟单",
    "他说是证监会的，让我转账到监管账户配合调查",
    "自称警察打电话说我账户涉案，要我把钱转到安全账户",
    "对方要我的短信验证码，能给吗",
    "老师让我把钱打到他的个人账户",
    "那个投资平台提现要先交税才能出金",
    "让我刷单返利，先垫付500",
    "网友带我炒股，给我推荐了一个投资平台",
    "有人劝我买未上市公司的原始股，名额有限",
    "腾讯会议里客服说要我共享屏幕操作",
    "代客理财说赚了五五分成，要我的密码，靠谱吗",
    "股票群的群主喊单，让我跟着买",
    "点链接扫码下载一个软件就能炒股赚钱，是骗子吗",
    "直播间老师收费带单，一个月两万能信吗",
    "昨天有人打电话叫我下一个会议软件，把手机屏幕给他看",
    "一个自称客服的人问我要银行卡密码",
    "我加了个荐股老师的微信，他叫我买他说的票",
    "朋友圈看到的内部打新名额，要先打款到指定账户",
    "有个理财导师说带我赚钱，让我先充5000",
    "群主说明天一起买这只票，保证涨停",
    "对方说我账户异常，要我把钱挪到他给的账户",
    "收到短信说点链接可以领股票，填了验证码",
    "拉了个小群，里面都在晒收益，助教让我也入金",
    "有人说能代我炒股，亏了他赔",
    "他们让我在一个没听过的平台上买币，说老师指导",
    "冒充你们工作人员让我提供验证码",
    "网上认识的男朋友带我投资，平台不让提现",
    "说缴纳保证金才能把钱取出来",
    "要我先交会员费才给股票代码",
    "教授开的课最后让我们买他推荐的股票跟他操作",
    "刷到一个讲股票的主播，私信我加企业微信，每天免费给两只票",
    "表姐介绍的资金盘，每月固定10%，要不要投",
    "助理小姐姐天天催我加大仓位，说老师这周有大行情",
    "说是北交所内部渠道能低价拿货，先付三成定金",
    "下了个叫XX证券的软件，客服说我中签了要补缴，不补就冻结",
    "同事拉我做数字货币合约，跟着带单赚得很快",
    "一个男的自称是公安，要我开会议把屏幕给他看",
    "接到电话说我征信有问题，要把钱转到银保监的账户里验资",
    "加了个QQ，那人让我把手机验证码念给他听",
    "导师说我这次亏的他负责，让我再投2万",
    "直播里的大佬说加群领牛股",
    "有人出租账户让我把账户借他用一个月给500",
    "网上有个私募经理说能帮我把亏的钱追回来，要先交费",
]
HARMLESS = [
    "收不到验证码怎么办",
    "验证码过期了重新发一下",
    "登录密码忘了怎么重置",
    "原始股是什么意思",
    "原始股东减持公告在哪里看",
    "账户安全怎么设置",
    "安全账户设置在哪个菜单",
    "我是小学老师，有什么适合我的课程",
    "你们直播间的老师讲得很好",
    "投教老师推荐看哪本书",
    "交易佣金是多少，能返还吗",
    "可以远程开户吗",
    "开户要投屏到电视上吗",
    "保证金账户怎么开通",
    "银证转账转到银行卡多久到账",
    "我要把钱转到我自己的银行卡",
    "提现手续费是多少",
    "软件打不开，提示升级",
    "基金群里大家都在讨论医药",
    "孩子的老师说要交学费，基金赎回几天到账",
    "怎么识别电信诈骗",
    "防骗课里说屏幕共享很危险",
    "推荐一个沪深300ETF",
    "转账限额怎么调整",
    "监管账户是什么意思",
    "公安局要的资产证明怎么开",
    "老师，请问基金定投怎么设置",
    "群里通知几点开市",
    "怎么给子账户转账",
    "上市前公司可以买吗 打新怎么操作",
    "朋友推荐了沪深300，适合我吗",
    "提现到账时间",
    "密码输错三次怎么解锁",
    "投顾老师的服务怎么签约",
    "ETF期权保证金怎么算",
    "下载app的链接在哪",
    "我老婆让我把钱转到她的账户，可以吗",
    "公安部门要求更新身份证信息怎么弄",
    "直播间几点开始讲课",
    "返佣的政策取消了吗",
    "昨天老师讲的止盈方法我没听懂",
    "你们经理让我来问一下佣金",
    "我妈让我帮她买理财，可以代办吗",
    "怎么取消短信通知",
    "有人说今年A股会好，是真的吗",
    "会议软件上的路演怎么看回放",
    "能不能让我看一下合同",
    "要先做风险测评吗",
    "股票代码怎么查",
    "教授写的投资书有推荐吗",
    "孩子的学费用基金定投合适吗",
    "我想把亏的钱追回来，该不该加仓",
    "中签了怎么缴款，资金不够会怎样",
    "征信不好能开两融吗",
    "打新中签没缴款会冻结账户吗",
    "助理能帮我约一下理财经理吗",
]


@pytest.mark.parametrize("text", SOLICITED)
def test_a_solicitation_is_read_in_own_words(book: Book, text: str) -> None:
    assert reader(book.words).solicited(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_everyday_questions_are_no_solicitation(book: Book, text: str) -> None:
    assert not reader(book.words).solicited(text)


def test_parts_of_a_pattern_must_stand_in_one_sentence(book: Book) -> None:
    read = reader(book.words)
    assert read.solicited("有人让我共享屏幕")
    assert not read.solicited("屏幕共享功能在哪里？有人让我问一下开户费用")


def test_every_pattern_of_the_page_is_met_by_an_example(book: Book) -> None:
    unmet = [
        pattern
        for pattern in book.words.fraud
        if not any(all(any(word.lower() in text for word in part) for part in pattern) for text in SOLICITED)
    ]
    assert unmet == []


def test_a_report_counts_longer_and_more_than_own_words(happen: Make, book: Book) -> None:
    told = happen("2026-02-01 10:00", "asked", text=SOLICITED[0])
    reported = happen("2026-02-01 10:00", "fraud_reported", pattern="safe_account")
    assert LABEL not in names(of([told], book))
    found = of([told, reported], book)
    assert names(found) == [LABEL]
    assert [ref.kind for ref in found.labels[0].evidence] == ["fraud_reported"]
    fresh = happen("2026-05-06 10:00", "posted", text=SOLICITED[0], group="g")
    (label,) = of([fresh], book).labels
    assert label.confidence_bp == 6_000


def test_the_label_is_a_duty_and_needs_no_consent(happen: Make, book: Book) -> None:
    events = [
        happen("2026-05-01 10:00", "consent_withdrawn", purpose="personalised_service"),
        happen("2026-05-01 11:00", "personalisation_set", on=False),
        happen("2026-05-06 10:00", "asked", text=SOLICITED[0]),
        happen("2026-05-06 10:01", "tag_deleted", label=LABEL),
    ]
    assert names(of(events, book)) == [LABEL]
