"""Who is asking. An installation on one's own machine has one owner and no login; a hosted one has accounts.

The local owner is `None` (the rule itself is in `flows/models/owned.py`), and it is a matter of *from where* a request comes,
not of a name: the other end of the connection must be this machine, and the host it was sent to must be called so. The
second is what stops DNS rebinding, where a page of somebody else's resolves its own name to 127.0.0.1.
"""

from __future__ import annotations

import ipaddress
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.models import AnonymousUser
from django.http.request import split_domain_port

from dashboard.threads import in_thread

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.sessions.backends.base import SessionBase
    from django.http import HttpRequest

    from flows.models.owned import Viewer

LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")


def viewer_of(request: HttpRequest) -> Viewer:
    if is_local_owner(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_HOST", "")):
        return None
    return getattr(request, "user", None) or AnonymousUser()


async def viewer_of_socket(scope: dict[str, Any]) -> Viewer:
    """Asks the database for the session, unless it is the local owner's socket."""
    address = (scope.get("client") or ("",))[0]
    host = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"host"), "")
    if is_local_owner(address, host):
        return None
    return await _user_of(scope["session"])


@in_thread
def _user_of(session: SessionBase) -> AbstractBaseUser | AnonymousUser:
    """Django's own way, which wants a request for the sake of its session."""
    return auth.get_user(cast("HttpRequest", SimpleNamespace(session=session)))


def is_local_owner(address: str, host: str) -> bool:
    return settings.REDRIVE_MODE == "local" and _is_loopback(address) and split_domain_port(host)[0] in LOCAL_NAMES


def address_of(request: HttpRequest) -> str:
    return _seen_by_proxies(request.META.get("REMOTE_ADDR", ""), request.META.get("HTTP_X_FORWARDED_FOR", ""))


def address_of_socket(scope: dict[str, Any]) -> str:
    forwarded = [value.decode("latin-1") for name, value in scope["headers"] if name == b"x-forwarded-for"]
    return _seen_by_proxies((scope.get("client") or ("",))[0], ",".join(forwarded))


def _seen_by_proxies(near: str, forwarded: str) -> str:
    """Whom the outermost of our proxies saw. What stands before that in the header is whatever somebody wrote there."""
    passed = [part.strip() for part in forwarded.split(",")]
    if not 0 < settings.PROXIES <= len(passed):
        return near
    try:
        return str(ipaddress.ip_address(passed[-settings.PROXIES]))
    except ValueError:
        return near


def who(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    viewer = viewer_of(request)
    return {"local": viewer is None, "viewer_name": "" if viewer is None else viewer.get_username()}


def name_of(viewer: Viewer) -> str:
    """What other viewers and the command log call somebody."""
    if viewer is None:
        return "Viewer"
    return viewer.get_username() or "Guest"


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
