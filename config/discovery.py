"""What search engines are told: which pages are public, and which to leave alone."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.addresses import absolute
from accounts.models import Organization, Park
from catalog.choices import Confidentiality
from catalog.models import Catalogue, Listing, Need, Scenario, Solution

# Behind a log-in, or of no use without a person.
PRIVATE = (
    *("/accounts/", "/admin/", "/api/", "/attachments/", "/consent/", "/dashboard/"),
    *("/introductions/", "/i18n/", "/members/", "/mine/", "/moderation/", "/profile/"),
    *("/restrictions/", "/searches/", "/suggestions/", "/verification/"),
)


if TYPE_CHECKING:
    # Known to the stubs as generic, to Django itself not.
    _OfNames = Sitemap[str]
    _OfRows = Sitemap[Any]
else:
    _OfNames = _OfRows = Sitemap


class RoomSitemap(_OfNames):
    """The pages that lead to all others."""

    def items(self) -> Iterable[str]:
        return (
            *("home", "catalog:need_list", "catalog:solution_list", "catalog:scenario_list"),
            *("accounts:park_list", "accounts:privacy", "accounts:terms"),
        )

    def location(self, item: str) -> str:
        return reverse(item)


class RowSitemap(_OfRows):
    limit = 5000


class ListingSitemap(RowSitemap):
    def lastmod(self, item: Any) -> datetime | None:
        listing: Listing = item
        return listing.published_at


class NeedSitemap(ListingSitemap):
    """Open needs only: a confidential one is found on the site, never from outside."""

    def items(self) -> QuerySet[Any]:
        listed = Need.objects.in_halls(Catalogue.MAIN).order_by("pk")
        return listed.exclude(confidentiality=Confidentiality.CONFIDENTIAL)


class SolutionSitemap(ListingSitemap):
    def items(self) -> QuerySet[Any]:
        return Solution.objects.in_halls(Catalogue.MAIN).order_by("pk")


class OrganizationSitemap(RowSitemap):
    def items(self) -> QuerySet[Any]:
        return Organization.objects.active().order_by("pk")


class ParkSitemap(RowSitemap):
    def items(self) -> QuerySet[Any]:
        return Park.objects.order_by("pk")


class ScenarioSitemap(RowSitemap):
    def items(self) -> QuerySet[Any]:
        return Scenario.objects.filter(retired=False).order_by("pk")


SITEMAPS: dict[str, type[_OfNames | _OfRows]] = {
    "rooms": RoomSitemap,
    "needs": NeedSitemap,
    "solutions": SolutionSitemap,
    "organizations": OrganizationSitemap,
    "parks": ParkSitemap,
    "scenarios": ScenarioSitemap,
}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        f"Sitemap: {absolute(request, reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Some programs ask for this address whatever the page says."""
    return redirect(static("img/favicon.ico"))
