"""The handlers of this part, as the application takes them."""

from tongxing.web.identity import pages, people_pages

ROUTES = (
    pages.start,
    pages.demo_people,
    pages.demo_sign_in,
    pages.human,
    pages.sign_in_page,
    pages.sign_in,
    pages.sign_out,
    people_pages.people,
    people_pages.switch,
)
