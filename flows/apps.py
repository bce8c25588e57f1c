from __future__ import annotations

from django.apps import AppConfig


class Flows(AppConfig):
    name = "flows"
    verbose_name = "Redrive"
