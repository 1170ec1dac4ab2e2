"""Values that models and the policy both name."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class IntroductionSide(models.TextChoices):
    NEED = "need", _("需求方")
    SOLUTION = "solution", _("供方")

    @property
    def other(self) -> "IntroductionSide":
        sides = IntroductionSide
        return sides.SOLUTION if self is sides.NEED else sides.NEED


class IntroductionState(models.TextChoices):
    INTERESTED = "interested", _("待对方回应")
    ACCEPTED = "accepted", _("双方已接受")
    AGREED = "agreed", _("已确认保密约定")
    DECLINED = "declined", _("已婉拒")
    WITHDRAWN = "withdrawn", _("已撤回")
