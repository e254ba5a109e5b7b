"""Settings of every test: properties are tried on the same examples each time, without a stop watch."""

import structlog
from hypothesis import settings

from postgres_server import database, postgres

__all__ = ["database", "postgres"]

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
# a traceback that draws every local draws the whole book: seconds for each fault that a test provokes
structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
    ]
)
