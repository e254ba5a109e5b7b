"""The handlers of this part, as the application takes them."""

from tongxing.web.identity import kept_pages, oidc_pages, pages, people_pages

ROUTES = (
    pages.start,
    pages.demo_people,
    pages.demo_sign_in,
    pages.human,
    pages.sign_in_page,
    pages.sign_in,
    pages.sign_out,
    kept_pages.kept_page,
    kept_pages.kept_sent,
    people_pages.people,
    people_pages.switch,
)
ELSEWHERE = (oidc_pages.begin_elsewhere, oidc_pages.come_back, oidc_pages.signed_out)
"""Only in a house that believes an OpenID provider."""
