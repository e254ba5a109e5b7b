"""The description says what the handlers do, and every problem has a page of its own."""

import re
from typing import Any

import pytest
from api_house import Caller, as_person

from tongxing.web.api.problems import KINDS

METHODS = ("get", "post", "patch", "delete")


@pytest.fixture(scope="module")
def document(api: Caller) -> dict[str, Any]:
    answer = api.get("/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, methods[method])
        for path, methods in document["paths"].items()
        for method in METHODS
        if method in methods
    ]


def test_every_address_of_the_interface_is_described_with_its_method(
    api: Caller, document: dict[str, Any]
) -> None:
    served = {
        (re.sub(r"\{(\w+):\w+\}", r"{\1}", route.path), method.lower())
        for route in api.app.routes
        if route.path.startswith("/v1/")
        for method in getattr(route, "methods", ())
        if method != "OPTIONS"
    }
    told = {(path, method) for path, method, _one in operations(document)}
    assert served - told == {("/v1/openapi.json", "get"), ("/v1/docs", "get")}
    assert told <= served


def test_every_operation_has_words_a_tag_and_answers_for_who_may_not(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    names = [one["operationId"] for _path, _method, one in operations(document)]
    assert len(set(names)) == len(names)
    for path, method, one in operations(document):
        assert one["summary"], (path, method)
        assert {"401", "403", "429", "500", "503"} <= one["responses"].keys(), (path, method)
        if "{client_id}" in path:
            assert "404" in one["responses"], path
        if "requestBody" in one:
            content = one["requestBody"]["content"]["application/json"]
            assert "example" in content, path
            assert {"413", "415", "422"} <= one["responses"].keys(), path


def test_every_reference_of_the_description_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]

    def references(node: object) -> list[str]:
        if isinstance(node, dict):
            own = [node["$ref"]] if "$ref" in node else []
            return own + [found for value in node.values() for found in references(value)]
        return [found for value in node for found in references(value)] if isinstance(node, list) else []

    found = references(document)
    assert found
    assert all(ref.removeprefix("#/components/schemas/") in schemas for ref in found)


def test_the_page_names_every_address_and_every_problem(api: Caller, document: dict[str, Any]) -> None:
    page = api.get("/v1/docs")
    assert page.status_code == 200
    for path, _method, _one in operations(document):
        assert path in page.text
    for name in KINDS:
        assert f'href="/problems/{name}"' in page.text


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_problem_explains_itself_in_both_languages(api: Caller, name: str) -> None:
    for lang, word in (("zh", "错误类型"), ("en", "Types of problems")):
        page = api.get(f"/problems/{name}?lang={lang}")
        assert page.status_code == 200
        assert word in page.text
        assert name in page.text


def test_an_unknown_problem_and_an_unknown_address_are_not_found(api: Caller) -> None:
    assert api.get("/problems/no-such", headers={"Accept": "text/html"}).status_code == 404
    answer = api.get("/v1/no-such", headers=as_person("operations-1"))
    assert answer.status_code == 404
    assert answer.json()["type"] == "/problems/not-found"
    wrong = api.delete("/v1/clients", headers=as_person("operations-1"))
    assert (wrong.status_code, wrong.json()["type"]) == (405, "/problems/method-not-allowed")
