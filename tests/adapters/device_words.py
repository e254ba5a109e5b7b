"""Messages for carriers, in words of the book's form."""

from datetime import datetime, timedelta

from tongxing.domain.draft import Part
from tongxing.domain.grades import Channel, Nature
from tongxing.domain.message import Message

AT = datetime.fromisoformat("2026-05-06T10:00:00+08:00")


def message(channel: Channel, *, body: str = "您有一条通知，方便时再看。", title: str = "通知") -> Message:
    parts = [Part(role="title", text=title), Part(role="body", text=body)]
    if channel is Channel.SMS:
        parts.insert(0, Part(role="sign", text="【同行证券】"))
    if channel is Channel.EMAIL:
        parts.append(Part(role="human", text="联系人工客服", page="/human"))
        parts.append(Part(role="end", text="不想再收到这类邮件，可在网页“我的设备”里关掉。"))
    parts.append(Part(role="label", text="AI生成"))
    return Message(
        message_id="0123456789abcdef",
        touch_id="t1",
        client_id="C1",
        playbook="birthday",
        nature=Nature.SERVICE,
        channel=channel,
        slot="greeting",
        locale="zh-CN",
        style="plain",
        parts=tuple(parts),
        labels=("ai",),
        sent_at=AT,
        valid_until=AT + timedelta(hours=12),
        leaf_index=1,
    )
