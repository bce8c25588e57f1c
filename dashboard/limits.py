"""How much one request may bring. Said before anything is parsed, so that a large body costs nothing but its arrival.

`BodyLimit` goes by the length that a request announces. One that announces none (chunked) is counted while it comes, by
`CountedBody` around the whole of Django, which would otherwise take all of it into memory. `Pace` does the same for frames.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any

from dashboard.views.errors import refuse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

UPLOAD_MEGABYTES = 10
UPLOAD_FILES = 50
COMMAND_BYTES = 4 * 1024 * 1024
FRAMES_PER_SECOND = 100
FRAMES_AT_ONCE = 500
FRAME_BYTES = 16 * 1024
"""So much of a frame counts as one more."""
WEIGHT_OF_ANY = 0.02
"""A `got` costs us nothing but its reading, and comes with every chunk."""
UPLOAD_BYTES = UPLOAD_MEGABYTES * 1024 * 1024
MULTIPART_OVERHEAD = 256 * 1024

QUOTAS = (
    ("Upload", f"{UPLOAD_MEGABYTES} MB", "all files of one import together"),
    ("Files", str(UPLOAD_FILES), "in one import: the template and what it refers to"),
    ("Frame", f"{COMMAND_BYTES // 2**20} MiB", "one frame from the browser, a command with its parameters"),
    (
        "Frames",
        f"{FRAMES_PER_SECOND} a second",
        f"from one browser, after {FRAMES_AT_ONCE} at once; a large one counts as several",
    ),
    ("Chunks", "64", "in one answer of the chunk API; ask again after the last"),
    ("Bodies", "500", "in one answer of the body API"),
)


TOO_LARGE = b'{"code":"TooLarge","message":"That is more than 10 MB.","hint":"Send less.","problems":[]}'
TOLD_TOO_LARGE = [(b"content-type", b"application/json"), (b"connection", b"close")]


class BodyLimit:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > UPLOAD_BYTES + MULTIPART_OVERHEAD:
            return too_large(request)
        return self.get_response(request)


def too_large(request: HttpRequest) -> HttpResponse:
    message = f"That is more than {UPLOAD_MEGABYTES} MB."
    return refuse(request, 413, message, "Leave out what the template does not refer to.")


class CountedBody:
    """Around an ASGI application: what comes without a length is cut off at the limit, and answered with 413."""

    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        came = 0

        async def counted() -> dict[str, Any]:
            nonlocal came
            message: dict[str, Any] = await receive()
            came += len(message.get("body", b""))
            return message if came <= UPLOAD_BYTES + MULTIPART_OVERHEAD else {"type": "http.disconnect"}

        await self.application(scope, counted, send)
        if came > UPLOAD_BYTES + MULTIPART_OVERHEAD:
            await send({"type": "http.response.start", "status": 413, "headers": TOLD_TOO_LARGE})
            await send({"type": "http.response.body", "body": TOO_LARGE})


class Pace:
    """How fast one browser may talk: a bucket that refills. Daphne hands frames on however many wait, so whoever pours is cut off."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._left = float(FRAMES_AT_ONCE)
        self._at = clock()

    def allows(self, frames: float) -> bool:
        now = self._clock()
        self._left = min(FRAMES_AT_ONCE, self._left + (now - self._at) * FRAMES_PER_SECOND)
        self._at = now
        self._left -= frames
        return self._left >= 0
