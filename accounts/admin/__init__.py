"""Accounts in Django's admin; importing the modules registers their models."""

from accounts.admin import organizations, people, places, records

__all__ = ["organizations", "people", "places", "records"]
