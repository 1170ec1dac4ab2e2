"""Counts over public fields, kept for a minute by each process."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.cache import caches

Figures = TypeVar("Figures")


def kept(key: str, count: Callable[[], Figures]) -> Figures:
    """Return what ``count`` gave within the last minute; the key names everything it rests on."""
    return cast("Figures", caches["figures"].get_or_set(key, count))
