from __future__ import annotations

import stat

import pytest

from dashboard import environment


def test_every_default_suits_one_person_on_one_machine(tmp_path):
    read = environment.read({"REDRIVE_HOME": str(tmp_path)})
    assert read.allowed_hosts == ("localhost", "127.0.0.1", "[::1]")
    assert (read.database_url, read.redis_url, read.debug, read.https) == ("", "", False, False)
    assert read.simulation_queues == 2


def test_the_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = environment.read({"REDRIVE_HOME": str(tmp_path)}).secret
    second = environment.read({"REDRIVE_HOME": str(tmp_path)}).secret
    assert first == second
    assert len(first) >= 50
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@pytest.mark.django_db(databases=["default", "checkpoints"])
def test_the_checkpoints_file_has_no_table_but_its_own():
    from django.db import connections

    names = set(connections["checkpoints"].introspection.table_names())
    assert names <= {"django_migrations", "flows_checkpoint"}
