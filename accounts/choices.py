"""Values that models and the policy both name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MembershipRole(models.TextChoices):
    OWNER = "owner", _("所有者")
    EDITOR = "editor", _("编辑")
    VIEWER = "viewer", _("查看")
