"""Settings, from the environment. `docs/how-to/deploy.md` lists them; `checks.py` refuses unsafe ones."""

from __future__ import annotations

from pathlib import Path

import dj_database_url
import structlog
from csp.constants import NONE, SELF
from environs import Env

env = Env()
ROOT = Path(__file__).resolve().parents[3]
PACKS_DIR = ROOT / "packs"

# --- what the operator says ---------------------------------------------------------------------------------
VAR = Path(env.str("WRAPAROUND_VAR", default=str(ROOT / "var"))).resolve()
VAR.mkdir(parents=True, exist_ok=True)
PACK = env.str("WRAPAROUND_PACK", default="birmingham")
MODE = env.str("WRAPAROUND_MODE", default="development")  # development, demo or production
REAL_DATA = env.bool("WRAPAROUND_REAL_DATA", default=MODE == "production")
IS_PRODUCTION = MODE == "production"
DEBUG = env.bool("WRAPAROUND_DEBUG", default=False)
PERSONAS = env.bool("WRAPAROUND_PERSONAS", default=MODE == "demo")
SYNTHETIC = not REAL_DATA
REQUIRE_SECOND_FACTOR = env.bool("WRAPAROUND_REQUIRE_SECOND_FACTOR", default=MODE != "demo")
SECRET_KEY = env.str(
    "WRAPAROUND_SECRET_KEY", default="missing" if IS_PRODUCTION else "not-secret-development-and-demo-only"
)
ALLOWED_HOSTS = env.list("WRAPAROUND_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("WRAPAROUND_ORIGINS", default=[])
BEHIND_TLS = env.bool("WRAPAROUND_TLS", default=IS_PRODUCTION)

# --- databases ----------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", default="") or f"sqlite:///{VAR / 'wraparound.sqlite3'}"


def _database(url: str) -> dict[str, object]:
    config: dict[str, object] = dict(dj_database_url.parse(url))
    if str(config["ENGINE"]).endswith("sqlite3"):
        config["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",  # a writer waits at its beginning, never in the middle
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
            " PRAGMA cache_size=-64000; PRAGMA temp_store=MEMORY;",
        }
        config["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
    else:
        config["CONN_MAX_AGE"] = 60
        config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASES = {"default": _database(DATABASE_URL)}

# --- parts --------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "django_structlog",
    "wraparound.kit",
    "wraparound.foundation.areas",
    "wraparound.foundation.rulesets",
    "wraparound.foundation.partners",
    "wraparound.foundation.access",
    "wraparound.foundation.people",
    "wraparound.foundation.directory",
    "wraparound.foundation.commitments",
    "wraparound.foundation.meetings",
    "wraparound.foundation.notices",
    "wraparound.response.cases",
    "wraparound.response.risk",
    "wraparound.response.marac",
    "wraparound.evidence.measures",
    "wraparound.evidence.assessments",
    "wraparound.interfaces",
    "wraparound.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "wraparound.interfaces.headers.NoStoreMiddleware",
    "wraparound.interfaces.logs.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "wraparound.interfaces.sessions.TimeoutMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wraparound.foundation.access.web.ActorMiddleware",
    "wraparound.interfaces.sessions.SecondFactorMiddleware",
    "wraparound.kit.stops.StopMiddleware",
    "wraparound.foundation.access.web.GateMiddleware",
    "wraparound.kit.once.OnceMiddleware",
]

ROOT_URLCONF = "wraparound.interfaces.urls"
WSGI_APPLICATION = "wraparound.interfaces.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS = [
    "models.W047",  # SQLite has no NULLS NOT DISTINCT; there the service's own look-up holds, writers take turns
]

_CONTEXT = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "wraparound.interfaces.frame.frame",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"environment": "wraparound.kit.jinja.environment", "context_processors": _CONTEXT},
    },
    # allauth's own e-mails; its pages are ours.
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": _CONTEXT},
    },
]

# --- sign-in ------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "partners.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by administrators, not by signing up
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_ADAPTER = "wraparound.interfaces.sessions.AccountAdapter"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Wraparound"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "wraparound"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = BEHIND_TLS
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = BEHIND_TLS
CSRF_FAILURE_VIEW = "wraparound.interfaces.views.csrf_failure"

# --- headers ------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in (
        "camera",
        "microphone",
        "geolocation",
        "payment",
        "usb",
        "fullscreen",
        "clipboard-read",
        "display-capture",
    )
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None

# --- language, time, files ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(VAR / "files")}},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if IS_PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = VAR / "files"
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
UPLOAD_MAX_BYTES = env.int("WRAPAROUND_UPLOAD_MAX_BYTES", default=500_000_000)

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "wraparound_cache"}}

EMAIL_BACKEND = env.str("WRAPAROUND_EMAIL_BACKEND", default="django.core.mail.backends.locmem.EmailBackend")
DEFAULT_FROM_EMAIL = env.str("WRAPAROUND_EMAIL_FROM", default="wraparound@localhost")
SITE_URL = env.str("WRAPAROUND_SITE_URL", default="http://localhost:8000")

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- logs: ids, never names ---------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processor": structlog.processors.JSONRenderer(),
            "foreign_pre_chain": [structlog.stdlib.add_log_level, structlog.processors.TimeStamper(fmt="iso")],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": env.str("WRAPAROUND_LOG_LEVEL", default="WARNING")},
    "loggers": {"django_structlog": {"level": env.str("WRAPAROUND_REQUEST_LOG_LEVEL", default="WARNING")}},
}
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
