"""Django's settings for every way Sen runs; the environment decides, the code is the same.

What the environment may say, and what is wrong with it, is in :mod:`cms.environment`.

Without any environment this is the embedded shape: SQLite, one process with
threads, in-process cache, files below ``var/``. ``DATABASE_URL`` and
``REDIS_URL`` make it the production shape.
"""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from cms.delivery.breaker import caches_at
from cms.environment import BASE_DIR, read_or_exit
from cms.plugins.discovery import discover

env = read_or_exit(os.environ)

DATA_DIR = Path(env["SEN_DATA_DIR"])

DEBUG = env["DEBUG"]


def _secret_key() -> str:
    """The key from the environment, or one made on first use and kept beside the database."""
    if key := env["SECRET_KEY"]:
        return str(key)
    from django.core.management.utils import get_random_secret_key

    path = DATA_DIR / "secret_key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(get_random_secret_key())
    return path.read_text().strip()


SECRET_KEY = _secret_key()

# With which the record is marked and sealed; see docs/operators/record.md. Keys that
# were used before are named as fallbacks, else what they marked does not hold.
SEN_RECORD_KEY = env["SEN_RECORD_KEY"] or SECRET_KEY
SEN_RECORD_KEY_FALLBACKS: list[str] = env["SEN_RECORD_KEY_FALLBACKS"]
SECRET_KEY_FALLBACKS: list[str] = env["SECRET_KEY_FALLBACKS"]
# What must stand in no log and no report.
SEN_SECRETS = (*env.secrets, SECRET_KEY)


def _origin_of(address: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


# Hosts are rows, not settings: sites.tenancy refuses every host that no site answers to.
ALLOWED_HOSTS = ["*"]
CSRF_TRUSTED_ORIGINS = env["CSRF_TRUSTED_ORIGINS"]

PLUGINS = discover(BASE_DIR / "plugins")

INSTALLED_APPS = [
    "cms",
    "cms.users",
    "cms.media",
    "sites",
    "cms.operations",
    "cms.record",
    "cms.notices",
    "cms.delivery",
    "cms.search",
    "cms.languages",
    "cms.traffic",
    "cms.directory",
    "cms.workflow",
    "cms.links",
    "cms.news",
    "cms.sharing",
    "cms.plugins",
    "cms.widgets",
    "cms.inspection",
    "cms.staff",
    "cms.siteadmin",
    "cms.seo",
    "cms.accessibility",
    "cms.api",
    "cms.theme",
    "cms.backup",
    "cms.vocabulary",
    "cms.demo",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.contrib.typed_table_block",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "csp",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks_db",
    # Last, so that no plugin's template, static file or word stands before ours or Wagtail's.
    *PLUGINS.app_configs,
]

MIDDLEWARE = [
    # First: what goes wrong in any other has a request's id already.
    "cms.operations.requests.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "cms.delivery.security.ContentPolicyMiddleware",
    "sites.tenancy.DepartmentMiddleware",
    "sites.publication.PublicationMiddleware",
    "sites.life.readonly.ArchiveMiddleware",
    "sites.former.FormerAddressMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "cms.users.sessions.SessionActivityMiddleware",
    "cms.users.second_factor.SecondFactorMiddleware",
    "cms.record.origins.OriginMiddleware",
    "sites.isolation.workplace.WorkplaceMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "cms.media.protection.RefusalMiddleware",
    "cms.media.away.AwayMiddleware",
    "cms.workflow.takedown.TakenDownMiddleware",
    "cms.news.legacy.LegacyAddressMiddleware",
    "cms.operations.malformed.MalformedFormMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"

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
                "cms.theme.context.site",
            ],
        },
    },
]
FORM_RENDERER = "cms.theme.forms.FormRenderer"

DATABASES = {"default": env["DATABASE_URL"]}
_database = DATABASES["default"]
_database["CONN_MAX_AGE"] = 60
# After a restart of the server a thread notices before its request, not in it.
_database["CONN_HEALTH_CHECKS"] = True
if _database["ENGINE"].endswith("sqlite3"):
    # Readers go on while one writes; a writer takes its lock at the start of the
    # transaction, so that nobody fails half-way with "database is locked".
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
            "PRAGMA cache_size=-32000; PRAGMA mmap_size=134217728;"
        ),
    }
else:
    # A server that is gone is told within seconds, not when the network gives up.
    _database.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)

REDIS_URL = env["REDIS_URL"]
# Two installations that share a Redis database must not share what they keep.
CACHE_PREFIX = env["SEN_CACHE_PREFIX"]
# The same cache by two names. By default one that does not answer is an empty one, for what
# is there to be quick; what has to know whether a purge arrived asks the exact one.
if REDIS_URL:
    CACHES = caches_at(REDIS_URL, CACHE_PREFIX)
else:
    _memory = {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "sen",
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
    CACHES = {"default": _memory, "exact": _memory}

# Wagtail's own tasks run at once, as ever; what may wait is kept for the worker.
TASKS = {
    "default": {"BACKEND": "cms.search.background.TaskBackend"},
    "background": {"BACKEND": "django_tasks_db.DatabaseBackend"},
}

AUTH_USER_MODEL = "users.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
AUTHENTICATION_BACKENDS = [
    # First: who is locked out is not even asked for a password.
    "axes.backends.AxesStandaloneBackend",
    "cms.users.backends.AccountBackend",
]
ADMIN_BASE_URL = env["ADMIN_BASE_URL"]
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
# For a link to a new password; an invitation holds for longer, see cms.users.invitations.
PASSWORD_RESET_TIMEOUT = 3600

# No cookie has a domain: a browser gives it back to the host it came from and to no other.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = ADMIN_BASE_URL.startswith("https://")
if SESSION_COOKIE_SECURE:
    # By this name browsers take it from this host only: no other site below the
    # same domain can plant them.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

# Whose role asks for a second factor: codes of sites.roles.Role, and "superuser".
SEN_SECOND_FACTOR_ROLES: list[str] = env["SEN_SECOND_FACTOR_ROLES"]
ACCOUNT_ADAPTER = "cms.users.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# allauth's own binds a token to e-mail addresses in a table that stays empty here.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# A whole province may come from one address at eight in the morning; who guesses is
# stopped by axes, by account.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "5/300s/key"}
ACCOUNT_FORMS = {
    "login": "cms.users.forms.LoginForm",
    "reset_password": "cms.users.forms.ResetPasswordForm",
    "reset_password_from_key": "cms.users.forms.ResetPasswordKeyForm",
    "change_password": "cms.users.forms.ChangePasswordForm",
    "reauthenticate": "cms.users.forms.PasswordConfirmationForm",
}
MFA_ADAPTER = "cms.users.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
# RFC 6238 allows for one step of a clock that is wrong.
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "activate_totp": "cms.users.forms.ActivateAppForm",
    "add_webauthn": "cms.users.forms.AddPasskeyForm",
    "authenticate": "cms.users.forms.AuthenticateForm",
    "reauthenticate": "cms.users.forms.CodeConfirmationForm",
}
USERSESSIONS_TRACK_ACTIVITY = True

# The identity provider of the province, if there is one.
SEN_OIDC_URL = env["SEN_OIDC_URL"]
SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX = ""
SOCIALACCOUNT_ADAPTER = "cms.users.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = (
    {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "oidc",
                    "name": env["SEN_OIDC_NAME"],
                    "client_id": env["SEN_OIDC_CLIENT_ID"],
                    "secret": env["SEN_OIDC_SECRET"],
                    "settings": {"server_url": SEN_OIDC_URL, "oauth_pkce_enabled": True},
                }
            ]
        }
    }
    if SEN_OIDC_URL
    else {}
)

AXES_HANDLER = "cms.users.lockout.LockoutHandler"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
# From all addresses together.
SEN_LOCKOUT_FAILURES_PER_NAME = 20
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "cms.users.lockout.counted_name"
AXES_CLIENT_IP_CALLABLE = "cms.users.lockout.counted_address"
AXES_LOCKOUT_CALLABLE = "cms.users.lockout.locked_out"
# What a form sends is written down with a failure, but for these.
AXES_SENSITIVE_PARAMETERS = [
    *("username", "login", "email", "ip_address", "csrfmiddlewaretoken"),
    *("oldpassword", "password1", "password2", "code", "credential"),
]

LANGUAGE_CODE = "vi"
# The languages of pages. The first two are the interface's as well.
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English"), ("km", "ភាសាខ្មែរ")]
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_TZ = True
USE_I18N = True
# Our own texts, and Vietnamese words for Wagtail, whose catalogue is one fifth complete.
LOCALE_PATHS = [BASE_DIR / "cms" / "locale", BASE_DIR / "cms" / "vocabulary"]
FORMAT_MODULE_PATH = ["cms.formats"]

STATIC_URL = "/static/"
# Without links: a process that runs on while the link to the release is switched keeps its own.
STATIC_ROOT = Path(env["SEN_STATIC_DIR"]).resolve()
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
# Where uploaded files are: a private bucket if one is named, else the folder above. Either way
# their addresses are Sen's own; see cms.media.bucket.
SEN_S3_BUCKET = env["SEN_S3_BUCKET"]
STORAGES: dict[str, dict[str, object]] = {
    "default": (
        {
            "BACKEND": "cms.media.bucket.BucketStorage",
            "OPTIONS": {
                "bucket_name": SEN_S3_BUCKET,
                "endpoint_url": env["SEN_S3_ENDPOINT"] or None,
                "region_name": env["SEN_S3_REGION"] or "us-east-1",
                "access_key": env["SEN_S3_KEY_ID"],
                "secret_key": env["SEN_S3_SECRET"],
            },
        }
        if SEN_S3_BUCKET
        else {"BACKEND": "cms.media.folder.FolderStorage"}
    ),
    "staticfiles": {"BACKEND": "cms.delivery.static.StaticFilesStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
EMAIL_BACKEND = env["EMAIL_BACKEND"] or "django.core.mail.backends.console.EmailBackend"
# EMAIL_HOST, EMAIL_PORT, EMAIL_USE_TLS …, and the class that talks to such a server.
globals().update(env["EMAIL_URL"] or {})
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env["DEFAULT_FROM_EMAIL"]

# What comes by http is redirected, and browsers are told not to come so again; health
# and metrics are answered before that.
SECURE_SSL_REDIRECT = env["SEN_HTTPS"]
SECURE_HSTS_SECONDS = env["SEN_HSTS_SECONDS"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
# What Django would warn of and is right here: the admin shows its previews in frames of its
# own; below a site's domain there may be servers that are not ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W019", "security.W021"]
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
}
# The players that a video can be embedded from: the video plugin makes such addresses only,
# and cms.content.html lets no other frame through.
SEN_PLAYERS = ["https://www.youtube-nocookie.com", "https://player.vimeo.com"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "frame-src": [SELF, *SEN_PLAYERS],
    }
}
# Wagtail's editor has inline scripts and styles; the public pages have those that
# cms.delivery.inline put there, each allowed by its hash.
ADMIN_CONTENT_SECURITY_POLICY = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
    "img-src": [SELF, "data:", "blob:"],
    # The button that signs in through the identity provider is a form that leads there.
    "form-action": [SELF, *([_origin_of(SEN_OIDC_URL)] if SEN_OIDC_URL else [])],
}

WAGTAIL_SITE_NAME = "Sen"
WAGTAILADMIN_BASE_URL = ADMIN_BASE_URL
# The admin answers on this host and on no other; it may be a site's host as well.
SEN_ADMIN_HOST = urlsplit(WAGTAILADMIN_BASE_URL).hostname
# Passwords are changed and reset on our pages; a person's e-mail address, which
# decides who gets a new password, by the administrator of their site.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES[:2]
# A province is in one time zone: nobody chooses one.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# A site has one tree for all languages, see cms.languages.
WAGTAIL_I18N_ENABLED = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# What a date field shows; cms.formats says what it accepts.
WAGTAIL_DATE_FORMAT = "%d/%m/%Y"
WAGTAIL_DATETIME_FORMAT = "%d/%m/%Y %H:%M"
WAGTAIL_TIME_FORMAT = "%H:%M"
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "none"
WAGTAILADMIN_COMMENTS_ENABLED = True
WAGTAILIMAGES_IMAGE_MODEL = "media.SenImage"
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.media.protection.PictureForm"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.media.protection.FileForm"
# By Sen, who knows who may read it, wherever the file is.
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_MODEL = "media.SenDocument"
WAGTAILDOCS_EXTENSIONS = [
    *("csv", "docx", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"),
    *("mp4", "vtt", "webm"),
]
# Players' sites are asked through the guard of sites.fetching; nobody else is.
WAGTAILEMBEDS_FINDERS = [{"class": "cms.content.embeds.GuardedFinder"}]
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 20 * 2**20
# How large a file or film may be, in megabytes.
SEN_UPLOAD_MEGABYTES = env["SEN_UPLOAD_MEGABYTES"]
WAGTAILDOCS_MAX_UPLOAD_SIZE = SEN_UPLOAD_MEGABYTES * 2**20
# Where ClamAV listens, a socket's path or host:port; left empty, nothing is scanned.
SEN_CLAMAV = env["SEN_CLAMAV"]
# Where the admin searches: the database, unless an engine is named; see docs/operators/search.md.
SEN_SEARCH_ENGINE = env["SEN_SEARCH_ENGINE"]
WAGTAILSEARCH_BACKENDS: dict[str, dict[str, object]] = {
    "default": (
        {
            "BACKEND": "cms.search.engine",
            "ENGINE": SEN_SEARCH_ENGINE,
            "URLS": env["SEN_SEARCH_URLS"],
            "INDEX_PREFIX": f"{CACHE_PREFIX}_",
        }
        if SEN_SEARCH_ENGINE
        else {"BACKEND": "cms.search.backend"}
    )
}
WAGTAIL_FINISH_WORKFLOW_ACTION = "cms.workflow.publishing.publish_approved"
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True

# Whom to tell of a weakness, in every site's security.txt: addresses such as mailto:… or
# https://…; left out, it is the department's own e-mail address.
SEN_SECURITY_CONTACTS = env["SEN_SECURITY_CONTACTS"]
# How many of the API's answers one address may have made within a minute, and whether
# pages of other sites may read it (CORS).
SEN_API_REQUESTS_A_MINUTE = env["SEN_API_REQUESTS_A_MINUTE"]
SEN_API_CORS = env["SEN_API_CORS"]
SEN_HOME_PAGE_MODEL = "news.HomePage"
# What kept pages may take of each process's memory, in megabytes.
SEN_PAGE_MEMORY = env["SEN_PAGE_MEMORY"]
# How many views of one visitor (address and browser) are counted within a minute; an office
# behind one address may be one.
SEN_VIEWS_A_MINUTE = env["SEN_VIEWS_A_MINUTE"]
# Seconds a page is kept at most. Without Redis a purge by another process is not
# seen, so a page is kept for a minute only.
SEN_PAGE_MAX_AGE = env["SEN_PAGE_MAX_AGE"]
# Proxies that keep pages until they are purged, as JSON; see docs/operators/caches.md.
WAGTAILFRONTENDCACHE = env["SEN_PROXIES"]
# What one widget may take of a page, in seconds: in all, and for one SQL statement.
SEN_WIDGET_SECONDS = env["SEN_WIDGET_SECONDS"]
SEN_WIDGET_STATEMENT_SECONDS = env["SEN_WIDGET_STATEMENT_SECONDS"]
# Where other servers may be asked beside the public Internet: networks such as the
# province's own (10.20.0.0/16), and ports. See sites.fetching.
SEN_FETCH_NETWORKS: list[str] = env["SEN_FETCH_NETWORKS"]
SEN_FETCH_PORTS: list[int] = env["SEN_FETCH_PORTS"]
# How many proxies in front append to X-Forwarded-For; 0 where visitors reach us directly.
TRUSTED_PROXY_COUNT = env["TRUSTED_PROXY_COUNT"]
# Only a proxy that is there is believed how it was asked.
if env["SEN_HTTPS"] and TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# One process with threads runs the minute's jobs itself; see cms.scheduler.
SEN_EMBEDDED = env["SEN_EMBEDDED"]

# Who may read /metrics; nobody, where neither is set. See cms.operations.
SEN_METRICS_NETWORKS: list[str] = env["SEN_METRICS_NETWORKS"]
SEN_METRICS_TOKEN = env["SEN_METRICS_TOKEN"]
SENTRY_DSN = env["SENTRY_DSN"]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"about_request": {"()": "cms.operations.logs.AboutRequest"}},
    "formatters": {
        "line": {
            "()": "cms.operations.logs.LineFormatter",
            "form": "{asctime} {levelname} {name} [{request_id}]: {message}",
        },
        "json": {"()": "cms.operations.logs.JSONFormatter"},
    },
    "handlers": {
        "console": {
            "class": "cms.operations.logs.Console",
            "formatter": env["SEN_LOG_FORMAT"],
            "filters": ["about_request"],
        }
    },
    "root": {"handlers": ["console"], "level": env["LOG_LEVEL"]},
}
