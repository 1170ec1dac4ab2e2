"""Django admin for the catalogue: vocabulary to edit, listings to read, revisions to decide on."""

from catalog.admin import index, listings, revisions, vocabulary

__all__ = ["index", "listings", "revisions", "vocabulary"]
