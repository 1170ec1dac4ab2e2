"""What the front page says of the catalog."""

from typing import Any

from accounts.models import Organization, Park
from catalog.models import Catalogue, Need, Solution
from catalog.presenting.scenarios import stage_groups

NEWEST = 8


def front_page() -> dict[str, Any]:
    """Return the live figures and the newest needs; a confidential one shows its summary only."""
    needs = Need.objects.in_halls(Catalogue.MAIN)
    return {
        "figures": {
            "needs": needs.count(),
            "solutions": Solution.objects.in_halls(Catalogue.MAIN).count(),
            # Those that only an external catalogue brought along are not ours to boast of.
            "organizations": Organization.objects.active()
            .exclude(listings__catalogue__is_external=True)
            .count(),
            "parks": Park.objects.count(),
        },
        # Title, industry and district: all of them belong to the summary that everybody reads.
        "needs": needs.select_related("industry", "district__group").order_by(
            "-published_at", "-pk"
        )[:NEWEST],
        "stages": stage_groups(),
        "parks": Park.objects.select_related("district"),
    }
