"""The project as tests see it: a home of its own for every test process, nothing outside it touched."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

_home = tempfile.mkdtemp(prefix="redrive-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["REDRIVE_HOME"] = _home
os.environ["REDRIVE_SECRET"] = "not a secret: this is a test"
os.environ["REDRIVE_RESERVED_MEGABYTES"] = "0"
os.environ.pop("REDIS_URL", None)
os.environ.pop("DATABASE_URL", None)

from dashboard.settings import *  # noqa: E402, F403

CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CELERY_BROKER_URL = "memory://"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
