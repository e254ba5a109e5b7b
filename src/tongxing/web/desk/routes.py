"""The handlers of this part, as the application takes them."""

from litestar.handlers import BaseRouteHandler

from tongxing.web.desk import (
    client_pages,
    glass_pages,
    person_pages,
    substitute_pages,
    task_pages,
    what_if,
    why_page,
)

ROUTES: tuple[BaseRouteHandler, ...] = (
    task_pages.desk,
    task_pages.team,
    substitute_pages.arrange,
    substitute_pages.end,
    task_pages.task,
    task_pages.take,
    task_pages.back,
    task_pages.finish,
    task_pages.reassign,
    task_pages.confirm,
    task_pages.decline,
    task_pages.pilot,
    task_pages.correct,
    task_pages.words,
    client_pages.client,
    what_if.plan_what_if,
    why_page.client_why,
    client_pages.reveal,
    glass_pages.glass,
    glass_pages.find,
    glass_pages.break_glass,
    client_pages.contact,
    client_pages.call_note,
    client_pages.appointment,
    client_pages.calendar,
    client_pages.hand_over,
    person_pages.person_wanted,
    person_pages.ask,
)
