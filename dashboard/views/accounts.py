"""Signing in and out, and who else may look: an installation with accounts (`REDRIVE_MODE=hosted`) alone has these.

Theory of operation. Accounts are Django's; `manage.py add_account` makes them. Guessing is stopped by django-axes: after
`LOCKOUT_FAILURES` wrong passwords for one name from one address that pair is refused for `LOCKOUT_MINUTES`, also with the right one. On one's
own machine there is nobody to sign in, and these pages lead back to the gallery.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import LoginView
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dashboard import library
from dashboard.access import viewer_of
from dashboard.views.errors import refuse
from flows.models import Visibility

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse
    from django.http.response import HttpResponseBase

KINDS = {
    "executions": (library.execution_for, "look at it at every instant, follow it live and fork it; only you drive it"),
    "topologies": (library.topology_for, "open it, in an execution of their own; only you change it"),
}


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True
    http_method_names = ("get", "head", "post")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if viewer_of(request) is None:
            return redirect("gallery")
        return super().dispatch(request, *args, **kwargs)


def locked_out(request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
    message = "Too many wrong passwords."
    return refuse(
        request, 429, message, f"Try again in {settings.LOCKOUT_MINUTES} minutes, or ask who runs this installation."
    )


@require_http_methods(["GET", "HEAD", "POST"])
def share(request: HttpRequest, kind: str, thing_id: UUID) -> HttpResponse:
    """Whoever has the link may look, or nobody but the owner. It is the address of the page itself that is shared."""
    viewer = viewer_of(request)
    if viewer is None:
        raise Http404
    find, may = KINDS[kind]
    thing: Any = find(viewer, thing_id, change=True)
    name = f"this execution of {thing.topology_version.topology.name}" if kind == "executions" else thing.name
    if request.method == "POST":
        thing.visibility = (
            Visibility.PUBLIC if request.POST.get("visibility") == Visibility.PUBLIC else Visibility.PRIVATE
        )
        thing.save(update_fields=["visibility"])
        shared = "Whoever has the link may look now." if thing.is_open_to_all else "It is yours alone again."
        messages.success(request, shared)
        return redirect("share", kind, thing_id)
    link = request.build_absolute_uri(f"/{kind}/{thing_id}/")
    return render(request, "accounts/share.html", {"thing": thing, "name": name, "link": link, "may": may})
