"""Answers that are made while they are sent. Under ASGI each piece is made in a thread: an iterator would be read to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.handlers.asgi import ASGIRequest
from django.http import StreamingHttpResponse

from dashboard.threads import in_thread_for_files

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from django.http import HttpRequest


def streamed(request: HttpRequest, pieces: Iterator[bytes], *, content_type: str, name: str) -> StreamingHttpResponse:
    """`pieces` holds no empty one."""
    made = _in_threads(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(made, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    @in_thread_for_files
    def following() -> bytes:
        return next(pieces, b"")

    while piece := await following():
        yield piece
