"""Processes are replaced one by one: those of the version before write beside those of this one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddField

from tests.grounds import on_both_grounds

pytestmark = [on_both_grounds, pytest.mark.django_db]


def test_a_column_that_came_later_has_its_default_in_the_database_of_a_server():
    """Who does not know it does not name it when it writes."""
    later = {
        (f"flows_{operation.model_name}", operation.name)
        for (app, _), migration in MigrationLoader(connection).disk_migrations.items()
        for operation in migration.operations
        if app == "flows" and isinstance(operation, AddField)
    }
    assert later
    if connection.vendor != "postgresql":  # there is no older process beside a newer one on SQLite
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns "
            "WHERE column_default IS NOT NULL OR is_nullable = 'YES'"
        )
        assert later - set(cursor.fetchall()) == set()
