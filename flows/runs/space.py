"""Room to write in. Runs stop while there is still enough left to say so, to delete, and to write down what somebody asks.

On SQLite that is the disk under the database's file. A database server's disk cannot be seen from here; when it is full its own
refusal is heard (`refusals.why_away`), and that transaction has changed nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings

SQLITE = "django.db.backends.sqlite3"


def is_left() -> bool:
    database = settings.DATABASES["default"]
    if database["ENGINE"] != SQLITE:
        return True
    try:
        return shutil.disk_usage(Path(database["NAME"]).parent).free >= settings.RESERVED_BYTES
    except OSError:
        return True  # not there, or in memory: whoever writes will hear of it
