"""A value computed when it is first asked for and kept with its object."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")


class lazy(Generic[Value]):  # noqa: N801 - used as a decorator, like `property`
    """As `functools.cached_property`, without the lock that Python 3.11 takes at each first look.

    An object of ours is computed by one thread; two would compute the same value twice.
    """

    def __init__(self, compute: Callable[[Any], Value]) -> None:
        self._compute = compute
        self.__doc__ = compute.__doc__

    def __set_name__(self, _owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, found: None, owner: type) -> "lazy[Value]": ...
    @overload
    def __get__(self, found: object, owner: type) -> Value: ...
    def __get__(self, found: object | None, owner: type) -> "Value | lazy[Value]":
        if found is None:
            return self
        value = found.__dict__[self._name] = self._compute(found)
        return value
