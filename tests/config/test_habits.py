"""What people are used to: dates and amounts said twice, mistakes listed, every component shown."""

import pickle
import re
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from accounts.models import Organization
from accounts.templatetags.saying import ago, day, error_summary, minute, unbroken
from catalog.wording.amounts import Money, money
from config.styleguide import styleguide
from tests.builders import make_actor, make_solution, make_vocabulary
from tests.catalog.pages import client_of, text_of

ROOT = Path(__file__).parent.parent.parent
TEMPLATES = ROOT / "templates"


class Sample(forms.Form):
    name = forms.CharField(label="名称")
    ways = forms.MultipleChoiceField(
        label="方式", choices=[("a", "甲")], widget=forms.CheckboxSelectMultiple
    )


def test_a_day_and_a_moment_are_written_for_programs_too() -> None:
    moment = timezone.now().replace(microsecond=0)
    local = timezone.localtime(moment)
    assert f'datetime="{local.isoformat()}"' in minute(moment)
    assert f">{local:%Y-%m-%d %H:%M}<" in minute(moment)
    assert day(moment) == f'<time datetime="{local:%Y-%m-%d}">{local:%Y-%m-%d}</time>'
    assert day(None) == minute(None) == ago(None) == ""


def test_no_line_ends_inside_a_day() -> None:
    kept = '<span class="nowrap">{}</span>'
    assert unbroken("2026-12-29 – 2027-06-01") == (
        f"{kept.format('2026-12-29')} – {kept.format('2027-06-01')}"
    )
    assert unbroken("<b> XQ-2026-00417") == "&lt;b&gt; XQ-2026-00417"
    told = day(date(2026, 11, 22))
    assert unbroken(told) == told.replace(">2026-11-22<", f">{kept.format('2026-11-22')}<")


def test_what_happened_lately_is_said_as_a_distance_with_the_exact_minute_on_hover() -> None:
    lately = timezone.now() - timedelta(hours=3)
    local = timezone.localtime(lately)
    with translation.override("zh-hans"):
        assert re.search(r">3\s?小时(之)?前<", ago(lately))
        assert f'title="{local:%Y-%m-%d %H:%M}"' in ago(lately)
        long_ago = timezone.now() - timedelta(days=8)
        assert f">{timezone.localtime(long_ago):%Y-%m-%d}<" in ago(long_ago)


def test_an_amount_stands_with_its_exact_yuan_on_pages_and_is_plain_words_elsewhere() -> None:
    with translation.override("zh-hans"):
        told = money(Decimal("3000001"), Decimal("5000000"), basis="项目")
        shown = Template("{{ told }}").render(Context({"told": told}))
    assert told == "300–500 万元/项目"
    assert shown == (
        '<data value="3000001–5000000" title="3,000,001–5,000,000 元">300–500 万元/项目</data>'
    )
    again = pickle.loads(pickle.dumps(told))  # noqa: S301 - as the cache keeps it
    assert isinstance(again, Money)
    assert again.exact == "3,000,001–5,000,000"


def test_an_amount_cannot_carry_markup_into_a_page() -> None:
    told = Money("<b>1</b>", '"><script>')
    shown = Template("{{ told }}").render(Context({"told": told}))
    assert "<script>" not in shown
    assert "<b>" not in shown


def test_what_is_wrong_in_a_form_is_listed_with_links_to_the_fields() -> None:
    form = Sample({})
    mistakes = error_summary(form)["mistakes"]
    assert [(each.label, each.href) for each in mistakes] == [
        ("名称", "#id_name"),
        ("方式", "#id_ways_0"),
    ]
    page = str(form)
    assert page.index("data-error-summary") < page.index("<input")
    assert 'id="id_ways_0"' in page
    assert "data-error-summary" not in str(Sample())


FIELD = re.compile(r"components/field\.html")
SUMMARY = re.compile(r"error_summary|errors_of")
# Drawn within a page that lists the mistakes of all its parts.
PARTS_OF_STEPS = re.compile(r"catalog/post/")


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(TEMPLATES.rglob("*.html")) if FIELD.search(path.read_text())],
    ids=lambda path: str(path.relative_to(TEMPLATES)),
)
def test_a_page_that_draws_fields_lists_what_is_wrong_with_them(path: Path) -> None:
    name = str(path.relative_to(TEMPLATES))
    page = TEMPLATES / "catalog/post/step.html" if PARTS_OF_STEPS.match(name) else path
    if name.startswith("components/"):
        return
    assert SUMMARY.search(page.read_text())


@pytest.mark.django_db
def test_a_wrong_field_is_named_at_the_top_of_a_real_page() -> None:
    make_vocabulary()
    client = client_of(make_actor())
    url = reverse("catalog:need_create")
    answer = client.post(f"{url}?draft=x", {"title": "题", "situation": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.index("data-error-summary") < page.index('id="posting"')
    assert 'href="#id_situation"' in page or 'href="#id_title"' in page


@pytest.mark.django_db
def test_the_style_guide_shows_every_component(rf: RequestFactory) -> None:
    source = (TEMPLATES / "styleguide.html").read_text()
    shown = set(re.findall(r"components/(\w+)\.html", source)) | {
        # Written by a tag and by the formset.
        *("error_summary", "formset_row")
    }
    assert {path.stem for path in (TEMPLATES / "components").glob("*.html")} <= shown
    page = styleguide(rf.get("/styleguide/")).content.decode()
    assert "data-error-summary" in page
    assert "data-formset-rows" in page


@pytest.mark.django_db
def test_an_organization_page_leads_to_its_scenarios_industries_and_cases() -> None:
    make_vocabulary()
    solution = make_solution(
        cases=[{"customer": "保密客户", "industry": "C36", "year": 2024, "result": "漏检率减半"}]
    )
    organization = Organization.objects.get(pk=solution.organization_id)
    page = text_of(organization.get_absolute_url())
    for scenario in solution.scenarios.all():
        assert scenario.get_absolute_url() in page
    for industry in solution.industries.all():
        assert f"?industry={industry.code}" in page
    assert "漏检率减半" in page
    assert "保密客户" not in page
