"""JSON as it was written: text, on every database.

PostgreSQL's `jsonb` keeps a value and not its writing: members in another order, `1E2` as 100, and neither a NUL nor half a
surrogate pair at all. An execution is a fold over what it was given, so the same topology and commands would leave other
records there than on SQLite. Nothing asks the database about what is inside.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    _Field = models.JSONField  # what is read and given, to whoever checks types
else:
    _Field = models.TextField


class WrittenJSON(_Field):
    description = "JSON as it was written"

    def from_db_value(self, value: str | None, *_: Any) -> Any:
        return None if value is None else json.loads(value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value)

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj))
