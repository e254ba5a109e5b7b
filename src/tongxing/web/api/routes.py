"""The handlers of this part, as the application takes them."""

from litestar import Router

from tongxing.web.api import (
    advice_routes,
    client_routes,
    consent_routes,
    doc_routes,
    event_routes,
    task_routes,
    verdict_routes,
    webhook_routes,
    why_routes,
)
from tongxing.web.api.problems import answer_to

BODY_BYTES_MAX = 8 * 1024 * 1024
"""The last bound on a body; each address has a smaller one of its own, as a dated rule."""

ROUTES = (
    Router(
        "/",
        route_handlers=[
            event_routes.write_events,
            client_routes.clients_list,
            client_routes.client_read,
            client_routes.profile_read,
            advice_routes.plan_read,
            why_routes.why_read,
            client_routes.next_read,
            client_routes.touches_list,
            verdict_routes.verdicts_list,
            verdict_routes.verdict_read,
            verdict_routes.proof_read,
            task_routes.tasks_list,
            task_routes.task_read,
            task_routes.task_act,
            consent_routes.consents_read,
            consent_routes.consents_act,
            webhook_routes.webhooks_list,
            webhook_routes.webhook_add,
            webhook_routes.webhook_read,
            webhook_routes.webhook_change,
            webhook_routes.webhook_forget,
            webhook_routes.calls_list,
            webhook_routes.call_again,
            doc_routes.me_read,
            doc_routes.openapi_read,
        ],
        exception_handlers={Exception: answer_to},
        request_max_body_size=BODY_BYTES_MAX,
    ),
    doc_routes.docs_page,
    doc_routes.problem_page,
)
