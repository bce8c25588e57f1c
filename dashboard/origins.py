"""Which pages may open a websocket: our own.

`AllowedHostsOriginValidator` wants the origin to be one of our hosts, which stops a rebound name. That leaves any other page
served from this machine, under another port. A browser sends cookies, and has the local owner's rights, there too; so the origin
must also be the very host the socket was opened to, or be trusted by name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class SameOrigin:
    def __init__(self, application: Callable[..., Awaitable[None]]) -> None:
        self.application = application
        self.denied = WebsocketDenier()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin", "")
        same = urlsplit(origin).netloc == host and validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
        if same or origin in settings.CSRF_TRUSTED_ORIGINS:
            await self.application(scope, receive, send)
        else:
            await self.denied(scope, receive, send)
