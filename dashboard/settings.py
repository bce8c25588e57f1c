"""The Django project. What differs between installations comes from `environment.py`; the rest is said here."""

from __future__ import annotations

from datetime import timedelta

from csp.constants import NONCE, NONE, SELF, UNSAFE_HASHES

from dashboard import environment, logs, stores

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
    "axes",
    "channels",
    "csp",
    "django_htmx",
    "django_vite",
    "flows",
    "dashboard",
]

MIDDLEWARE = [
    "dashboard.hosting.requests.Told",
    "dashboard.hosting.machines.Machines",
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
    "axes.middleware.AxesMiddleware",
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


# ── databases, workers and live updates: `dashboard/stores.py` ────────────────────────────────────────────────────────

DATABASES = stores.databases(ENVIRONMENT)
RESERVED_BYTES = ENVIRONMENT.reserved_megabytes * 1024 * 1024
KEEP_DAYS = ENVIRONMENT.keep_days
KEEP_BYTES = ENVIRONMENT.keep_megabytes * 1024 * 1024
MOST_EXECUTIONS = ENVIRONMENT.most_executions
MOST_BYTES = ENVIRONMENT.most_megabytes * 1024 * 1024
MOST_RUNNING = ENVIRONMENT.most_running
DATABASE_ROUTERS = ["dashboard.routers.CheckpointsApart"]

REDIS_URL = ENVIRONMENT.redis_url or "redis://127.0.0.1:6379/0"
SIMULATION_QUEUES = [f"sim.{k}" for k in range(ENVIRONMENT.simulation_queues)]
LONG_QUEUES = [f"long.{k}" for k in range(ENVIRONMENT.long_queues)]
UPKEEP_QUEUES = ["upkeep.0"]

CHANNEL_LAYERS = stores.channel_layers_of(REDIS_URL)

# The database is the queue of record and messages are hints, hence: early acknowledgement, no results kept.
CELERY_BROKER_URL = stores.broker_of(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = stores.broker_options()
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
PROXIES = ENVIRONMENT.proxies
SOCKETS = {
    "address": ENVIRONMENT.sockets_per_address,
    "account": ENVIRONMENT.sockets_per_account,
    "execution": ENVIRONMENT.sockets_per_execution,
}
if ENVIRONMENT.https:
    SECURE_SSL_REDIRECT = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "gallery"
LOCKOUT_MINUTES = 15
LOCKOUT_FAILURES = 10
AXES_FAILURE_LIMIT = LOCKOUT_FAILURES
AXES_COOLOFF_TIME = timedelta(minutes=LOCKOUT_MINUTES)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "dashboard.access.address_of"
AXES_LOCKOUT_CALLABLE = "dashboard.views.accounts.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 50

LOGGING = logs.configuration(as_json=ENVIRONMENT.log_json, debug=DEBUG, quiet=not ENVIRONMENT.log_json)
METRICS_TOKEN = ENVIRONMENT.metrics_token
