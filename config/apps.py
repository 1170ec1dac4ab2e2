"""The admin site: Django's own, with our name and our way to log in."""

from django.contrib.admin.apps import AdminConfig


class ZhipeiAdminConfig(AdminConfig):
    default_site = "config.admin.ZhipeiAdminSite"
