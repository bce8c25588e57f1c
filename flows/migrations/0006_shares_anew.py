"""A chunk's share of what is counted has more counters now: shares from before are worked out again where they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import migrations

if TYPE_CHECKING:
    from django.apps.registry import Apps
    from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def forget(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    chunks = apps.get_model("flows", "TraceChunk").objects.using(schema_editor.connection.alias)
    chunks.exclude(totals=b"").update(totals=b"", lasting=b"")


class Migration(migrations.Migration):
    dependencies = [("flows", "0005_chunk_totals")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop, elidable=True)]
