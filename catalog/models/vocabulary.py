"""The vocabularies listings are written in. Rows come from data files; admins may correct them."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.terms import Term
from catalog.choices import Comparison, ParameterKind


class Stage(Term):
    class Meta(Term.Meta):
        verbose_name = _("环节")
        verbose_name_plural = _("环节")


class Scenario(Term):
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="scenarios")

    class Meta(Term.Meta):
        verbose_name = _("典型场景")
        verbose_name_plural = _("典型场景")

    def get_absolute_url(self) -> str:
        return reverse("catalog:scenario_detail", args=[self.code])


class Industry(Term):
    class Meta(Term.Meta):
        verbose_name = _("行业")
        verbose_name_plural = _("行业")


class CapabilityDomain(Term):
    """One of the 20 sub-domains of GB/T 39116-2020."""

    element = models.CharField(_("能力要素"), max_length=20)
    domain = models.CharField(_("能力域"), max_length=20, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("能力子域")
        verbose_name_plural = _("能力子域")


class CapabilityLevel(Term):
    level = models.PositiveSmallIntegerField(_("等级"), unique=True)

    class Meta(Term.Meta):
        verbose_name = _("成熟度等级")
        verbose_name_plural = _("成熟度等级")


class Certification(Term):
    # What the law demands of whoever does such work; asked for, it is never a mere wish.
    is_licence = models.BooleanField(_("法定许可"), default=False)

    class Meta(Term.Meta):
        verbose_name = _("资质与认定")
        verbose_name_plural = _("资质与认定")


class ProjectType(Term):
    scenarios = models.ManyToManyField(Scenario, blank=True, verbose_name=_("常见场景"))

    class Meta(Term.Meta):
        verbose_name = _("项目类型")
        verbose_name_plural = _("项目类型")


class Parameter(Term):
    """What a factory can say about its project, and a vendor can answer with a limit.

    ``code`` is unique over all types: "<project type>.<parameter>".
    """

    project_type = models.ForeignKey(
        ProjectType, on_delete=models.PROTECT, related_name="parameters"
    )
    kind = models.CharField(_("类型"), max_length=10, choices=ParameterKind)
    unit = models.CharField(_("单位"), max_length=20, blank=True)
    comparison = models.CharField(
        _("比较方式"), max_length=10, choices=Comparison, default=Comparison.INFO
    )
    # A physical limit or a legal bound rules a vendor out; anything else only costs points.
    hard = models.BooleanField(_("硬约束"), default=False)
    choices = ArrayField(
        models.CharField(max_length=60), verbose_name=_("可选值"), default=list, blank=True
    )
    # In the order of ``choices``; the Chinese value is what listings store.
    choices_en = ArrayField(
        models.CharField(max_length=60), verbose_name=_("可选值英文"), default=list, blank=True
    )

    class Meta(Term.Meta):
        verbose_name = _("项目参数")
        verbose_name_plural = _("项目参数")


class Synonym(models.Model):
    """Words that mean one thing to a searcher, e.g. 立库 and 自动化立体仓库."""

    # Names the group in the data file; empty for groups that an admin added.
    code = models.CharField(_("代码"), max_length=60, blank=True)
    words = ArrayField(models.CharField(max_length=40), verbose_name=_("同义词"))
    source = models.CharField(_("来源"), max_length=200, blank=True)
    retired = models.BooleanField(_("停用"), default=False)
    edited_by_admin = models.BooleanField(_("后台修改过"), default=False, editable=False)

    class Meta:
        verbose_name = _("同义词组")
        verbose_name_plural = _("同义词组")
        ordering: ClassVar[list[str]] = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"], condition=~models.Q(code=""), name="synonym_code_unique"
            )
        ]

    def __str__(self) -> str:
        return " = ".join(self.words)
