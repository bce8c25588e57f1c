"""The Django project. What differs between installations comes from `environment.py`; the rest is said here."""

from __future__ import annotations

import re
from typing import Any

import dj_database_url
from csp.constants import NONCE, NONE, SELF, UNSAFE_HASHES

from dashboard import environment

ENVIRONMENT = environment.read()
BASE_DIR = environment.CHECKOUT
HOME = ENVIRONMENT.home

REDRIVE_MODE = ENVIRONMENT.mode
SECRET_KEY = ENVIRONMENT.secret
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = list(ENVIRONMENT.allowed_hosts)

# `daphne` is not among the apps: `playground` runs it as a process of its own, and as an app it would load Twisted into
# every worker and command.
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "csp",
    "django_htmx",
    "django_vite",
    "flows",
    "dashboard",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "dashboard.limits.BodyLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "dashboard.views.errors.NotAllowed",
    "dashboard.views.errors.Drawable",
]

ROOT_URLCONF = "dashboard.urls"
ASGI_APPLICATION = "dashboard.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "dashboard.access.who",
            ],
        },
    },
]

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# ── databases ─────────────────────────────────────────────────────────────────────────────────────────────────────────
# Checkpoints have a file of their own: two-megabyte blobs in the slices' database held web writes up for 600 ms.


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": HOME / f"{name}.sqlite3",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-16000;"
            ),
        },
        "TEST": {"NAME": HOME / f"{name}.test.sqlite3"},
    }


if ENVIRONMENT.database_url:
    _server: dict[str, Any] = dict(dj_database_url.parse(ENVIRONMENT.database_url, conn_max_age=0))
    _server.setdefault("OPTIONS", {})["pool"] = {"min_size": 1, "max_size": 8}
    DATABASES: dict[str, dict[str, Any]] = {
        "default": _server,
        "checkpoints": {**_server, "TEST": {"MIRROR": "default"}},
    }
else:
    HOME.mkdir(parents=True, exist_ok=True)  # SQLite makes its files, not their directory
    DATABASES = {"default": _sqlite("redrive"), "checkpoints": _sqlite("checkpoints")}

DATABASE_ROUTERS = ["dashboard.routers.CheckpointsApart"]


# ── workers and live updates ──────────────────────────────────────────────────────────────────────────────────────────

REDIS_URL = ENVIRONMENT.redis_url or "redis://127.0.0.1:6379/0"
SIMULATION_QUEUES = [f"sim.{k}" for k in range(ENVIRONMENT.simulation_queues)]
LONG_QUEUES = ["long.0"]
UPKEEP_QUEUES = ["upkeep.0"]

CHANNEL_LAYERS = {
    # The core layer keeps 100 messages and drops the rest without a word; this one keeps all.
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "redrive"},
    },
}

# The database is the queue of record and messages are hints, hence: early acknowledgement, no results kept.
CELERY_BROKER_URL = re.sub("^unix://", "redis+socket://", REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = None
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = LONG_QUEUES[0]


# ── static files ──────────────────────────────────────────────────────────────────────────────────────────────────────
# Vite builds `static/src` into `static/dist` at set-up; WhiteNoise serves that folder as it is, without `collectstatic`.

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "collected"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"^.+-[0-9a-zA-Z_-]{8,12}\.\w+$"
DJANGO_VITE = {
    "default": {"dev_mode": False, "manifest_path": BASE_DIR / "static" / "dist" / "manifest.json"},
}


# ── security ──────────────────────────────────────────────────────────────────────────────────────────────────────────

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF, NONCE],
        # Svelte Flow's minimap writes exactly one inline style, `display: contents`.
        "style-src-attr": [UNSAFE_HASHES, "'sha256-tcbDxjMo+xKqM21aCGYbs/QAJqB7yUXC06oPWDapBgc='"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
CSRF_FAILURE_VIEW = "dashboard.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_NAME = "redrive_session"
CSRF_COOKIE_NAME = "redrive_csrf"
CSRF_TRUSTED_ORIGINS = list(ENVIRONMENT.trusted_origins)
if ENVIRONMENT.https:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 50

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO" if DEBUG else "WARNING"},
    "loggers": {"django": {"level": "INFO" if DEBUG else "WARNING", "handlers": [], "propagate": True}},
}
