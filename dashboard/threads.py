"""The database from the event loop: a few threads of our own, so that one slow write holds up no other viewer."""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from channels.db import DatabaseSyncToAsync

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

THREADS = 4

P = ParamSpec("P")
R = TypeVar("R")

_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="live")


def in_thread(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    called = DatabaseSyncToAsync(function, thread_sensitive=False, executor=_executor)

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return await called(*args, **kwargs)

    return call
