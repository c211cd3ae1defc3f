"""Settings come from the environment; every default is the safe one. README.md lists the names."""

import logging
from typing import Any

from csp.constants import NONE, SELF

from portal.environment.reading import env, kept_secret
from portal.environment.rules import BASE_DIR, refuse_nonsense
from portal.environment.values import PASSWORD_LENGTH
from portal.running import connections, logs
from portal.running.broker import transport, transport_options

refuse_nonsense()

DATA_DIR = env.path("DATA_DIR", default=BASE_DIR / "var").resolve()

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
HTTPS = env.bool("HTTPS", default=not DEMO)
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECRET_KEY = kept_secret(DATA_DIR / "secret_key") if DEMO else env.str("SECRET_KEY")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", default=[])  # the ones before it
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"], subcast=str.strip)
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", default=[], subcast=str.strip)

PRODUCT = env.str("PRODUCT", default="Nextens")
SUPPORT_EMAIL = env.str("SUPPORT_EMAIL", default="support@migratie.example")

# The upper apps stand here as names only: the shell does not import them.
INSTALLED_APPS = [
    "portal",
    "migration",
    "sba",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
]

# Signing in comes before CSRF: that check reads the body, and nobody but a user may send us a large one.
MIDDLEWARE = [
    "portal.running.health.Nobody",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.people.sessions.SessionLimits",
    "portal.people.sign_in_first.SignInFirstMiddleware",
    "portal.access.PrivatePagesMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
# For links in mails and of commands; by default the first name under which the portal is reached.
HERE = f"https://{ALLOWED_HOSTS[0].lstrip('.*')}" if HTTPS else f"http://localhost:{env.int('PORT', default=8000)}"
SITE_URL = env.str("SITE_URL", default=HERE)
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.menu.shell",
            ],
        },
    }
]

FORM_RENDERER = "portal.widgets.Renderer"
CSRF_FAILURE_VIEW = "portal.errors.csrf_failure"

# --- The database: the truth -----------------------------------------------------------------------------------------

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",  # a writer waits for its turn at the start, so it never fails halfway
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
}


def database(url_default: str) -> dict[str, Any]:
    config: dict[str, Any] = env.dj_db_url("DATABASE_URL", default=url_default)
    if config["ENGINE"].endswith("sqlite3"):
        return {**config, "OPTIONS": SQLITE_OPTIONS}
    kept = connections.kept(env.int("DATABASE_CONNECTIONS", default=connections.DEFAULT))
    return {**config, **kept, "OPTIONS": {**config.get("OPTIONS", {}), **kept.get("OPTIONS", {})}}


DATABASES = {"default": database(f"sqlite:///{DATA_DIR}/portal.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared, since the sign-in limits count here; large, so that nobody pushes a count out by trying many names.
CACHES = {"default": env.dj_cache_url("CACHE_URL", default="db://cache?max_entries=100000")}

# --- The broker: only a doorbell -------------------------------------------------------------------------------------

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost")
CELERY_BROKER_TRANSPORT = transport(CELERY_BROKER_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(CELERY_BROKER_URL, DATA_DIR)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_LOST_WAIT = 1.0  # seconds until the task of a process that died is rung for again; it has no result
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 180_000  # kB; what a hostile file made large and slow ends with its run
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False  # the lease decides, not the connection
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_TASK_PUBLISH_RETRY = False  # the sweeper rings again; a page does not wait for a broker

# --- The road of a run -----------------------------------------------------------------------------------------------

# Documents per transaction. SQLite has one writer at a time, so there a chunk stays well under 100 ms.
MIGRATION_CHUNK = env.int("MIGRATION_CHUNK", default=500 if "sqlite" in DATABASES["default"]["ENGINE"] else 1000)

# --- How long what is kept -------------------------------------------------------------------------------------------

ZIP_KEPT_DAYS = env.int("ZIP_KEPT_DAYS", default=30)  # after the upload
LOGS_KEPT_MONTHS = env.int("LOGS_KEPT_MONTHS", default=24)  # after the end

# --- Files -----------------------------------------------------------------------------------------------------------

UPLOADS_DIR = DATA_DIR / "uploads"
UPLOAD_MAX_MB = env.int("UPLOAD_MAX_MB", default=2000)
MIN_FREE_MB = env.int("MIN_FREE_MB", default=UPLOAD_MAX_MB)  # with less room on the disk the portal says so
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    "uploads": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(UPLOADS_DIR),
            "base_url": None,  # never served
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
# A page that expects a file says so itself; anywhere else a small one is read into memory and a large one dropped.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploading"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)
FILE_UPLOAD_PERMISSIONS = 0o600

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Signing in ------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "portal.people.passwords.LengthValidator", "OPTIONS": {"min_length": PASSWORD_LENGTH}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "portal.people.account.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "portal.people.account_forms.SignInForm",
    "reset_password": "portal.people.account_forms.ForgottenForm",
    "reset_password_from_key": "portal.people.account_forms.NewPasswordForm",
    "change_password": "portal.people.account_forms.ChangePasswordForm",
    "reauthenticate": "portal.people.account_forms.PasswordAgainForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = "portal.people.account.display_name"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a changed password or second step is told to its owner
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0  # whose address the limits count
# 'login_failed' counts wrong passwords per address, and beside them wrong codes per user (allauth.mfa asks it too).
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/15m/key,30/15m/ip",
    "login": "60/m/ip",
    "reset_password": "3/15m/key,30/15m/ip",
    "invitation": "4/h/key",  # to one address: the first, and three times again
    "invitations": "100/h/key",  # of one office
    # A user's searches by BSN/FI (clients/questions.py), also with consent; and how often the limit is told of.
    "questions": "10/m/key,60/h/key",
    "questions_allowed": "30/m/key,600/h/key",
    "questions_told": "1/h/key",
}
# So long one counts as present, after signing in and after confirming. Then what outlives the moment asks again.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60

MFA_ADAPTER = "portal.people.mfa.SecondStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up by themselves: an address is known by its invitation
MFA_TOTP_ISSUER = PRODUCT
MFA_TOTP_TOLERANCE = 1  # the code before and after too: clocks differ, and people type slowly
MFA_FORMS = {
    "authenticate": "portal.people.account_forms.CodeForm",
    "reauthenticate": "portal.people.account_forms.CodeAgainForm",
    "activate_totp": "portal.people.account_forms.ActivateTOTPForm",
    "add_webauthn": "portal.people.account_forms.AddPasskeyForm",
}

SESSION_IDLE_MINUTES = env.float("SESSION_IDLE_MINUTES", default=30)
SESSION_MAX_HOURS = env.int("SESSION_MAX_HOURS", default=12)
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 60 * 60  # the row too; `clearsessions` removes it after that
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS

# --- What a browser may do -------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^gezond/"]  # a probe stands inside, before TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_HSTS_SECONDS = 63_072_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture")
}

# --- Language, tables, mail, log -------------------------------------------------------------------------------------

LANGUAGE_CODE = "nl"
TIME_ZONE = "Europe/Amsterdam"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["portal.formats"]

DJANGO_TABLES2_TEMPLATE = "portal/lists/table.html"
DJANGO_TABLES2_PAGE_RANGE = 7
EMAIL_CONFIG = env.dj_email_url("EMAIL_URL", default="console:")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = EMAIL_CONFIG["EMAIL_TIMEOUT"] or 10  # seconds; a mail that could not be sent is tried again later
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="migratie@localhost")

LOG_FORMAT = env.str("LOG_FORMAT", default="line")
logging.captureWarnings(True)  # what Python warns of is a line of the log too
LOGGING = logs.config(LOG_FORMAT, env.str("LOG_LEVEL", default="INFO"))
