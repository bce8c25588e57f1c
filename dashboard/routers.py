"""Checkpoints live apart from everything else.

On SQLite in a file of their own; on a server in the same database but over a connection of their own, so that writing one
is never part of a slice's transaction. There the second alias has nothing to migrate: its table is made by the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings

if TYPE_CHECKING:
    from django.db.models import Model

APART = ("flows", "checkpoint")
ALIAS = "checkpoints"


class CheckpointsApart:
    def db_for_read(self, model: type[Model], **_hints: Any) -> str | None:
        return ALIAS if _is_apart(model._meta.app_label, model._meta.model_name) else None

    def db_for_write(self, model: type[Model], **_hints: Any) -> str | None:
        return ALIAS if _is_apart(model._meta.app_label, model._meta.model_name) else None

    def allow_migrate(self, db: str, app_label: str, model_name: str | None = None, **_hints: Any) -> bool | None:
        if settings.DATABASES[ALIAS]["ENGINE"] != "django.db.backends.sqlite3":
            return db != ALIAS
        if model_name is None:  # RunPython, RunSQL: say `hints={"model_name": …}` to run on the checkpoints' file
            return db != ALIAS
        return (db == ALIAS) == _is_apart(app_label, model_name)


def _is_apart(app_label: str, model_name: str | None) -> bool:
    return (app_label, (model_name or "").lower()) == APART
