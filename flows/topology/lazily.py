"""graphql-core, imported when something of it is first used.

It takes a tenth of a second, of every process that starts, and only what has a GraphQL API in it needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

__all__ = ["graphql"]

if TYPE_CHECKING:
    import graphql
else:

    class _Later:
        def __init__(self, name: str) -> None:
            self.__name__ = name

        def __getattr__(self, name: str) -> object:
            found = self.__dict__[name] = getattr(import_module(self.__name__), name)
            return found

    graphql = _Later("graphql")
