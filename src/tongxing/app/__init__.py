"""Composition: the one place where adapters are joined with use cases."""

from tongxing.app.house import DEFAULT_START, HouseError, house_for, temporary_house

__all__ = ["DEFAULT_START", "HouseError", "house_for", "temporary_house"]
