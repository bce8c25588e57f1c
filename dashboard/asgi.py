"""What Daphne serves."""

from __future__ import annotations

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
http = get_asgi_application()

application = ProtocolTypeRouter({"http": http, "websocket": AllowedHostsOriginValidator(URLRouter([]))})
