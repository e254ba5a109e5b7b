"""A plan as a file to keep: the words and figures of the page, with the mark of AI inside."""

import json

from tongxing.service.plan_doc import encode_plan
from tongxing.service.plan_page import PlanPage

PRODUCER = "tongxing"


def plan_json(page: PlanPage) -> str | None:
    """The plan that may be shown today as JSON; None where there is none.

    The file carries the visible mark and the metadata of content that AI made (identification rules of
    2025-09-01, articles 4 and 5), so that a copy carries them on.
    """
    plan = page.plan
    if plan is None:
        return None
    kept = json.loads(encode_plan(plan))
    del kept["words"], kept["refused"]
    told = {
        "aigc": {"Label": "1", "ContentProducer": PRODUCER, "ProduceID": plan.plan_id},
        "mark": list(page.said("label")),
        "words": [{"role": part.role, "text": part.text} for part in page.parts],
        "leaf_index": page.leaf_index,
        "cost_fen": plan.cost_fen,
        "plan": kept,
    }
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
