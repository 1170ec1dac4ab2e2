"""What the front page says of the catalog."""

from typing import Any

from django.db.models import Count
from django.utils import timezone

from accounts.models import Organization, Park
from catalog.choices import ListingKind
from catalog.figures import kept
from catalog.models import Catalogue, Listing, Need
from catalog.presenting.scenarios import ScenarioCount, counts_by_scenario, stage_groups

NEWEST = 8


def figures() -> dict[str, int]:
    """Count what anybody may see, in three queries."""
    listed = Listing.objects.in_halls(Catalogue.MAIN).order_by()
    by_kind = dict(listed.values_list("kind").annotate(n=Count("pk")))
    return {
        "needs": by_kind.get(ListingKind.NEED, 0),
        "solutions": by_kind.get(ListingKind.SOLUTION, 0),
        # Those that only an external catalogue brought along are not ours to boast of.
        "organizations": Organization.objects.active()
        .exclude(listings__catalogue__is_external=True)
        .count(),
        "parks": Park.objects.count(),
    }


def front_page() -> dict[str, Any]:
    """Return the newest needs, of a confidential one its summary only, scenarios and parks."""
    # Of its kind and by the listing's own id, as in the index of the halls.
    needs = Need.objects.in_halls(Catalogue.MAIN).filter(kind=ListingKind.NEED)
    stages = stage_groups(kept(f"scenarios:{timezone.localdate()}", counts_by_scenario))
    return {
        # Title, industry and district: all of them belong to the summary that everybody reads.
        "needs": needs.select_related("industry", "district__group").order_by(
            "-published_at", "-id"
        )[:NEWEST],
        "stages": stages,
        "covered": sum(_is_covered(row) for stage in stages for row in stage.scenarios),
        "parks": Park.objects.select_related("district"),
    }


def _is_covered(row: ScenarioCount) -> bool:
    return row.solutions > 0
