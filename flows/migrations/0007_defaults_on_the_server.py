"""Columns that came later have their default in the database too: workers of the version before do not name them when they write.

Django takes a new column's default away once the rows that were there have it. On a server, where processes are replaced one by one,
the older ones would then be refused every chunk and every execution. (SQLite has no older process beside a newer one.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NOTHING = "'\\x'::bytea"
DEFAULTS = (
    ("flows_execution", "compacted", "0"),
    ("flows_execution", "keyframed", "0"),
    ("flows_tracechunk", "mentions", NOTHING),
    ("flows_tracechunk", "totals", NOTHING),
    ("flows_tracechunk", "lasting", NOTHING),
)


def give(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:  # noqa: ARG001
    if schema_editor.connection.vendor == "postgresql":
        for table, column, default in DEFAULTS:
            schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET DEFAULT {default}")


class Migration(migrations.Migration):
    dependencies = [("flows", "0006_shares_anew")]

    operations = [migrations.RunPython(give, migrations.RunPython.noop, elidable=False)]
