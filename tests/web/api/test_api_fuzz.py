"""Whatever is asked, the answer is a documented one: schemathesis against the served interface, seeded."""

import socket
import threading
import time
from collections.abc import Iterator

import hypothesis
import pytest
import schemathesis
import uvicorn
from api_house import as_person
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tongxing.app.pages import pages_for
from tongxing.service.house import House

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
EXAMPLES = 5
OPERATIONS_MIN = 20
ROLES = ("operations-1", "adviser-1")
bounded = hypothesis.settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
START_SECONDS_MAX = 10


@pytest.fixture(scope="module")
def served(api_store: House) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    app = pages_for(api_store, demo=True, port=port)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + START_SECONDS_MAX
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=5)


@pytest.fixture(scope="module")
def described(served: str) -> schemathesis.schemas.BaseSchema:
    return schemathesis.openapi.from_url(f"{served}/v1/openapi.json", config=SchemathesisConfig())


@pytest.mark.parametrize("role", ROLES)
def test_every_call_ends_in_a_documented_way(described: schemathesis.schemas.BaseSchema, role: str) -> None:
    headers = dict(as_person(role))
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) >= OPERATIONS_MIN
    statuses: set[int] = set()
    for operation in operations:
        strategy = operation.as_strategy(GenerationMode.POSITIVE) | operation.as_strategy(
            GenerationMode.NEGATIVE
        )

        @bounded
        @hypothesis.given(case=strategy)
        def calls(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            statuses.add(answer.status_code)
            case.validate_response(answer, checks=CHECKS)

        calls()
    assert {200, 404, 422} <= statuses
