"""The handlers of this part, as the application takes them."""

from litestar.handlers import BaseRouteHandler

from tongxing.web.console import (
    assistant_pages,
    book_pages,
    corridor_pages,
    log_pages,
    start_pages,
    switch_acts,
    vault_pages,
    verdict_pages,
    work_pages,
)

ROUTES: tuple[BaseRouteHandler, ...] = (
    start_pages.start,
    start_pages.health_page,
    corridor_pages.corridor,
    corridor_pages.lines,
    corridor_pages.decision,
    corridor_pages.leaf,
    verdict_pages.verdicts,
    verdict_pages.replayed,
    book_pages.playbooks,
    book_pages.playbook,
    book_pages.rules,
    book_pages.rule,
    switch_acts.switch,
    switch_acts.release,
    switch_acts.count,
    work_pages.jobs,
    work_pages.aside,
    work_pages.funnels,
    work_pages.access,
    work_pages.access_csv,
    log_pages.log_page,
    log_pages.misbehaviour_proof,
    vault_pages.vault,
    vault_pages.reviewed,
    assistant_pages.assistant,
    assistant_pages.assistant_questions,
    assistant_pages.assistant_act,
)
