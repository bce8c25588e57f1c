from __future__ import annotations

from django.http import HttpRequest


class HtmxRequest(HttpRequest):
    """What `HtmxMiddleware` makes of a request: `htmx` is true when only a part of the page is wanted."""

    htmx: bool
