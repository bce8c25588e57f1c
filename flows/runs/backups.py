"""A copy of everything that is true, taken while people work; and putting it back.

The truth is one SQLite file: accounts, topologies, executions with their logs and traces. The copy is made by SQLite's own online
backup, within one reader's transaction: so it is one consistent instant, and writers, whom a reader does not keep waiting, do not
make it begin again with every commit (a run commits many times a second: a large file's copy would never end). Checkpoints are a cache, signed by the installation, and not
copied; putting a copy back deletes those there are, because they may be of a past that is not this one's.

A database server is copied by its own tools: the how-to page says how.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

BESIDE = ("-wal", "-shm")
BEFORE = ".before-restore"


class Unfit(Exception):
    """Not a copy that can be put back; in words."""


def write(database: Path, copy: Path) -> int:
    """Its bytes. Whole or not at all: it gets its name when it is complete and has been checked."""
    growing = copy.with_name(copy.name + ".part")
    growing.unlink(missing_ok=True)
    try:
        source, target = sqlite3.connect(f"file:{database}?mode=ro", uri=True), sqlite3.connect(growing)
        with closing(source), closing(target):
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on it reads what is there now
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")
        _check(growing)
        with growing.open("rb+") as file:
            os.fsync(file.fileno())
        growing.replace(copy)
    finally:
        growing.unlink(missing_ok=True)
    return copy.stat().st_size


def put_back(copy: Path, database: Path, known: Collection[tuple[str, str]]) -> Path | None:
    """In place of `database`, which is kept beside it: where. `known`: the migrations of this version. Nobody may be at work."""
    _check(copy)
    newer = _migrations(copy) - set(known)
    if newer:
        raise Unfit(f"It is of a newer version of Redrive: {', '.join('.'.join(each) for each in sorted(newer)[:3])}.")
    kept = database.with_name(database.name + BEFORE) if database.exists() else None
    arriving = database.with_name(database.name + ".part")
    arriving.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as source,
        closing(sqlite3.connect(arriving)) as target,
    ):
        source.backup(target)
    if kept is not None:
        with closing(sqlite3.connect(database)) as present:
            present.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            present.execute("PRAGMA journal_mode=DELETE")
        database.replace(kept)
    for end in BESIDE:
        database.with_name(database.name + end).unlink(missing_ok=True)
    arriving.replace(database)
    return kept


def forget(database: Path) -> None:
    """A database of caches is begun anew."""
    for end in ("", *BESIDE):
        database.with_name(database.name + end).unlink(missing_ok=True)


def _check(copy: Path) -> None:
    if not copy.is_file():
        raise Unfit("There is no such file.")
    try:
        with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as file:
            said = file.execute("PRAGMA quick_check(1)").fetchone()[0]
            known = file.execute("SELECT count(*) FROM sqlite_master WHERE name = 'flows_execution'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise Unfit(f"It is no database, or a damaged one: {error}.") from error
    if said != "ok":
        raise Unfit(f"It is damaged: {said}.")
    if not known:
        raise Unfit("It is a database, but not one of Redrive's.")


def _migrations(copy: Path) -> set[tuple[str, str]]:
    with closing(sqlite3.connect(f"file:{copy}?mode=ro", uri=True)) as file:
        return set(file.execute("SELECT app, name FROM django_migrations"))
