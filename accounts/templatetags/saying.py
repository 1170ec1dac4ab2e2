"""Days and moments as people say them and programs read them, and what is wrong with a form."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import template
from django.contrib.humanize.templatetags.humanize import naturaltime
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

# Longer ago a day says more than a count of days.
_RECENT = timedelta(days=7)
# Not where it is the value of an attribute.
_DAY = re.compile(r'(?<!["\d])\d{4}-\d\d-\d\d(?!["\d])')


@register.filter
def listed(words: Iterable[object]) -> str:
    """Return ``words`` as a list in the reader's language."""
    return _("、").join(str(word) for word in words)


@register.filter
def day(value: date | None) -> str:
    """2026-11-22, as the reader's clock has it."""
    if value is None:
        return ""
    local = _local(value)
    return format_html('<time datetime="{0}">{0}</time>', f"{local:%Y-%m-%d}")


@register.filter
def unbroken(words: str) -> SafeString:
    """Write ``words`` such that no line ends inside a day: browsers break after its hyphens."""
    kept = _DAY.sub(r'<span class="nowrap">\g<0></span>', conditional_escape(words))
    # What was escaped, and days in a span.
    return SafeString(kept)  # nosec B703


@register.filter
def minute(value: datetime | None) -> str:
    """2026-11-22 10:12."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time datetime="{}">{}</time>', local.isoformat(timespec="seconds"), _exact(local)
    )


@register.filter
def ago(value: datetime | None) -> str:
    """3 小时前 within a week, the exact minute on hover; the day before that."""
    if value is None:
        return ""
    local = timezone.localtime(value)
    is_recent = timedelta() <= timezone.now() - value < _RECENT
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        _exact(local),
        naturaltime(value) if is_recent else f"{local:%Y-%m-%d}",
    )


def _local(value: date) -> date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _exact(local: datetime) -> str:
    return f"{local:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right; ``href`` is empty where no single field is to blame."""

    href: str
    label: str
    words: str


@register.inclusion_tag("components/error_summary.html")
def error_summary(*parts: object) -> dict[str, list[Mistake]]:
    """List what is wrong in forms and formsets, each line leading to its field."""
    return {"mistakes": [found for part in parts for found in _mistakes(part)]}


@register.inclusion_tag("components/error_summary.html")
def errors_of(parts: Iterable[object]) -> dict[str, list[Mistake]]:
    return error_summary(*parts)


def _mistakes(part: object) -> Iterator[Mistake]:
    if isinstance(part, BaseFormSet):
        if part.is_bound:
            yield from (Mistake("", "", str(words)) for words in part.non_form_errors())
            for number, form in enumerate(part.forms, start=1):
                yield from _of_form(form, _("第 %(n)s 项") % {"n": number})
    elif isinstance(part, BaseForm):
        yield from _of_form(part, "")


def _of_form(form: BaseForm, row: str) -> Iterator[Mistake]:
    if not form.is_bound:
        return
    for words in form.non_field_errors():
        yield Mistake("", row, str(words))
    for field in form.hidden_fields():
        yield from (Mistake("", str(field.label), str(words)) for words in field.errors)
    for field in form.visible_fields():
        label = " · ".join(filter(None, (row, str(field.label))))
        # A group of boxes has no field of the group's own name.
        target = field.id_for_label or (f"{field.auto_id}_0" if field.auto_id else "")
        for words in field.errors:
            yield Mistake(f"#{target}" if target else "", label, str(words))
