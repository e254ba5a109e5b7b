"""Settings of every test: properties are tried on the same examples each time, without a stop watch."""

from hypothesis import settings

from postgres_server import database, postgres

__all__ = ["database", "postgres"]

settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")
