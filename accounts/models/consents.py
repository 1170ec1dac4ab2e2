"""What people agreed to: which text, in which version and language, and when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Language, User


class Consent(models.Model):
    """Appended only; it stays when the account is erased, as proof of the consent."""

    class Document(models.TextChoices):
        PRIVACY = "privacy", _("隐私政策")
        TERMS = "terms", _("用户协议")

    user = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="consents", verbose_name=_("用户")
    )
    document = models.CharField(_("文件"), max_length=10, choices=Document)
    version = models.CharField(_("版本"), max_length=40)
    language = models.CharField(_("语言"), max_length=10, choices=Language)
    given_at = models.DateTimeField(_("同意时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("同意记录")
        verbose_name_plural = _("同意记录")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "document", "version"], name="consent_once_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.document} {self.version}"
