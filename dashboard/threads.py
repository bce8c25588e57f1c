"""The database from the event loop: a few threads of our own, so that one slow write holds up no other viewer.

Each keeps its connection to SQLite for a while. Opening one and setting it up takes a millisecond or two, and ten times that when
nobody else holds the file open, for then its journal is put away and made anew. A server lends connections from a pool.

Files that are made while they are sent have threads apart: a piece takes a while, and whoever watches a run would wait behind all of
them.
"""

from __future__ import annotations

import functools
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from channels.db import DatabaseSyncToAsync
from django.db import connections

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

THREADS = 4
THREADS_FOR_FILES = 2
KEPT_SECONDS = 60.0

P = ParamSpec("P")
R = TypeVar("R")

_executor = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
_for_files = ThreadPoolExecutor(THREADS_FOR_FILES, thread_name_prefix="files")


def in_thread(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    return _in_thread_of(_executor, function)


def in_thread_for_files(function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    return _in_thread_of(_for_files, function)


def _in_thread_of(executor: ThreadPoolExecutor, function: Callable[P, R]) -> Callable[P, Coroutine[Any, Any, R]]:
    @functools.wraps(function)
    def keeping(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        finally:
            _keep_connections()

    called = DatabaseSyncToAsync(keeping, thread_sensitive=False, executor=executor)

    @functools.wraps(function)
    async def call(*args: P.args, **kwargs: P.kwargs) -> R:
        return await called(*args, **kwargs)

    return call


def _keep_connections() -> None:
    """Those that would be closed now; the next call closes them when their time is over, or nothing can be done with them."""
    now = monotonic()
    for connection in connections.all(initialized_only=True):
        if connection.vendor == "sqlite" and connection.close_at is not None and connection.close_at <= now:
            connection.close_at = now + KEPT_SECONDS
