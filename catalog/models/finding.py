"""What helps people find listings again: keys for suggestions, and the searches they keep."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization, User
from catalog.choices import ListingKind
from catalog.models.listings import Listing


class SuggestionKey(models.Model):
    """One way to begin typing the title of a public listing or the name of an organization."""

    class Kind(models.TextChoices):
        NEED = ListingKind.NEED.value, _("需求")
        SOLUTION = ListingKind.SOLUTION.value, _("解决方案")
        ORGANIZATION = "organization", _("企业/机构")

    kind = models.CharField(max_length=12, choices=Kind)
    # Ordered by bytes, so the index serves every look-up by a beginning.
    key = models.CharField(max_length=32, db_collation="C")
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, null=True, related_name="+")
    organization = models.ForeignKey(
        Organization, on_delete=models.CASCADE, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("搜索提示")
        verbose_name_plural = _("搜索提示")
        constraints = [
            models.CheckConstraint(
                condition=Q(listing__isnull=True) ^ Q(organization__isnull=True),
                name="suggestion_key_of_one",
            )
        ]
        indexes = [models.Index(fields=["kind", "key"], name="suggestion_key_begins")]

    def __str__(self) -> str:
        return self.key


class SavedSearch(models.Model):
    """What somebody looks for in a hall again and again, and when they last looked."""

    MOST: ClassVar[int] = 20

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_searches")
    kind = models.CharField(_("大厅"), max_length=10, choices=ListingKind)
    # The hall's address in one spelling, so the same search is not kept twice.
    query = models.CharField(_("条件"), max_length=2000)
    name = models.CharField(_("名称"), max_length=80)
    created_at = models.DateTimeField(_("保存时间"), auto_now_add=True)
    seen_at = models.DateTimeField(_("上次查看"), default=timezone.now)

    class Meta:
        verbose_name = _("保存的搜索")
        verbose_name_plural = _("保存的搜索")
        ordering: ClassVar[list[str]] = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "query"], name="saved_search_once")
        ]

    def __str__(self) -> str:
        return self.name
