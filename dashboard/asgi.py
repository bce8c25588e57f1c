"""What Daphne serves: pages and the API, and the websockets of executions."""

from __future__ import annotations

import os
import sys

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
sys.setswitchinterval(0.0005)
"""Websockets wait for whichever thread reads a long run: with Python's 5 ms a turn, a hundred rows of one are half a second of the other."""
http = get_asgi_application()

from dashboard.consumers import ExecutionConsumer  # noqa: E402 - Django has to be set up first
from dashboard.limits import CountedBody  # noqa: E402
from dashboard.origins import SameOrigin  # noqa: E402

websocket = URLRouter([path("ws/executions/<uuid:execution_id>/", ExecutionConsumer.as_asgi())])

application = ProtocolTypeRouter(
    {
        "http": CountedBody(http),
        "websocket": AllowedHostsOriginValidator(SameOrigin(SessionMiddlewareStack(websocket))),
    },
)
