from __future__ import annotations

from django.urls import path
from django.views.generic import TemplateView

from dashboard import health

urlpatterns = [
    path("ready/", health.ready),
    path("", TemplateView.as_view(template_name="base.html")),
]
