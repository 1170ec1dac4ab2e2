"""Users: who logs in."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.validators import validate_phone


class Language(models.TextChoices):
    CHINESE = "zh-hans", "简体中文"
    ENGLISH = "en", "English"


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField(_("电子邮箱"), unique=True)
    display_name = models.CharField(_("姓名"), max_length=60, blank=True)
    language = models.CharField(
        _("语言"), max_length=10, choices=Language, default=Language.CHINESE
    )
    phone = models.CharField(_("手机"), max_length=20, blank=True, validators=[validate_phone])
    phone_verified_at = models.DateTimeField(_("手机验证时间"), null=True, blank=True)
    is_staff = models.BooleanField(_("可登录后台"), default=False)
    is_active = models.BooleanField(_("启用"), default=True)
    date_joined = models.DateTimeField(_("注册时间"), default=timezone.now)
    # The newest versions agreed to; Consent has all. Here, so that asking costs no query.
    agreed_to = models.CharField(max_length=90, blank=True, editable=False)
    erased_at = models.DateTimeField(_("注销时间"), null=True, blank=True, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("用户")
        verbose_name_plural = _("用户")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_case_insensitive"),
            # Anyone may type a number; only the one who proved it holds it.
            models.UniqueConstraint(
                fields=["phone"],
                condition=Q(phone_verified_at__isnull=False) & ~Q(phone=""),
                name="user_verified_phone_unique",
            ),
        ]

    def __str__(self) -> str:
        if self.erased_at is not None:
            return str(_("已注销的用户"))
        return self.display_name or self.email

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)
