"""Facts of what the house owes an answer on: suitability, permissions, pension, orders, transfers, duties."""

from datetime import timedelta

from tongxing.advice.goals import marginal_bp
from tongxing.compliance.contact import at_night
from tongxing.domain.book import RuleMissingError
from tongxing.market.sessions import may_cancel
from tongxing.service.converse_facts import AdviserFact, OrderFact
from tongxing.service.converse_scene import FILE, Scene, Sheet, key_of, plain, source_of

BP = 10_000
PERMITS = ("star", "chinext", "bse", "neeq_innovation", "hk_connect", "margin", "options")
OPEN_STATES = frozenset({"open", "pending", "partial", "partially_filled", "accepted", "reported"})


def client_grade(sheet: Sheet, scene: Scene) -> None:
    """Grade, until when it holds, how often it may be taken again, and how a named product fits."""
    client = scene.context.client
    sheet.rule(scene, "retest_day_max", "retest_day_max")
    sheet.rule(scene, "retest_year_max", "retest_year_max")
    if client.grade is None:
        sheet.lack("grade")
        return
    sheet.put("grade", client.grade)
    if client.assessment_valid_to is None:
        sheet.lack("assessment_valid_to")
    else:
        over = client.assessment_valid_to < scene.on
        name = "assessment_ended_on" if over else "assessment_valid_to"
        sheet.put(name, client.assessment_valid_to.isoformat())
    thing = scene.thing
    if thing is None:
        return
    sheet.put("product", thing.name or key_of(thing))
    if thing.risk is None:
        sheet.lack("risk")
        return
    sheet.put("risk", thing.risk)
    rule = f"match_{client.grade.lower()}_{thing.risk.lower()}"
    found = scene.book.rules.text(rule, scene.on)
    name = {"ok": "fits", "warn": "exceeds", "warn_plus": "exceeds"}.get(found, "forbidden")
    sheet.put(f"{name}_grade", client.grade, source_of(scene.book, rule, scene.on))


def permission(sheet: Sheet, scene: Scene) -> None:
    """What a permission takes, and what is missing of it."""
    topic = scene.meant.topic
    if not topic:
        sheet.put("permits", tuple(scene.label(f"permission_{name}") for name in PERMITS), "rulebook")
        return
    sheet.put("permission", scene.label(f"permission_{topic}"), "rulebook")
    client = scene.context.client
    if topic in client.permissions:
        sheet.put("held_permission", scene.label(f"permission_{topic}"))
        return
    _assets_needed(sheet, scene, topic)
    _experience_needed(sheet, scene, topic)
    try:
        rule = f"permission_{topic}_needs"
        needs = scene.book.rules.words(rule, scene.on)
        words = tuple(scene.label(f"need_of_{name}") for name in needs)
        sheet.put("permission_needs", words, source_of(scene.book, rule, scene.on))
    except RuleMissingError:
        pass


def _assets_needed(sheet: Sheet, scene: Scene, topic: str) -> None:
    rule = f"permission_{topic}_assets_fen"
    try:
        needed = scene.book.rules.number(rule, scene.on)
        sessions = scene.book.rules.number(f"permission_{topic}_sessions", scene.on)
    except RuleMissingError:
        return
    sheet.put("needed_fen", needed, source_of(scene.book, rule, scene.on))
    sheet.put("needed_sessions", sessions, source_of(scene.book, rule, scene.on))
    have = scene.context.client.assets_20d_fen
    if have is None:
        sheet.lack("assets_20d")
        return
    sheet.put("assets_fen", have)
    if have < needed:
        sheet.put("short_fen", needed - have, "computed: needed less mean assets")
    else:
        sheet.put("enough_fen", have)


def _experience_needed(sheet: Sheet, scene: Scene, topic: str) -> None:
    rule = f"permission_{topic}_experience_months"
    try:
        months = scene.book.rules.number(rule, scene.on)
    except RuleMissingError:
        return
    sheet.put("needed_months", months, source_of(scene.book, rule, scene.on))
    have = scene.context.client.experience_months
    if have is None:
        sheet.lack("experience_months")
    else:
        sheet.put("experience_months", have)
        if have < months:
            sheet.put("short_months", months - have, "computed: needed less experience")


def pension(sheet: Sheet, scene: Scene) -> None:
    """The yearly most, what a client saves at the own rate, and when money may be taken out."""
    rules, on, client = scene.book.rules, scene.on, scene.context.client
    cap = sheet.rule(scene, "pension_cap_fen", "pension_year_fen_max")
    payout = sheet.rule(scene, "pension_payout_bp", "pension_tax_payout_bp")
    day = rules.text("pension_pay_in_by", on)
    sheet.put("pension_pay_in_by", f"{on.year}-{day}", source_of(scene.book, "pension_pay_in_by", on))
    cases = tuple(scene.label(f"payout_{case}") for case in rules.words("pension_payout_cases", on))
    sheet.put("pension_cases", cases, source_of(scene.book, "pension_payout_cases", on))
    rate = client.tax_rate_bp
    if rate is None and client.income_month_fen is not None:
        rate = marginal_bp(client.income_month_fen, on=on, rules=rules)
    if rate is None or not isinstance(cap, int) or not isinstance(payout, int):
        sheet.lack("tax_rate")
        return
    sheet.put("tax_rate_bp", rate, FILE if client.tax_rate_bp is not None else "computed from income")
    saved = cap * max(0, rate - payout) // BP
    sheet.put("pension_saved_fen" if saved else "pension_gain_none_fen", saved, "computed: cap times rates")


def orders(sheet: Sheet, scene: Scene) -> None:
    """The newest order that fits the product spoken of, and whether it may be withdrawn now."""
    found = scene.context.orders
    if found is None:
        sheet.lack("orders")
        return
    code = scene.meant.product
    fitting = [order for order in found if not code or code in (order.code, order.name)]
    if not fitting:
        sheet.put("no_orders", len(fitting))
        return
    open_ones = [order for order in fitting if (order.status or "").lower() in OPEN_STATES]
    order = (open_ones or fitting)[-1]
    sheet.put("order_as_of", scene.on.isoformat())
    _order(sheet, scene, order)
    session = scene.is_session()
    if order in open_ones and session is None:
        sheet.lack("calendar")
    elif order in open_ones:
        name = "may_cancel" if session and may_cancel(scene.now, scene.book.rules) else "no_cancel"
        hours = scene.book.rules.words("sessions_no_cancel", scene.on)
        sheet.put(name, tuple(hours), source_of(scene.book, "sessions_no_cancel", scene.on))


def _order(sheet: Sheet, scene: Scene, order: OrderFact) -> None:
    for name, value in (
        ("order_name", order.name or order.code),
        ("order_side", order.side and _told(scene, "side", order.side)),
        ("order_status", order.status and _told(scene, "order", order.status)),
        ("order_price", None if order.price is None else plain(order.price)),
        ("order_shares", None if order.shares is None else plain(order.shares)),
        ("order_filled", None if order.filled is None else plain(order.filled)),
    ):
        if value:
            sheet.put(name, value)
        else:
            sheet.lack(name)


def _told(scene: Scene, kind: str, word: str) -> str:
    """The counter's word in the client's language; an unknown one as it stands."""
    name = f"{kind}_{word.lower()}"
    found = scene.label(name)
    return word if found == name else found


def transfer(sheet: Sheet, scene: Scene) -> None:
    """When money may leave for the bank, and whether that is now."""
    rules, on = scene.book.rules, scene.on
    hours = rules.text("converse_transfer_hours", on)
    start, _, end = hours.partition("-")
    session = scene.is_session()
    inside = session and start <= scene.now.time().isoformat() < end
    sheet.put("transfer_hours", hours, source_of(scene.book, "converse_transfer_hours", on))
    name = "transfer_open_at" if inside else "transfer_shut_at"
    if session is not None:
        sheet.put(name, f"{scene.now:%H:%M}", FILE if scene.context.now else "clock")
    if scene.context.cash_fen is None:
        sheet.lack("cash")
    else:
        sheet.put("cash_fen", scene.context.cash_fen)
        sheet.put("as_of", scene.on.isoformat())
    sessions = rules.number("cash_withdrawable_sessions", on)
    day = scene.session_after(on, sessions)
    if day is None:
        sheet.lack("calendar")
    else:
        sheet.put(
            "sold_today_out_day", day.isoformat(), source_of(scene.book, "cash_withdrawable_sessions", on)
        )


def closing(sheet: Sheet, scene: Scene) -> None:
    """How long closing takes, and what still stands in the account."""
    sheet.rule(scene, "closing_sessions", "closing_sessions")
    held, waiting = scene.context.holdings, scene.context.orders
    if held is None:
        sheet.lack("holdings")
    elif held:
        sheet.put("held_count", len(held))
    if waiting is None:
        if scene.live is None:
            sheet.lack("orders")
    else:
        count = sum((order.status or "").lower() in OPEN_STATES for order in waiting)
        if count:
            sheet.put("open_count", count)


def complaint(sheet: Sheet, scene: Scene) -> None:
    """By when a person answers, and the public line."""
    sheet.rule(scene, "complaint_line", "complaint_line")
    table = dict(
        row.split("=", 1) for row in scene.book.rules.words("desk_due_minutes", scene.on) if "=" in row
    )
    due = scene.now + timedelta(minutes=int(table["complaint"]))
    sheet.put("answer_by", f"{due:%Y-%m-%d %H:%M}", source_of(scene.book, "desk_due_minutes", scene.on))
    own = "" if scene.live is None else scene.live.ticket
    ticket = own or f"T{scene.now:%Y%m%d%H%M%S}"
    source = "computed: number of its task" if own else "computed: instant of the complaint"
    sheet.put("ticket", ticket, source)


def people(sheet: Sheet, scene: Scene) -> None:
    """Who helps: the adviser, the waiting time, the lines for danger."""
    adviser = scene.context.adviser
    name = adviser.name if isinstance(adviser, AdviserFact) else adviser
    if name:
        sheet.put("adviser", name)
    if at_night(scene.now, scene.book.rules):
        sheet.rule(scene, "people_from", "quiet_to")
    else:
        sheet.rule(scene, "wait_seconds", "handover_seconds_max")
    sheet.rule(scene, "crisis_line", "crisis_line")
    sheet.rule(scene, "crisis_ambulance", "crisis_ambulance")
    sheet.rule(scene, "crisis_police", "crisis_police")
    sheet.rule(scene, "fraud_line", "converse_fraud_line")
    if scene.context.client.id_expires is not None:
        over = scene.context.client.id_expires < scene.on
        sheet.put("id_ended_on" if over else "id_expires", scene.context.client.id_expires.isoformat())
