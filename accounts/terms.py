"""The common part of every vocabulary row."""

from typing import ClassVar

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Term(models.Model):
    """A vocabulary row: a stable code, both names, and where the wording comes from.

    Rows are never deleted, only retired: listings and old matches keep pointing at them.
    """

    code = models.CharField(_("代码"), max_length=60, unique=True)
    name_zh = models.CharField(_("中文名称"), max_length=120)
    name_en = models.CharField(_("英文名称"), max_length=160, blank=True)
    source = models.CharField(_("来源"), max_length=200, blank=True)
    remark = models.CharField(_("备注"), max_length=200, blank=True)
    position = models.PositiveIntegerField(_("顺序"), default=0)
    retired = models.BooleanField(_("停用"), default=False)
    # Reloading the data files must not undo what an admin corrected by hand.
    edited_by_admin = models.BooleanField(_("后台修改过"), default=False, editable=False)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["position", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        if (get_language() or "").startswith("en") and self.name_en:
            return self.name_en
        return self.name_zh
