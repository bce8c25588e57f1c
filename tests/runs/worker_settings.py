"""The project as a worker process started by a test sees it: the test's databases and broker, by URL where there is one."""

from __future__ import annotations

import json
import os

from dashboard.settings import *  # noqa: F403
from dashboard.settings import DATABASES

for alias, name in json.loads(os.environ["REDRIVE_TEST_DATABASES"]).items():
    DATABASES[alias]["NAME"] = name
