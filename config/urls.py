"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps import views as sitemaps
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from accounts.views.people import set_language
from config.dev import mailbox
from config.discovery import SITEMAPS, favicon, robots
from config.health import healthz
from config.home import home
from config.styleguide import styleguide

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("i18n/setlang/", set_language, name="set_language"),
    path("healthz", healthz, name="healthz"),
    path("favicon.ico", favicon, name="favicon"),
    path("robots.txt", robots, name="robots"),
    path(
        "sitemap.xml",
        require_safe(sitemaps.index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"},
        name="sitemap",
    ),
    path(
        "sitemap-<slug:section>.xml",
        require_safe(sitemaps.sitemap),
        {"sitemaps": SITEMAPS},
        name="sitemap_section",
    ),
    path("admin/", admin.site.urls),
    path("api/v1/", include("matchmaking.api.urls")),
    path("", include("catalog.urls")),
    path("", include("matchmaking.urls")),
]

if settings.DEBUG:
    urlpatterns += [
        path("dev/mailbox", mailbox, name="dev_mailbox"),
        path("styleguide/", styleguide),
    ]
