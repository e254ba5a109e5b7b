from tongxing.measurement.effects import SentTouch, by_playbook


def test_each_playbook_is_counted_by_itself() -> None:
    sent = [SentTouch(touch_id=f"p{n}", playbook="pension_guide") for n in range(4)]
    sent.append(SentTouch(touch_id="l1", playbook="loss_care"))
    loss, pension = by_playbook(sent, opened={"p0", "p1", "p2", "elsewhere"}, dismissed={"p3", "l1"})
    assert (loss.playbook, loss.sent, loss.opened.part, loss.dismissed.part) == ("loss_care", 1, 0, 1)
    assert (pension.sent, pension.opened.value_ppm, pension.dismissed.value_ppm) == (4, 750_000, 250_000)
    assert pension.opened.interval == "Wilson 95 %"


def test_a_touch_told_twice_counts_once() -> None:
    twice = [SentTouch(touch_id="a", playbook="dormant_wake")] * 2
    assert by_playbook(twice, opened={"a"}, dismissed=set())[0].opened.whole == 1
